import type { FoundEdit } from './charset/text-map.ts';
import { fieldsNamed } from './header.ts';
import { mergeEdits } from './merge-edits.ts';
import { pieceAt, readingsOf } from './readings.ts';
import type { Reading } from './readings.ts';
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
 * Turns edits of a part's texts (by index of their reading) into edits of the message's octets. Whatever is not in the
 * returned edits leaves as it came. `refused`: no octets are known that could be changed safely, so nothing may be. Edits of
 * one reading must not overlap; their replacements are ASCII. A Content-MD5 field of an edited part goes (RFC 1864).
 */
export function planPart(
  message: Message,
  part: Part,
  edits: ReadonlyMap<number, readonly FoundEdit[]>,
): PartPlan {
  if (part.keep !== undefined) return { kind: 'refused', reason: part.keep };
  const readings = readingsOf(message, part);
  const groups = new Map<string, Group>();
  const dropped = new Set<number>();
  let reason: Reason | undefined;
  const drop = (why: Reason, findings: readonly number[]): void => {
    reason = why;
    for (const finding of findings) dropped.add(finding);
  };
  for (const [index, wanted] of edits) {
    const reading = readings[index];
    if (!reading) continue;
    for (const edit of [...wanted].sort((a, b) => a.start - b.start || a.end - b.end)) {
      if (!collect(groups, reading, edit)) drop('charset', edit.findings);
    }
  }
  const planned: PlannedEdit[] = [];
  for (const { transfer, edits: decoded } of groups.values()) {
    const merged = mergeEdits(decoded);
    for (const edit of merged.conflicting) drop('ambiguous-mime', edit.findings);
    planned.push(...transfer.plan(merged.edits));
  }
  const { edits: final, conflicting } = mergeEdits(planned, part.guarded);
  for (const edit of conflicting) drop('ambiguous-mime', edit.findings);
  if (final.length === 0 && reason !== undefined) return { kind: 'refused', reason };
  const all = final.length > 0 ? [...staleFields(message, part), ...final] : [];
  return {
    kind: 'planned',
    edits: all.map(({ start, end, replacement }) => ({ start, end, replacement })),
    journal: all.map(({ start, end, replacement, findings }) => ({
      part: part.id,
      span: { start, end },
      before: message.octets.subarray(start, end),
      after: replacement,
      findings,
    })),
    ...(reason === undefined ? {} : { reason }),
    dropped: [...dropped],
  };
}

/** Adds an edit to the group of its octets; false where it cannot be made in them. */
function collect(groups: Map<string, Group>, reading: Reading, edit: FoundEdit): boolean {
  const piece = pieceAt(reading, edit.start);
  const { map, transfer, textStart, piece: place } = piece;
  const start = edit.start - textStart;
  const end = edit.end - textStart;
  if (start < 0 || end > map.text.length) return false;
  const decoded = map.plan({ ...edit, start, end });
  if (!decoded) return false;
  const key = `${place.span.start}-${place.span.end}-${place.encoding}`;
  const group = groups.get(key);
  if (group) group.edits.push(decoded);
  else groups.set(key, { transfer, edits: [decoded] });
  return true;
}

function staleFields(message: Message, part: Part): readonly PlannedEdit[] {
  const none = Buffer.alloc(0);
  const fields = part.depth === 0 ? message.fields : part.fields;
  return fieldsNamed(fields, 'content-md5').map(({ span }) => ({ ...span, replacement: none, findings: [] }));
}
