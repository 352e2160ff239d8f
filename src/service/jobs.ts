import type { CleanContext, CountedReport, Report, Tally } from '../clean/index.ts';
import type { CleanSettings, Consent } from '../config/index.ts';
import type { PackedEdits } from './packed-edits.ts';

/** What a worker is started with. */
export interface WorkerStart {
  readonly settings: CleanSettings;
  /** Where messages come that have room in it, one at a time. */
  readonly slot: SharedArrayBuffer;
}

/** A message for a thread: octets in its slot, octets that had no room there, or the open file that they are in, which the thread reads by itself. */
export type JobMessage =
  Uint8Array | { readonly slotBytes: number } | { readonly descriptor: number; readonly bytes: number };

export interface Job {
  readonly message: JobMessage;
  readonly context: CleanContext;
  /** Of the message's recipients: threads know no others, so that a line more needs no other threads. */
  readonly consent: Consent;
}

/** A worker's answer: what is to be done to the message, and a report without anything of the message in it. */
export interface Answer {
  readonly edits: PackedEdits;
  readonly report: CountedReport;
  readonly choices: readonly string[];
  readonly ms: number;
}

export type FromWorker =
  { readonly kind: 'ready'; readonly rules: string } | { readonly kind: 'answer'; readonly answer: Answer };

/** The report as it leaves the worker, for log and metrics: a few numbers in place of an object for each finding. */
export function counted(report: Report): CountedReport {
  const { parts: _parts, findings, journal: _journal, ...rest } = report;
  const tallies = new Map<string, Tally>();
  for (const { finding, action } of findings) {
    const { kind, rule } = finding;
    const key = `${kind} ${action} ${rule}`;
    tallies.set(key, { kind, action, rule, count: (tallies.get(key)?.count ?? 0) + 1 });
  }
  return { ...rest, tallies: [...tallies.values()] };
}
