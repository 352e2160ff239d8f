import { dropAmp, planPart } from '../message/index.ts';
import type { Reading } from '../message/index.ts';
import type { JournalEntry, Message, OctetEdit, Part, Reason } from '../message/types.ts';
import type { PlannedFinding } from './act.ts';
import type { BannerEdit } from './banner.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import type { PartsScan } from './scan-parts.ts';
import { mergeEdits } from './text-edits.ts';
import type { FoundEdit } from './text-edits.ts';

export interface PlannedOctets {
  readonly edits: readonly OctetEdit[];
  readonly journal: readonly JournalEntry[];
  /** Parts whose octets no reading makes safe to edit, or which a fault of ours kept from being read. */
  readonly refused: ReadonlyMap<string, Reason>;
  /** Parts some of whose edits could not be made safely, and why. */
  readonly partly: ReadonlyMap<string, Reason>;
  /** Findings (indexes into the report) of edits that were left out. */
  readonly dropped: ReadonlySet<number>;
}

type ReadingEdits = Map<Reading, FoundEdit[]>;

function editsByPart(
  planned: readonly PlannedFinding[],
  indexOf: readonly number[],
): ReadonlyMap<Part, ReadingEdits> {
  const byPart = new Map<Part, ReadingEdits>();
  planned.forEach(({ text, plan }, index) => {
    if (text === undefined || plan.edits.length === 0) return;
    const readings = byPart.get(text.part) ?? new Map<Reading, FoundEdit[]>();
    const edits = readings.get(text.reading) ?? [];
    for (const edit of plan.edits) edits.push({ ...edit, findings: [indexOf[index] ?? 0] });
    readings.set(text.reading, edits);
    byPart.set(text.part, readings);
  });
  return byPart;
}

function withBanners(part: Part, readings: ReadingEdits, banners: readonly BannerEdit[]): ReadingEdits {
  const added = new Map(readings);
  for (const { text, edit } of banners) {
    if (text.part !== part) continue;
    added.set(text.reading, [...(added.get(text.reading) ?? []), { ...edit, findings: [] }]);
  }
  return added;
}

function mergeReadings(readings: ReadingEdits): ReadonlyMap<Reading, readonly FoundEdit[]> {
  return new Map([...readings].map(([reading, list]) => [reading, mergeEdits(list)]));
}

/**
 * Turns the planned text edits of each part into octet edits. Where a part cannot take its banner, it is planned without: the line for the
 * reader must never cost a removal.
 */
export function planOctets(
  message: Message,
  scan: PartsScan,
  planned: readonly PlannedFinding[],
  indexOf: readonly number[],
  banners: readonly BannerEdit[] = [],
): PlannedOctets {
  const journal: JournalEntry[] = [];
  const edits: OctetEdit[] = [];
  const partly = new Map<string, Reason>();
  const dropped = new Set<number>();
  const refused = new Map<string, Reason>([...scan.failed].map((part) => [part, 'error']));
  const byPart = new Map(editsByPart(planned, indexOf));
  for (const { text } of banners) if (!byPart.has(text.part)) byPart.set(text.part, new Map());
  for (const [part, readings] of byPart) {
    const first = planPart(message, part, mergeReadings(withBanners(part, readings, banners)));
    const plan = first.kind === 'refused' ? planPart(message, part, mergeReadings(readings)) : first;
    if (plan.kind === 'refused') {
      if (readings.size > 0) refused.set(part.id, plan.reason);
      continue;
    }
    for (const edit of plan.edits) edits.push(edit);
    for (const entry of plan.journal) journal.push(entry);
    for (const finding of plan.dropped) dropped.add(finding);
    if (plan.reason !== undefined) partly.set(part.id, plan.reason);
  }
  return { edits, journal, refused, partly, dropped };
}

/** A journal entry that takes octets out, or puts octets in, as they stand. */
export function plainEntry(
  message: Message,
  part: string,
  edit: OctetEdit,
  findings: readonly number[] = [],
): JournalEntry {
  const span = { start: edit.start, end: edit.end };
  const before = message.octets.subarray(edit.start, edit.end);
  return { part, span, before, after: edit.replacement, findings };
}

/** What a policy names beside the texts: header fields that ask for a receipt, and AMP alternatives. */
export function planNamed(
  message: Message,
  compiled: CompiledPolicy,
  planned: readonly PlannedFinding[],
  indexOf: readonly number[],
): readonly JournalEntry[] {
  const fields = planned.flatMap(({ finding, plan }, index) => {
    if (finding.where.kind !== 'field' || plan.action !== 'removed') return [];
    const edit = { ...finding.where.span, replacement: Buffer.alloc(0) };
    return [plainEntry(message, '', edit, [indexOf[index] ?? 0])];
  });
  if (compiled.policy.amp !== 'drop') return fields;
  const amp = message.parts
    .filter((part) => part.role === 'amp')
    .flatMap((part) => (dropAmp(message, part) ?? []).map((edit) => plainEntry(message, part.id, edit)));
  return [...fields, ...amp];
}
