import { excerpt, excerptSpan } from './excerpt.ts';
import type { PlannedFinding } from './act.ts';
import type { PlannedOctets } from './plan-octets.ts';
import type { Counts, Decided, Report } from './report.ts';
import { readingSpanToOctets } from '../message/index.ts';
import type { Message } from '../message/types.ts';

const maxFieldExcerpt = 500;

/** A planned finding with its place in the report: copies of one place in several readings share an entry. */
export interface Listed {
  readonly decided: readonly Decided[];
  /** Index into `decided` of each planned finding. */
  readonly indexOf: readonly number[];
}

function describe(message: Message, { finding, text, plan, decision }: PlannedFinding): Decided {
  const { action, obstacle } = plan;
  const because = obstacle === undefined ? decision.because : `${decision.because}; kept: ${obstacle}`;
  if (finding.where.kind === 'field' || text === undefined) {
    const span = finding.where.kind === 'field' ? finding.where.span : { start: 0, end: 0 };
    const end = Math.min(span.end, span.start + maxFieldExcerpt);
    const before = message.octets.toString('latin1', span.start, end).trimEnd();
    return { finding, action, because, span, before, after: action === 'kept' ? before : '' };
  }
  const around = excerptSpan(finding.where.place, plan.edits);
  const span = readingSpanToOctets(text.reading, around);
  return { finding, action, because, span, ...excerpt(text.scanned.text, around, plan.edits) };
}

/** What a place is known by across readings: its kind of finding and the octets of its URL. */
function keyOf({ finding, text }: PlannedFinding): string {
  if (finding.where.kind === 'field' || text === undefined) return `${finding.kind} field`;
  const { start, end } = readingSpanToOctets(text.reading, finding.where.place.span);
  return `${finding.kind} ${start} ${end}`;
}

/** The report's findings: one entry a place and kind, whatever the number of readings it was found in. */
export function listFindings(message: Message, planned: readonly PlannedFinding[]): Listed {
  const severalReadings = planned.some(({ text }) => text !== undefined && text.reading.index > 0);
  const decided: Decided[] = [];
  const seen = new Map<string, number>();
  const indexOf = planned.map((each) => {
    const key = severalReadings ? keyOf(each) : '';
    const known = each.text === undefined || each.text.reading.index === 0 ? undefined : seen.get(key);
    if (known !== undefined) return known;
    decided.push(describe(message, each));
    seen.set(key, decided.length - 1);
    return decided.length - 1;
  });
  return { decided, indexOf };
}

/** The entries as they came out: what could not be edited safely was kept, whatever the policy wanted. */
export function withRefusals(decided: readonly Decided[], octets: PlannedOctets): readonly Decided[] {
  if (octets.refused.size === 0 && octets.dropped.size === 0) return decided;
  return decided.map((entry, index) => {
    if (entry.action === 'kept') return entry;
    const part = entry.finding.where.kind === 'place' ? entry.finding.where.part : '';
    const reason =
      octets.refused.get(part) ?? (octets.dropped.has(index) ? octets.partly.get(part) : undefined);
    if (reason === undefined) return entry;
    return { ...entry, action: 'kept', because: `left as it is (${reason})`, after: entry.before };
  });
}

function isOpaque(entry: Decided): boolean {
  const { finding } = entry;
  return finding.kind === 'link' && finding.destination === undefined && finding.guard === undefined;
}

/** Counts of places, as the header says them: acted on by kind; found and left as `opaque` or `kept`. */
export function count(decided: readonly Decided[]): Counts {
  const acted = { pixel: 0, link: 0, param: 0, receipt: 0 };
  let opaque = 0;
  let receiptsKept = 0;
  const elsewhere = new Set<string>();
  const kept: Decided[] = [];
  for (const entry of decided) {
    const { kind } = entry.finding;
    if (entry.action !== 'kept') acted[kind] += 1;
    if (isOpaque(entry)) opaque += 1;
    if (entry.action !== 'kept' || isOpaque(entry)) elsewhere.add(placeKey(entry));
    else if (kind === 'receipt') receiptsKept += 1;
    else kept.push(entry);
  }
  const keptAt = new Set(kept.map(placeKey).filter((key) => !elsewhere.has(key)));
  return {
    pixels: acted.pixel,
    links: acted.link,
    params: acted.param,
    receipts: acted.receipt,
    opaque,
    kept: keptAt.size + receiptsKept,
  };
}

function placeKey(entry: Decided): string {
  return `${entry.finding.where.kind === 'place' ? entry.finding.where.part : ''}/${entry.span.start}`;
}

/** Operators of what was acted on, by first appearance; names of rule files only. */
export function operatorsOf(decided: readonly Decided[]): Report['operators'] {
  const names = decided.flatMap(({ action, finding }) =>
    action === 'kept' || finding.operator === undefined ? [] : [finding.operator],
  );
  return [...new Set(names)];
}
