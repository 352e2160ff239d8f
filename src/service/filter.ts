import { Authenticator } from '../auth/index.ts';
import type { CleanContext, CountedReport } from '../clean/index.ts';
import { policyChooser } from '../config/settings.ts';
import type { Consent } from '../config/settings.ts';
import { messageOf } from '../errors.ts';
import type { Filtered, MessageFilter, Original } from '../smtp/filter.ts';
import { authFacts, withAuthentication } from './authenticated.ts';
import { unpackEdits } from './packed-edits.ts';
import type { ServiceSettings } from './settings.ts';
import { maxHeaderBytes, untouched } from './untouched.ts';
import { WorkerPool } from './worker-pool.ts';
import type { PoolTuning } from './worker-pool.ts';

/** What the filter tells of its own troubles; nothing of the message is in it. */
export type FilterEvent =
  | { readonly kind: 'timeout'; readonly effort: 'full' | 'flat' }
  | { readonly kind: 'crash'; readonly effort: 'full' | 'flat'; readonly cause: string }
  | { readonly kind: 'busy' }
  /** A thread died of its start, or there was none to be had; nothing of a message is in its cause. */
  | { readonly kind: 'no_thread'; readonly cause: string };

export interface FilterHooks {
  readonly onEvent?: ((event: FilterEvent) => void) | undefined;
  readonly onReport?: ((report: CountedReport) => void) | undefined;
  /** How long a message may wait for a thread; by default four times its time for cleaning. */
  readonly patienceMs?: number | undefined;
  readonly pool?: PoolTuning;
}

export interface RunningFilter extends MessageFilter {
  /** Known once a thread can clean (undefined) or died of its start. Never rejects. */
  readonly startTrouble: Promise<string | undefined>;
  /** Threads end as soon as they are idle; messages that began with this filter are still cleaned by it. */
  retire(): Promise<void>;
  /** The same filter before a next hop that rejects by DMARC, or before one that does not. */
  protecting(dmarcReject: boolean): MessageFilter;
  /** The same threads for what comes from now on, with another consent; messages that began keep theirs. Retires together with this one. */
  withConsent(consent: Consent): RunningFilter;
  /** Threads that clean, now. */
  readonly threads: number;
}

/** Of the time for one message, the share of the full analysis; the rest is for the flat one. */
const fullShare = 0.7;
/** How often its own time a message may wait for a thread; then the sender is asked to come again. */
const patience = 4;

/**
 * Readers who consented to the same senders get one copy, so that a consent is honoured in their copies only: a mark behind the policy's
 * name that tells the groups apart and says nothing about them.
 */
function consentGroups({ readers }: Consent): (recipient: string) => string {
  const numbers = new Map<string, number>();
  return (recipient) => {
    const lines = readers.get(recipient.toLowerCase());
    if (lines === undefined) return '';
    const key = lines
      .map(({ domain }) => domain)
      .toSorted()
      .join();
    const number = numbers.get(key) ?? numbers.size + 1;
    numbers.set(key, number);
    return `+${number}`;
  };
}

/** What of a consent is about these recipients: all that a thread is told. */
function consentOf({ readers, needsAuthentication }: Consent, recipients: readonly string[] = []): Consent {
  if (readers.size === 0) return { readers, needsAuthentication };
  const own = recipients.flatMap((recipient) => {
    const reader = recipient.toLowerCase();
    const lines = readers.get(reader);
    return lines === undefined ? [] : [[reader, lines] as const];
  });
  return { readers: new Map(own), needsAuthentication };
}

/** Class, Node's own code and text of what ended a thread: `Error [ERR_WORKER_OUT_OF_MEMORY]: …`. */
function causeOf(cause: unknown): string {
  if (cause === undefined) return 'it ended by itself';
  return cause instanceof Error ? cause.toString() : messageOf(cause);
}

/** What filters that differ in consent alone have in common. */
interface Shared {
  readonly pool: WorkerPool;
  readonly authenticator: Authenticator | undefined;
}

/**
 * Cleans messages in worker threads, by the settings it was made with: a new configuration is a new filter. One that takes too long is
 * tried again flat, then passed on untouched; a fault passes it on untouched or, with `on_error: tempfail`, asks for another try.
 */
