import type { Finding } from '../detect/finding.ts';
import type { JournalEntry, Reason } from '../message/types.ts';

export type Result = 'cleaned' | 'none' | 'observed' | 'skipped' | 'error';
export type ActionName = 'removed' | 'neutralised' | 'rewritten' | 'kept';

/** A finding with what the policy does about it, and why. */
export interface Decided {
  readonly finding: Finding;
  readonly action: ActionName;
  /** What decided: `policy default: pixels=act`, `allow mailsluice.yaml:41 (why)`, `guard unsubscribe`. */
  readonly because: string;
  /** The part's text around and in the place, before and after (the URL or attribute only); for people and `scan --json`. */
  readonly before: string;
  readonly after: string;
  /** Octets of the message. */
  readonly span: { readonly start: number; readonly end: number };
}

export interface PartState {
  readonly part: string;
  readonly type: string;
  readonly state: 'edited' | 'unedited' | 'kept';
  readonly reason?: Reason;
}

export interface Counts {
  readonly pixels: number;
  readonly links: number;
  readonly params: number;
  readonly receipts: number;
  readonly opaque: number;
  readonly kept: number;
}

/** What happened to a message. Counts are of places, as the header says them. */
export interface Report {
  readonly result: Result;
  readonly step: 'full' | 'flat' | 'untouched';
  readonly reasons: readonly Reason[];
  readonly policy: string;
  readonly counts: Counts;
  /** Operator names of rule files, by first appearance, of what was acted on (or would be, in report mode). */
  readonly operators: readonly string[];
  readonly parts: readonly PartState[];
  readonly findings: readonly Decided[];
  readonly journal: readonly JournalEntry[];
}

/** Findings of one kind and rule that were dealt with in one way. */
export interface Tally {
  readonly kind: Finding['kind'];
  readonly action: ActionName;
  readonly rule: string | undefined;
  readonly count: number;
}

/** A report for log and metrics: numbers and names of rule files, without places, texts or journal. */
export interface CountedReport extends Omit<Report, 'parts' | 'findings' | 'journal'> {
  readonly tallies: readonly Tally[];
}
