import type { LinkFinding, ParamFinding, PixelFinding } from '../detect/finding.ts';
import { INERT, neutralise, removeTag, rewriteUrl } from '../html/index.ts';
import type { Place } from '../html/place.ts';
import type { TextEdit } from '../span.ts';
import { linkTextEdits, rewritePlain } from '../text/index.ts';
import type { ActionName } from './report.ts';

/** What becomes of a finding in the text it stands in. `obstacle`: it was to go, but cannot be written there safely. */
export interface TextPlan {
  readonly action: ActionName;
  readonly edits: readonly TextEdit[];
  readonly obstacle?: string;
}

function kept(obstacle: string): TextPlan {
  return { action: 'kept', edits: [], obstacle };
}

/** Takes a load out: the tag where nothing can move by it and the context is known, else the attribute or the URL's characters. */
export function planRemoval(place: Place, isFlat: boolean): TextPlan {
  const tag = isFlat || place.doubtful ? undefined : removeTag(place);
  if (tag !== undefined) return { action: 'removed', edits: tag };
  const edits = neutralise(place);
  return edits.length === 0 ? kept('no octets that are safe to take out') : { action: 'neutralised', edits };
}

function planLink(text: string, place: Place, url: string): TextPlan {
  if (place.channel === 'text') {
    const edits = rewritePlain(place, url);
    return edits === undefined ? kept('the URL cannot be written there') : { action: 'rewritten', edits };
  }
  const edits = rewriteUrl(place, url);
  if (edits === undefined) return kept('the URL cannot be written there');
  const shown = linkTextEdits(text, place, place.value, url);
  if (shown === 'keep-both') return kept('the link text repeats the URL and cannot change with it');
  return { action: 'rewritten', edits: shown === undefined ? edits : [...edits, ...shown] };
}

/** Writes the real URL of a visible image that only runs through a counter. */
export function planImage(place: Place, finding: PixelFinding): TextPlan {
  const edits = finding.destination === undefined ? undefined : rewriteUrl(place, finding.destination);
  return edits === undefined ? kept('the URL cannot be written there') : { action: 'rewritten', edits };
}

/** Writes what a redirect and the cuts of its parameters leave; one plan serves both findings of a place. */
export function planUrl(
  text: string,
  place: Place,
  link: LinkFinding | undefined,
  params: ParamFinding | undefined,
): TextPlan {
  const url = params?.result ?? link?.destination;
  return url === undefined ? kept('no destination') : planLink(text, place, url);
}

/** An edit together with the findings it is for (indexes into the report). */
export interface FoundEdit extends TextEdit {
  readonly findings: readonly number[];
}

/** What stands for two overlapping edits: with nothing in its place, what is left of a URL may be another. */
function inertOf(one: string, other: string): string {
  if (!one.startsWith(INERT) || !other.startsWith(INERT)) return '';
  return one.length > other.length ? one : other;
}

/**
 * Sorts edits and joins what overlaps: cuts are united; where a cut meets a rewriting the cut wins, so that nothing which was to go
 * can stay.
 */
export function mergeEdits(edits: readonly FoundEdit[]): readonly FoundEdit[] {
  const sorted = edits.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const merged: FoundEdit[] = [];
  for (const edit of sorted) {
    const last = merged.at(-1);
    if (last === undefined || edit.start >= last.end) {
      merged.push(edit);
      continue;
    }
    const findings = [...new Set([...last.findings, ...edit.findings])];
    const isSame =
      edit.start === last.start && edit.end === last.end && edit.replacement === last.replacement;
    const end = Math.max(last.end, edit.end);
    const isInside = edit.end <= last.end;
    const replacement =
      isSame || (isInside && last.replacement === '')
        ? last.replacement
        : inertOf(last.replacement, edit.replacement);
    merged[merged.length - 1] = { start: last.start, end, replacement, findings };
  }
  return merged;
}
