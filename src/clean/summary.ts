import { excerpt, excerptSpan } from './excerpt.ts';
import type { PlannedFinding } from './act.ts';
import type { ActionName, Counts, Decided, Report } from './report.ts';
import { readingSpanToOctets } from '../message/index.ts';
import type { Message, Reason } from '../message/types.ts';

/** A planned finding with its place in the report: copies of one place in several readings share an entry. */
export interface Listed {
  readonly decided: readonly Decided[];
  /** Index into `decided` of each planned finding. */
  readonly indexOf: readonly number[];
}

function becauseOf(planned: PlannedFinding, refusal: Reason | undefined): string {
  if (refusal !== undefined && planned.plan.action !== 'kept') return `part is left as it is (${refusal})`;
  const { obstacle } = planned.plan;
  return obstacle === undefined ? planned.decision.because : `${planned.decision.because}; kept: ${obstacle}`;
}

function describe(message: Message, planned: PlannedFinding, refusal: Reason | undefined): Decided {
  const { finding, text, plan } = planned;
  const because = becauseOf(planned, refusal);
  const action: ActionName = refusal === undefined ? plan.action : 'kept';
  if (finding.where.kind === 'field' || text === undefined) {
    const span = finding.where.kind === 'field' ? finding.where.span : { start: 0, end: 0 };
    const before = message.octets
      .toString('latin1', span.start, Math.min(span.end, span.start + 500))
      .trimEnd();
    return { finding, action, because, span, before, after: action === 'kept' ? before : '' };
  }
  const edits = action === 'kept' ? [] : plan.edits;
  const around = excerptSpan(finding.where.place, edits);
  const span = readingSpanToOctets(message, text.reading, around);
  return { finding, action, because, span, ...excerpt(text.scanned.text, around, edits) };
}

/** The report's findings: one entry a place and kind, whatever the number of readings it was found in. */
export function listFindings(
  message: Message,
  planned: readonly PlannedFinding[],
  refused: ReadonlyMap<string, Reason>,
): Listed {
  const decided: Decided[] = [];
  const seen = new Map<string, number>();
  const indexOf = planned.map((each) => {
    const entry = describe(
      message,
      each,
      each.text === undefined ? undefined : refused.get(each.text.part.id),
    );
    const key = `${each.finding.kind} ${entry.span.start} ${entry.span.end}`;
    const known = each.text === undefined || each.text.reading.index === 0 ? undefined : seen.get(key);
    if (known !== undefined) return known;
    decided.push(entry);
    seen.set(key, decided.length - 1);
    return decided.length - 1;
  });
  return { decided, indexOf };
}

function isOpaque(entry: Decided): boolean {
  return entry.finding.kind === 'link' && entry.finding.destination === undefined;
}

/** Counts of places, as the header says them: acted on by kind; found and left as `opaque` or `kept`. */
export function count(decided: readonly Decided[]): Counts {
  const acted = (kind: Decided['finding']['kind']): number =>
    decided.filter((entry) => entry.finding.kind === kind && entry.action !== 'kept').length;
  const actedAt = new Set(decided.filter((entry) => entry.action !== 'kept').map(placeKey));
  const opaque = decided.filter(isOpaque);
  const opaqueAt = new Set(opaque.map(placeKey));
  const kept = new Set(
    decided
      .filter((entry) => entry.action === 'kept' && entry.finding.kind !== 'receipt' && !isOpaque(entry))
      .map(placeKey)
      .filter((key) => !actedAt.has(key) && !opaqueAt.has(key)),
  );
  const receiptsKept = decided.filter(
    (entry) => entry.finding.kind === 'receipt' && entry.action === 'kept',
  ).length;
  return {
    pixels: acted('pixel'),
    links: acted('link'),
    params: acted('param'),
    receipts: acted('receipt'),
    opaque: opaque.length,
    kept: kept.size + receiptsKept,
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
