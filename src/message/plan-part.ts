import { noOctets } from './charset/text-map.ts';
import type { FoundEdit } from './charset/text-map.ts';
import { fieldsNamed } from './header.ts';
import { inOrder, mergeEdits } from './merge-edits.ts';
import { pieceAt } from './readings.ts';
import type { ReadPiece, Reading } from './readings.ts';
import type { DecodedEdit, PlannedEdit, Transfer } from './transfer/transfer.ts';
import type { JournalEntry, Message, OctetEdit, Part, Reason } from './types.ts';

export type PartPlan =
  | {
      readonly kind: 'planned';
      readonly edits: readonly OctetEdit[];
      readonly journal: readonly JournalEntry[];
      /** Set where some of the edits could not be made safely, and why. */
      readonly reason?: Reason;
      /** Findings of the edits that were left out. */
      readonly dropped: readonly number[];
    }
  | { readonly kind: 'refused'; readonly reason: Reason };

/** Edits of decoded octets under one transfer encoding; several charset readings may share it. */
interface Group {
  readonly transfer: Transfer;
  readonly edits: DecodedEdit[];
}

/**
 * Turns edits of a part's texts into edits of the message's octets. Whatever is not in the
 * returned edits leaves as it came. `refused`: no octets are known that could be changed safely, so nothing may be. Edits of
 * one reading must not overlap; their replacements are ASCII. A Content-MD5 field of an edited part goes (RFC 1864).
 */
export function planPart(
  message: Message,
  part: Part,
  edits: ReadonlyMap<Reading, readonly FoundEdit[]>,
): PartPlan {
  if (part.keep !== undefined) return { kind: 'refused', reason: part.keep };
  const groups = new Map<string, Group>();
  const dropped = new Set<number>();
  let reason: Reason | undefined;
  const drop = (why: Reason, findings: readonly number[]): void => {
    reason = why;
    for (const finding of findings) dropped.add(finding);
  };
  for (const [reading, wanted] of edits) collect(groups, reading, wanted, drop);
  const planned: PlannedEdit[] = [];
  for (const { transfer, edits: decoded } of groups.values()) {
    const merged = mergeEdits(decoded);
    for (const edit of merged.conflicting) drop('ambiguous-mime', edit.findings);
    // One by one: a call takes no more than some ten thousand arguments.
    for (const edit of transfer.plan(merged.edits)) planned.push(edit);
  }
  const { edits: final, conflicting } = mergeEdits(planned, part.guarded);
  for (const edit of conflicting) drop('ambiguous-mime', edit.findings);
  if (final.length === 0 && reason !== undefined) return { kind: 'refused', reason };
  const all = final.length > 0 ? [...staleFields(message, part), ...final] : [];
  return {
    kind: 'planned',
    edits: all.map(({ start, end, replacement }) => ({ start, end, replacement })),
    journal: all.map(({ start, end, replacement, findings, base64 }) => ({
      part: part.id,
      span: { start, end },
      before: message.octets.subarray(start, end),
      after: replacement,
      ...(base64 === undefined ? {} : { base64 }),
      findings,
    })),
    ...(reason === undefined ? {} : { reason }),
    dropped: [...dropped],
  };
}

type Drop = (why: Reason, findings: readonly number[]) => void;

/** Adds the edits of a reading to the groups of the octets that they are for. */
function collect(
  groups: Map<string, Group>,
  reading: Reading,
  wanted: readonly FoundEdit[],
  drop: Drop,
): void {
  const byPiece = new Map<ReadPiece, FoundEdit[]>();
  let behind = 0;
  for (const edit of inOrder(wanted)) {
    const piece = pieceAt(reading, edit.start);
    if (!piece) continue;
    const start = edit.start - piece.textStart;
    const end = edit.end - piece.textStart;
    if (reading.exempt.some((span) => edit.start < span.end && span.start < edit.end)) {
      drop('part.signed', edit.findings);
    } else if (start < 0 || end > piece.map.text.length || edit.start < behind) {
      drop('ambiguous-mime', edit.findings);
    } else {
      const list = byPiece.get(piece);
      if (list) list.push({ ...edit, start, end });
      else byPiece.set(piece, [{ ...edit, start, end }]);
      behind = edit.end;
    }
  }
  for (const [{ map, transfer, piece }, edits] of byPiece) {
    const { edits: decoded, refused } = map.plan(edits);
    for (const edit of refused) drop('charset', edit.findings);
    const key = `${piece.span.start}-${piece.span.end}-${piece.encoding}`;
    const group = groups.get(key);
    if (group) for (const edit of decoded) group.edits.push(edit);
    else groups.set(key, { transfer, edits: [...decoded] });
  }
}

function staleFields(message: Message, part: Part): readonly PlannedEdit[] {
  const fields = part.depth === 0 ? message.fields : part.fields;
  return fieldsNamed(fields, 'content-md5').map(({ span }) => ({
    ...span,
    replacement: noOctets,
    findings: [],
  }));
}
