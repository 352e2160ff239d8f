import { excerptAfter, excerptBefore, excerptSpan } from './excerpt.ts';
import type { PlannedFinding } from './act.ts';
import type { PlannedOctets } from './plan-octets.ts';
import type { ActionName, Counts, Decided, Report } from './report.ts';
import type { Finding } from '../detect/finding.ts';
import type { Place } from '../html/place.ts';
import { readingSpanToOctets } from '../message/index.ts';
import type { Message } from '../message/types.ts';
import type { Span } from '../span.ts';

const maxFieldExcerpt = 500;

/** A planned finding with its place in the report: copies of one place in several readings share an entry. */
export interface Listed {
  readonly decided: readonly Decided[];
  /** Index into `decided` of each planned finding. */
  readonly indexOf: readonly number[];
}

/** A finding of the report. What people read of it is worked out when somebody asks: a service only counts. */
class Listing implements Decided {
  readonly finding: Finding;
  readonly action: ActionName;
  readonly because: string;
  readonly #message: Message;
  readonly #planned: PlannedFinding;
  #around: Span | undefined;

  constructor(message: Message, planned: PlannedFinding) {
    const { action, obstacle } = planned.plan;
    const { because } = planned.decision;
    this.finding = planned.finding;
    this.action = action;
    this.because = obstacle === undefined ? because : `${because}; kept: ${obstacle}`;
    this.#message = message;
    this.#planned = planned;
  }

  get span(): Span {
    const { text, finding } = this.#planned;
    if (finding.where.kind === 'field') return finding.where.span;
    if (text === undefined) return { start: 0, end: 0 };
    return readingSpanToOctets(text.reading, this.#excerptSpan(finding.where.place));
  }

  get before(): string {
    const { text, finding } = this.#planned;
    if (finding.where.kind === 'field' || text === undefined) {
      const { start, end } = this.span;
      return this.#message.octets.toString('latin1', start, Math.min(end, start + maxFieldExcerpt)).trimEnd();
    }
    return excerptBefore(text.scanned.text, this.#excerptSpan(finding.where.place));
  }

  get after(): string {
    const { text, finding, plan } = this.#planned;
    if (finding.where.kind === 'field' || text === undefined)
      return this.action === 'kept' ? this.before : '';
    return excerptAfter(text.scanned.text, this.#excerptSpan(finding.where.place), plan.edits);
  }

  #excerptSpan(place: Place): Span {
    return (this.#around ??= excerptSpan(place, this.#planned.plan.edits));
  }
}

/** The finding with all that can be said of it, for whoever keeps it when the message is gone. */
export function writtenOut({ finding, action, because, span, before, after }: Decided): Decided {
  return { finding, action, because, span, before, after };
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
    decided.push(new Listing(message, each));
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
    const because = `left as it is (${reason})`;
    return { ...writtenOut(entry), action: 'kept', because, after: entry.before };
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
  const elsewhere: Decided[] = [];
  const kept: Decided[] = [];
  for (const entry of decided) {
    const { kind } = entry.finding;
    if (entry.action !== 'kept') acted[kind] += 1;
    if (isOpaque(entry)) opaque += 1;
    if (entry.action !== 'kept' || isOpaque(entry)) elsewhere.push(entry);
    else if (kind === 'receipt') receiptsKept += 1;
    else kept.push(entry);
  }
  const others = new Set(kept.length === 0 ? [] : elsewhere.map(placeKey));
  const keptAt = new Set(kept.map(placeKey).filter((key) => !others.has(key)));
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