export function createFilter(settings: ServiceSettings, hooks: FilterHooks = {}): RunningFilter {
  const { auth, clean } = settings;
  const authenticator = auth.verify || auth.trust.length > 0 ? new Authenticator(auth) : undefined;
  const nobody: Consent = { ...clean.consent, readers: new Map() };
  const pool = new WorkerPool({ ...clean, consent: nobody }, hooks.pool, (cause) =>
    hooks.onEvent?.({ kind: 'no_thread', cause }),
  );
  return filterWith(settings, hooks, { pool, authenticator });
}

function filterWith(
  settings: ServiceSettings,
  hooks: FilterHooks,
  { pool, authenticator }: Shared,
): RunningFilter {
  const { onEvent = () => undefined, onReport = () => undefined } = hooks;
  const { consent } = settings.clean;
  const choose = policyChooser(settings.clean.select);
  const groupOf = consentGroups(consent);

  const attempt = async (
    original: Original,
    context: CleanContext,
    effort: 'full' | 'flat',
    budgetMs: number,
  ): Promise<Filtered | 'timeout' | 'crash'> => {
    const share = effort === 'full' ? fullShare : 1 - fullShare;
    const ran = await pool.run(
      {
        message: original.file ?? (await original.octets()),
        context: { ...context, effort },
        consent: consentOf(consent, context.recipients),
      },
      budgetMs * share,
      hooks.patienceMs ?? budgetMs * patience,
    );
    switch (ran.kind) {
      case 'done': {
        const { report } = ran.answer;
        onReport(report);
        const answered = { edits: unpackEdits(ran.answer.edits), report };
        return report.result === 'error' && settings.onError === 'tempfail'
          ? { ...answered, tempfail: true }
          : answered;
      }
      case 'busy':
        onEvent({ kind: 'busy' });
        return { edits: [], report: undefined, tempfail: true };
      case 'timeout':
        onEvent({ kind: 'timeout', effort });
        return 'timeout';
      case 'crashed':
        onEvent({ kind: 'crash', effort, cause: causeOf(ran.cause) });
        return 'crash';
    }
  };

  const cleaned = async (
    original: Original,
    context: CleanContext,
    policies: readonly string[],
    budgetMs: number,
  ): Promise<Filtered> => {
    const full = await attempt(original, context, 'full', budgetMs);
    if (typeof full !== 'string') return full;
    const flat = await attempt(original, context, 'flat', budgetMs);
    if (typeof flat !== 'string') return flat;
    const head = await original.head(maxHeaderBytes);
    const reason = full === 'crash' || flat === 'crash' ? 'error' : 'limit.time';
    const left = untouched(head, context, settings.clean, policies[0]?.split('+')[0] ?? 'default', reason);
    onReport(left.report);
    return reason === 'error' && settings.onError === 'tempfail' ? { ...left, tempfail: true } : left;
  };

  const protecting = (dmarcReject: boolean): MessageFilter => ({
    policyFor: (recipient, { sender, client }) => {
      const { policy } = choose({
        recipient,
        sender,
        clientAddress: client.address,
        authenticatedDomains: [],
      });
      return `${policy}${groupOf(recipient)}`;
    },
    filter: async (original, { policies, ...context }, budgetMs) => {
      if (authenticator === undefined) return cleaned(original, context, policies, budgetMs);
      // As received, before any edit; and sealed behind the last one.
      const received = await original.octets();
      const known = await authenticator.authenticate(received, authFacts(context));
      original.release(received);
      const knowing = withAuthentication(context, known, dmarcReject);
      const done = await cleaned(original, knowing, policies, budgetMs);
      if (done.tempfail === true) return done;
      const wasEdited = done.report?.result === 'cleaned';
      let final: Buffer | undefined;
      const set = await authenticator.seal(
        async () => (final = await original.octets(done.edits)),
        known,
        wasEdited,
      );
      if (final !== undefined) original.release(final);
      return set === undefined
        ? done
        : { ...done, edits: [{ start: 0, end: 0, replacement: set }, ...done.edits] };
    },
  });

  return {
    ...protecting(settings.protectDmarcReject),
    protecting,
    withConsent: (other) =>
      filterWith({ ...settings, clean: { ...settings.clean, consent: other } }, hooks, {
        pool,
        authenticator,
      }),
    startTrouble: pool.startTrouble,
    get threads() {
      return pool.size;
    },
    retire: async () => {
      await pool.retire();
      await authenticator?.retire();
    },
  };
}
