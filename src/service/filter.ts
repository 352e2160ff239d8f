import { Authenticator } from '../auth/index.ts';
import type { CleanContext, Report } from '../clean/index.ts';
import { policyChooser } from '../config/settings.ts';
import type { Consent } from '../config/settings.ts';
import { messageOf } from '../errors.ts';
import type { Filtered, MessageFilter } from '../smtp/filter.ts';
import { authFacts, withAuthentication } from './authenticated.ts';
import type { ServiceSettings } from './settings.ts';
import { untouched } from './untouched.ts';
import { WorkerPool } from './worker-pool.ts';
import type { PoolTuning } from './worker-pool.ts';

/** What the filter tells of its own troubles; nothing of the message is in it. */
export type FilterEvent =
  | { readonly kind: 'timeout'; readonly effort: 'full' | 'flat' }
  | { readonly kind: 'crash'; readonly effort: 'full' | 'flat'; readonly cause: string }
  | { readonly kind: 'busy' };

export interface FilterHooks {
  readonly onEvent?: ((event: FilterEvent) => void) | undefined;
  readonly onReport?: ((report: Report) => void) | undefined;
  /** How long a message may wait for a thread; by default four times its time for cleaning. */
  readonly patienceMs?: number | undefined;
  readonly pool?: PoolTuning;
}

export interface RunningFilter extends MessageFilter {
  /** Threads end as soon as they are idle; messages that began with this filter are still cleaned by it. */
  retire(): Promise<void>;
  /** The same filter before a next hop that rejects by DMARC, or before one that does not. */
  protecting(dmarcReject: boolean): MessageFilter;
  /** The same threads for what comes from now on, with another consent; messages that began keep theirs. Retires together with this one. */
  withConsent(consent: Consent): RunningFilter;
  /** Threads that clean, now. */
  readonly threads: number;
}

interface Original {
  readonly octets: Buffer;
  /** Brings the octets once more; where it is missing their memory is not to be moved away. */
  readonly again: (() => Promise<Buffer>) | undefined;
}

/** The memory of these octets, where they do not share it. */
function own({ buffer, byteLength }: Buffer): readonly ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
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
  const pool = new WorkerPool({ ...clean, consent: nobody }, hooks.pool);
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
    { octets, again }: Original,
    context: CleanContext,
    effort: 'full' | 'flat',
    budgetMs: number,
  ): Promise<Filtered | 'timeout' | 'crash'> => {
    const share = effort === 'full' ? fullShare : 1 - fullShare;
    const ran = await pool.run(
      { octets, context: { ...context, effort }, consent: consentOf(consent, context.recipients) },
      budgetMs * share,
      hooks.patienceMs ?? budgetMs * patience,
      again === undefined ? [] : own(octets),
    );
    switch (ran.kind) {
      case 'done': {
        const { report } = ran.answer;
        onReport(report);
        const answered = {
          octets: Buffer.from(
            ran.answer.octets.buffer,
            ran.answer.octets.byteOffset,
            ran.answer.octets.byteLength,
          ),
          report,
        };
        return report.result === 'error' && settings.onError === 'tempfail'
          ? { ...answered, tempfail: true }
          : answered;
      }
      case 'busy':
        onEvent({ kind: 'busy' });
        return { octets, report: undefined, tempfail: true };
      case 'timeout':
        onEvent({ kind: 'timeout', effort });
        return 'timeout';
      case 'crashed':
        onEvent({ kind: 'crash', effort, cause: messageOf(ran.cause) });
        return 'crash';
    }
  };

  const cleaned = async (
    original: Original,
    context: CleanContext,
    policies: readonly string[],
    budgetMs: number,
  ): Promise<Filtered> => {
    const { again = () => Promise.resolve(original.octets) } = original;
    const full = await attempt(original, context, 'full', budgetMs);
    if (typeof full !== 'string') return full;
    const flat = await attempt({ ...original, octets: await again() }, context, 'flat', budgetMs);
    if (typeof flat !== 'string') return flat;
    const octets = await again();
    const reason = full === 'crash' || flat === 'crash' ? 'error' : 'limit.time';
    const left = untouched(octets, context, settings.clean, policies[0]?.split('+')[0] ?? 'default', reason);
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
    filter: async (octets, { policies, ...context }, budgetMs, again) => {
      const original = { octets, again };
      if (authenticator === undefined) return cleaned(original, context, policies, budgetMs);
      // As received, before any edit; and sealed behind the last one.
      const known = await authenticator.authenticate(octets, authFacts(context));
      const knowing = withAuthentication(context, known, dmarcReject);
      const done = await cleaned(original, knowing, policies, budgetMs);
      if (done.tempfail === true) return done;
      const wasEdited = done.report?.result === 'cleaned';
      return { ...done, octets: await authenticator.seal(done.octets, known, wasEdited) };
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
    get threads() {
      return pool.size;
    },
    retire: async () => {
      await pool.retire();
      await authenticator?.retire();
    },
  };
}
