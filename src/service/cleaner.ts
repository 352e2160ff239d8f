import { cleanMessage } from '../clean/index.ts';
import type { CleanContext, Cleaned, CompiledPolicy } from '../clean/index.ts';
import { addressMatches, networkTest, policyChooser } from '../config/index.ts';
import type { Choice, CleanSettings } from '../config/index.ts';
import { fieldText, readMessage } from '../message/index.ts';
import type { Policy } from '../policy/index.ts';
import { strictest } from '../policy/index.ts';
import type { RuleSet } from '../rules/rule-set.ts';

/** A cleaned message with how its policy came about, one choice a recipient. */
export interface CleanedBy extends Cleaned {
  readonly choices: readonly Choice[];
}

/** Cleans messages as a configuration says. Keeps nothing of them. */
export interface Cleaner {
  /** The policy of a recipient by what is known before the message: conditions on its header do not hold yet. */
  policyFor(recipient: string, sender: string, clientAddress: string | undefined): string;
  /** `policy` overrules the choice (`--policy`); an unknown name is `default`. */
  clean(octets: Buffer, context: CleanContext, policy?: string): CleanedBy;
}

const someone = '';

/** Values of the message's own header by name, read when first asked for. */
function fieldsOf(octets: Buffer, settings: CleanSettings): (name: string) => readonly string[] {
  let fields: ReadonlyMap<string, readonly string[]> | undefined;
  return (name) => {
    if (fields === undefined) {
      const limits = { maxParts: 1, maxDepth: 1, nested: 'keep' } as const;
      const message = readMessage(
        octets.length > settings.limits.messageBytes ? Buffer.alloc(0) : octets,
        limits,
      );
      const read = new Map<string, readonly string[]>();
      for (const field of message.fields) {
        read.set(field.name, [...(read.get(field.name) ?? []), fieldText(message, field)]);
      }
      fields = read;
    }
    return fields.get(name) ?? [];
  };
}

/** Makes a cleaner out of plain settings and compiled rules. */
export function createCleaner(settings: CleanSettings, rules: RuleSet): Cleaner {
  const choose = policyChooser(settings.select);
  const isOurs = networkTest(settings.localNetworks);
  const compiled = new Map<string, CompiledPolicy>();

  const named = (name: string): Policy | undefined =>
    settings.policies.get(name) ?? settings.policies.get('default');

  const compile = (names: readonly string[]): CompiledPolicy | undefined => {
    const key = names.join('\0');
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const [first, ...others] = names.map(named).filter((policy) => policy !== undefined);
    if (first === undefined) return undefined;
    const made = {
      policy: strictest(first, ...others),
      rules,
      limits: settings.limits,
      headerName: settings.headerName,
    };
    compiled.set(key, made);
    return made;
  };

  const reasonsFor = (context: CleanContext): CleanContext['reasons'] => {
    const recipients = context.recipients ?? [];
    // An exemption loosens, so it counts only where it is every recipient's.
    const isExempt =
      recipients.length > 0 &&
      recipients.every((recipient) =>
        settings.exempt.some((entry) => addressMatches(entry, recipient.toLowerCase())),
      );
    return [
      ...(context.reasons ?? []),
      ...(isOurs(context.client?.address) ? (['outbound'] as const) : []),
      ...(isExempt ? (['exempt'] as const) : []),
    ];
  };

  const choicesFor = (octets: Buffer, context: CleanContext): readonly Choice[] => {
    if (settings.select.length === 0) return [{ policy: 'default', because: 'default', notes: [] }];
    const fields = fieldsOf(octets, settings);
    const recipients = context.recipients?.length ? context.recipients : [someone];
    return recipients.map((recipient) =>
      choose({
        recipient,
        sender: context.sender ?? '',
        ...(context.client?.address === undefined ? {} : { clientAddress: context.client.address }),
        authenticatedDomains: context.authenticatedDomains ?? [],
        ...(context.dmarc === undefined ? {} : { dmarc: context.dmarc }),
        fields,
      }),
    );
  };

  return {
    policyFor: (recipient, sender, clientAddress) =>
      choose({
        recipient,
        sender,
        authenticatedDomains: [],
        ...(clientAddress === undefined ? {} : { clientAddress }),
      }).policy,
    clean: (octets, context, policy) => {
      const choices =
        policy === undefined
          ? choicesFor(octets, context)
          : [{ policy, because: `--policy ${policy}`, notes: [] }];
      const names = [...new Set(choices.map((choice) => choice.policy))].toSorted();
      const by = compile(names);
      if (by === undefined) throw new Error('the settings hold no policy');
      const full: CleanContext = {
        receivedBy: settings.headerId,
        today: new Date().toISOString().slice(0, 10),
        ...context,
        reasons: reasonsFor(context) ?? [],
      };
      return { ...cleanMessage(octets, full, by), choices };
    },
  };
}
