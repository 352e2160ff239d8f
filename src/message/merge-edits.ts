import type { Span } from '../span.ts';
import type { DecodedEdit } from './transfer/transfer.ts';

export interface MergedEdits<T> {
  /** In order, not overlapping. */
  readonly edits: readonly T[];
  readonly conflicting: readonly T[];
}

/** The spans by their start; the list itself where it is in order already. */
export function inOrder<T extends Span>(spans: readonly T[]): readonly T[] {
  const ordered = spans.every((span, index) => {
    const before = spans[index - 1];
    return (
      before === undefined ||
      before.start < span.start ||
      (before.start === span.start && before.end <= span.end)
    );
  });
  return ordered ? spans : [...spans].sort((a, b) => a.start - b.start || a.end - b.end);
}

function overlaps(a: Span, b: Span): boolean {
  // An insertion conflicts with what takes the octets on both sides of it, and with another at the same place.
  return a.start < b.end && b.start < a.end ? true : a.start === b.start && a.end === b.end;
}

/**
 * Makes one list of edits that come from several readings of the same octets. Equal ones are one; two overlapping ones that
 * only take octets out become one that takes out what either does; any other overlap is a conflict, and the later edit
 * gives way. Edits that touch a guarded span are conflicts.
 */
export function mergeEdits<T extends DecodedEdit>(
  edits: readonly T[],
  guarded: readonly Span[] = [],
): MergedEdits<T> {
  if (edits.length <= 1 && guarded.length === 0) return { edits, conflicting: [] };
  const sorted = inOrder(edits);
  const merged: T[] = [];
  const conflicting: T[] = [];
  let guard = 0;
  const guards = inOrder(guarded);
  for (const edit of sorted) {
    while (guard < guards.length && (guards[guard]?.end ?? 0) <= edit.start) guard += 1;
    const fence = guards[guard];
    if (fence && fence.start < edit.end && edit.start < fence.end) {
      conflicting.push(edit);
      continue;
    }
    const last = merged.at(-1);
    if (!last || !overlaps(last, edit)) {
      merged.push(edit);
      continue;
    }
    const same =
      last.start === edit.start && last.end === edit.end && last.replacement.equals(edit.replacement);
    if (!same && (last.replacement.length > 0 || edit.replacement.length > 0)) {
      conflicting.push(edit);
      continue;
    }
    const findings = [...new Set([...last.findings, ...edit.findings])];
    merged[merged.length - 1] = { ...last, end: Math.max(last.end, edit.end), findings };
  }
  return { edits: merged, conflicting };
}
