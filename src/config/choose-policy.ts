import { addressMatches, matchesStars } from './address-pattern.ts';
import { networkTest } from './endpoint.ts';
import type { SelectEntry } from './selection.ts';

/** What is known of one copy of a message when its policy is chosen. */
export interface Facts {
  readonly recipient: string;
  readonly sender: string;
  readonly clientAddress?: string;
  readonly authenticatedDomains: readonly string[];
  /** What DMARC said; absent where it was not asked. */
  readonly dmarc?: string;
  /** Unfolded values of the message's fields with this name (lower case); absent before the message was read. */
  readonly fields?: (name: string) => readonly string[];
}

export interface Choice {
  readonly policy: string;
  /** `select mailsluice.yaml:30`, or `default`. */
  readonly because: string;
  /** Entries that held but for a domain that is not authenticated; `explain` shows them. */
  readonly notes: readonly string[];
}

export type ChoosePolicy = (facts: Facts) => Choice;

function isWithin(name: string, domains: readonly string[]): boolean {
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

/** The identifier in `List-Id: Some words <id.example.org>`, lower case. */
function listIdOf(value: string): string {
  const open = value.lastIndexOf('<');
  const close = value.indexOf('>', open);
  return (open >= 0 && close > open ? value.slice(open + 1, close) : value).trim().toLowerCase();
}

interface Match {
  readonly holds: boolean;
  /** Names behind which a forgery could hide: each must be authenticated where the entry asks for it. */
  readonly domains: readonly string[];
}

function matchEntry(
  entry: SelectEntry,
  isClient: (address: string | undefined) => boolean,
  facts: Facts,
): Match {
  const domains: string[] = [];
  const recipient = facts.recipient.toLowerCase();
  const sender = facts.sender.toLowerCase();
  const nowhere = { holds: false, domains };
  if (entry.recipient?.some((each) => addressMatches(each, recipient)) === false) return nowhere;
  if (entry.client !== undefined && !isClient(facts.clientAddress)) return nowhere;
  if (entry.authenticated?.some((domain) => facts.authenticatedDomains.includes(domain)) === false)
    return nowhere;
  if (entry.dmarc !== undefined) {
    if (facts.dmarc !== entry.dmarc) return nowhere;
    // Anybody can fail; nothing vouches for who did.
    if (entry.dmarc === 'fail') domains.push('');
  }
  if (entry.sender !== undefined) {
    if (!entry.sender.some((each) => addressMatches(each, sender))) return nowhere;
    domains.push(sender.slice(sender.lastIndexOf('@') + 1));
  }
  if (entry.listId !== undefined) {
    const patterns = entry.listId.map((each) => each.toLowerCase());
    const id = (facts.fields?.('list-id') ?? [])
      .map(listIdOf)
      .find((each) => patterns.some((glob) => matchesStars(glob, each)));
    if (id === undefined) return nowhere;
    domains.push(id);
  }
  if (entry.header !== undefined) {
    const isThere = entry.header.every(([name, glob]) =>
      (facts.fields?.(name.toLowerCase()) ?? []).some((value) =>
        matchesStars(glob.toLowerCase(), value.trim().toLowerCase()),
      ),
    );
    if (!isThere) return nowhere;
    // A header is vouched for by nobody but the domain that the entry itself asks for.
    if (entry.authenticated === undefined) domains.push('');
  }
  return { holds: true, domains };
}

/** Makes the function that names a copy's policy: the first entry that holds, else `default`. */
export function policyChooser(entries: readonly SelectEntry[]): ChoosePolicy {
  const tests = entries.map((entry) => ({ entry, isClient: networkTest(entry.client ?? []) }));
  return (facts) => {
    const notes: string[] = [];
    for (const { entry, isClient } of tests) {
      const { holds, domains } = matchEntry(entry, isClient, facts);
      if (!holds) continue;
      if (!entry.needsAuthentication || domains.every((name) => isWithin(name, facts.authenticatedDomains))) {
        return { policy: entry.policy, because: `select ${entry.at}`, notes };
      }
      notes.push(`select ${entry.at} would choose ${entry.policy}, but the sender is not authenticated`);
    }
    return { policy: 'default', because: 'default', notes };
  };
}
