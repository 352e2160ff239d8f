import type { Place } from '../html/place.ts';
import type { Span, TextEdit } from '../span.ts';

const maxCharacters = 2_000;

function clip(text: string): string {
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
}

/** The attribute (or the URL's characters) together with all that the edits touch around it. */
export function excerptSpan(place: Place, edits: readonly TextEdit[]): Span {
  const own = place.attribute === undefined || place.doubtful ? place.span : place.attribute.span;
  const near = edits.filter((edit) => edit.start <= own.end && edit.end >= own.start);
  return {
    start: Math.min(own.start, ...near.map((edit) => edit.start)),
    end: Math.max(own.end, ...near.map((edit) => edit.end)),
  };
}

/** The excerpt as it stood. */
export function excerptBefore(text: string, { start, end }: Span): string {
  return clip(text.slice(start, end));
}

/** The excerpt as the edits leave it. */
export function excerptAfter(text: string, span: Span, edits: readonly TextEdit[]): string {
  let after = '';
  let at = span.start;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    if (edit.start < at || edit.end > span.end) continue;
    after += text.slice(at, edit.start) + edit.replacement;
    at = edit.end;
  }
  return clip(after + text.slice(at, span.end));
}
