import type { CleanContext, Decided, Report } from '../clean/index.ts';
import type { CleanSettings, Consent } from '../config/index.ts';
import type { PackedEdits } from './packed-edits.ts';

/** What a worker is started with. */
export interface WorkerStart {
  readonly settings: CleanSettings;
}

/** A message for a thread: its octets, or the open file that they are in, which the thread reads by itself. */
export type JobMessage = Uint8Array | { readonly descriptor: number; readonly bytes: number };

export interface Job {
  readonly message: JobMessage;
  readonly context: CleanContext;
  /** Of the message's recipients: threads know no others, so that a line more needs no other threads. */
  readonly consent: Consent;
}

/** A worker's answer: what is to be done to the message, and a report without anything of the message in it. */
export interface Answer {
  readonly edits: PackedEdits;
  readonly report: Report;
  readonly choices: readonly string[];
  readonly ms: number;
}

export type FromWorker =
  { readonly kind: 'ready'; readonly rules: string } | { readonly kind: 'answer'; readonly answer: Answer };

const nowhere = { kind: 'field', name: '', span: { start: 0, end: 0 } } as const;

function bare({ finding, action, because }: Decided): Decided {
  const { certainty, operator, rule } = finding;
  const common = {
    certainty,
    evidence: [],
    where: nowhere,
    ...(operator === undefined ? {} : { operator }),
    ...(rule === undefined ? {} : { rule }),
  };
  const span = nowhere.span;
  const rest = { action, because, before: '', after: '', span };
  switch (finding.kind) {
    case 'pixel':
      return {
        ...rest,
        finding: { ...common, kind: 'pixel', personal: finding.personal, needless: finding.needless },
      };
    case 'link':
      return { ...rest, finding: { ...common, kind: 'link', redirect: finding.redirect } };
    case 'param':
      return { ...rest, finding: { ...common, kind: 'param', names: [], result: '' } };
    case 'receipt':
      return { ...rest, finding: { ...common, kind: 'receipt' } };
  }
}

/** The report as it leaves the worker: kinds, operators and rules for log and metrics; no places, texts or journal. */
export function withoutTexts(report: Report): Report {
  return { ...report, findings: report.findings.map(bare), journal: [] };
}
