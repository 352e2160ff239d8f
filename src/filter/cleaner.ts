import { cleanMessage } from '../clean/index.ts';
import type { CleanContext, Cleaned, CompiledPolicy } from '../clean/index.ts';
import { addressMatches, networkTest, policyChooser } from '../config/index.ts';
import type { Choice, CleanSettings, Facts } from '../config/index.ts';
import { fieldText, readMessage } from '../message/index.ts';
import { defaultPolicy, strictest } from '../policy/index.ts';
import type { Policy } from '../policy/index.ts';
import type { RuleSet } from '../rules/rule-set.ts';

/** What the shell knows of a message, with the policies it may be held to beside the configured ones. */
export interface CleanRequest extends CleanContext {
  /** An authenticated client or a listener for outbound mail: never edited. */
  readonly outbound?: boolean;
  /** By name instead of by `select` (the commands' `--policy`). */
  readonly policyName?: string;
}

/** A configuration ready to clean messages; one a thread, shared by all messages. */
export interface Cleaner {
  /** The policy of one recipient as far as the envelope tells; `select` entries on header fields are not asked. */
  policyFor(facts: Facts): Choice;
  /** Chooses the policy of the copy (strictest of its recipients'), and cleans. Never throws. */
  clean(octets: Buffer, request: CleanRequest): Cleaned;
  /** The compiled policy of this name, or undefined. */
  policy(name: string): CompiledPolicy | undefined;
}

function fieldsOf(octets: Buffer): (name: string) => readonly string[] {
  let read: ((name: string) => readonly string[]) | undefined;
  return (name) => {
    if (read === undefined) {
      const message = readMessage(octets, { maxParts: 1, maxDepth: 1, nested: 'keep' });
      read = (wanted) =>
        message.fields.filter((field) => field.name === wanted).map((field) => fieldText(message, field));
    }
    return read(name);
  };
}

/** Makes a cleaner of the settings and compiled rules. */
export function createCleaner(settings: CleanSettings, rules: RuleSet): Cleaner {
  const choose = policyChooser(settings.select);
  const isLocal = networkTest(settings.localNetworks);
  const compiled = new Map<string, CompiledPolicy>();

  function compile(policies: readonly Policy[]): CompiledPolicy {
    const [first = defaultPolicy, ...others] = policies;
    const key = policies.map(({ name }) => name).join('\0');
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const policy = strictest(first, ...others);
    const made = { policy, rules, limits: settings.limits, headerName: settings.headerName };
    compiled.set(key, made);
    return made;
  }

  function policiesOf(octets: Buffer, request: CleanRequest): readonly Policy[] {
    if (request.policyName !== undefined) return [settings.policies.get(request.policyName) ?? defaultPolicy];
    const recipients = request.recipients ?? [];
    const fields = fieldsOf(octets);
    const names = (recipients.length > 0 ? recipients : ['']).map(
      (recipient) =>
        choose({
          recipient,
          sender: request.sender ?? '',
          authenticatedDomains: request.authenticatedDomains ?? [],
          fields,
          ...(request.client?.address === undefined ? {} : { clientAddress: request.client.address }),
        }).policy,
    );
    return [...new Set(names)].sort().map((name) => settings.policies.get(name) ?? defaultPolicy);
  }

  function reasonsOf(request: CleanRequest): NonNullable<CleanContext['reasons']> {
    const recipients = request.recipients ?? [];
    const isExempt =
      recipients.length > 0 &&
      recipients.every((recipient) => settings.exempt.some((each) => addressMatches(each, recipient.toLowerCase())));
    const isOutbound = request.outbound === true || isLocal(request.client?.address);
    return [
      ...(request.reasons ?? []),
      ...(isOutbound ? (['outbound'] as const) : []),
      ...(isExempt ? (['exempt'] as const) : []),
    ];
  }

  return {
    policyFor: choose,
    policy: (name) => {
      const policy = settings.policies.get(name);
      return policy === undefined ? undefined : compile([policy]);
    },
    clean: (octets, request) => {
      const context = { receivedBy: settings.headerId, ...request, reasons: reasonsOf(request) };
      return cleanMessage(octets, context, compile(policiesOf(octets, request)));
    },
  };
}
