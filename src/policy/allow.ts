import type { Finding } from '../detect/finding.ts';
import { hostMatches } from '../rules/matching.ts';
import { parseUrl } from '../url/index.ts';
import type { AllowEntry } from './policy.ts';

export interface AllowContext {
  /** Envelope sender, lower case. */
  readonly sender: string;
  /** Domains for which DMARC passed: an entry by sender counts only for those, since a sender can forge the rest. */
  readonly authenticatedDomains: readonly string[];
  /** ISO date of today; without it `until` is not looked at. */
  readonly today?: string;
}

function hostOf(finding: Finding): string | undefined {
  return finding.where.kind === 'place' ? parseUrl(finding.where.place.urls[0] ?? '')?.host : undefined;
}

function senderMatches(entry: string, context: AllowContext): boolean {
  const wanted = entry.toLowerCase();
  const domain = wanted.slice(wanted.lastIndexOf('@') + 1);
  if (!context.authenticatedDomains.includes(domain)) return false;
  return wanted.includes('@') ? context.sender === wanted : context.sender.endsWith(`@${domain}`);
}

function matches(entry: AllowEntry, finding: Finding, context: AllowContext): boolean {
  if (entry.until !== undefined && context.today !== undefined && context.today >= entry.until) return false;
  if (entry.operator !== undefined && entry.operator.toLowerCase() !== finding.operator?.toLowerCase())
    return false;
  if (entry.rule !== undefined && entry.rule !== finding.rule) return false;
  if (entry.sender !== undefined && !senderMatches(entry.sender, context)) return false;
  if (entry.host === undefined) return true;
  const host = hostOf(finding);
  return host !== undefined && hostMatches(entry.host, host);
}

/** The first allow entry all of whose given fields match, or undefined. An entry without any field matches nothing. */
export function allowing(
  finding: Finding,
  entries: readonly AllowEntry[],
  context: AllowContext,
): AllowEntry | undefined {
  return entries.find((entry) => {
    const isEmpty = [entry.operator, entry.host, entry.sender, entry.rule].every(
      (field) => field === undefined,
    );
    return !isEmpty && matches(entry, finding, context);
  });
}
