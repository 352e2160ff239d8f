import { neutralise, removeTag, scanHtml } from '../../src/html/index.ts';
import type { Place, ScanOptions } from '../../src/html/index.ts';
import type { TextEdit } from '../../src/span.ts';

/** Carries edits out. Equal ones (of two places of one attribute) count once. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || b.end - a.end);
  let out = '';
  let at = 0;
  for (const edit of sorted) {
    if (edit.start < at) continue;
    out += text.slice(at, edit.start) + edit.replacement;
    at = edit.end;
  }
  return out + text.slice(at);
}

const TRACKER = /(?:^|\.)tracker\.example\.?$/;

export function isTracker(place: Place): boolean {
  return place.urls.some((url) => TRACKER.test(new URL(url).hostname));
}

/** Whether it is that host's, or what nobody has read. */
export function mayBeTracker(place: Place): boolean {
  return place.channel === 'tail' || isTracker(place);
}

/** Takes every load of the host tracker.example out. */
export function cleanOfTracker(text: string, options: ScanOptions = {}, tags = true): string {
  const places = scanHtml(text, options).places.filter(
    (place) => place.channel !== 'anchor' && place.channel !== 'form' && mayBeTracker(place),
  );
  return applyEdits(
    text,
    places.flatMap((place) => (tags ? (removeTag(place) ?? neutralise(place)) : neutralise(place))),
  );
}
