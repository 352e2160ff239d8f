import { editMessage } from '../clean/index.ts';
import type { CleanContext, Cleaned, CompiledPolicy, Detail, Edited } from '../clean/index.ts';
import { addressMatches, consents, networkTest, policyChooser } from '../config/settings.ts';
import type { Choice, CleanSettings, Consent } from '../config/settings.ts';
import { fieldText, readMessage, spliceMessage } from '../message/index.ts';
import type { Policy } from '../policy/index.ts';
import { consenting, strictest } from '../policy/index.ts';
import type { RuleSet } from '../rules/rule-set.ts';

/** A cleaned message with how its policy came about, one choice a recipient. */
export interface CleanedBy extends Cleaned {
  readonly choices: readonly Choice[];
}

export interface EditedBy extends Edited {
  readonly choices: readonly Choice[];
}

/** Cleans messages as a configuration says. Keeps nothing of them. */
export interface Cleaner {
  /** `policy` overrules the choice (`--policy`), an unknown name is `default`; `consent` that of the settings. */
  clean(octets: Buffer, context: CleanContext, policy?: string): CleanedBy;
  /** The same, for whoever has the message and needs only what changes. */
  edit(octets: Buffer, context: CleanContext, policy?: string, consent?: Consent): EditedBy;
}

const someone = '';
/** Behind the name of the policy that would hold without the reader's consent; no policy's name has it. */
const consentMark = '+';

/** Domains that the message itself and its envelope name as its sender; anybody can write them. */
function claimedSenders(sender: string, from: readonly string[]): readonly string[] {
  return [sender, ...from].map((text) => {
    const domain = text.slice(text.lastIndexOf('@') + 1).toLowerCase();
    return /^[a-z0-9_.-]*/.exec(domain)?.[0] ?? '';
  });
}

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

  const named = (choice: string): Policy | undefined => {
    const [name = '', consent] = choice.split(consentMark);
    const policy = settings.policies.get(name) ?? settings.policies.get('default');
    return policy === undefined || consent === undefined ? policy : consenting(policy);
  };

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

  const choicesFor = (octets: Buffer, context: CleanContext, consent: Consent): readonly Choice[] => {
    if (settings.select.length === 0 && consent.readers.size === 0)
      return [{ policy: 'default', because: 'default', notes: [] }];
    const fields = fieldsOf(octets, settings);
    const recipients = context.recipients?.length ? context.recipients : [someone];
    const { sender = '', authenticatedDomains = [] } = context;
    return recipients.map((recipient) => {
      const choice = choose({
        recipient,
        sender,
        ...(context.client?.address === undefined ? {} : { clientAddress: context.client.address }),
        authenticatedDomains,
        ...(context.dmarc === undefined ? {} : { dmarc: context.dmarc }),
        fields,
      });
      const senders = claimedSenders(sender, fields('from'));
      const found = consents(consent, recipient, senders, authenticatedDomains);
      if (found.kind === 'none') return choice;
      if (found.kind === 'holds') {
        return { ...choice, policy: `${choice.policy}${consentMark}`, because: `consent ${found.at}` };
      }
      const note = `consent ${found.at} does not hold: the sender is not authenticated`;
      return { ...choice, notes: [...choice.notes, note] };
    });
  };

  const editWith = (
    detail: Detail,
    octets: Buffer,
    context: CleanContext,
    policy: string | undefined,
    consent = settings.consent,
  ): EditedBy => {
    const choices =
      policy === undefined
        ? choicesFor(octets, context, consent)
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
    return { ...editMessage(octets, full, by, detail), choices };
  };

  return {
    edit: (octets, context, policy, consent) => editWith('counts', octets, context, policy, consent),
    clean: (octets, context, policy) => {
      const { edits, report, choices } = editWith('all', octets, context, policy);
      return { octets: spliceMessage({ octets }, edits), report, choices };
    },
  };
}
