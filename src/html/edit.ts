import { INERT } from './inert.ts';
import type { Attribute, Place } from './place.ts';
import type { TextEdit } from '../span.ts';

/** Tags where an empty attribute loads nothing in any client, so that no broken image is shown. */
const EMPTY_IS_SILENT = new Set(['img', 'input', 'table', 'td', 'th', 'tr', 'body']);

/**
 * The edits after which no client fetches the place: the attribute goes, and an image's text in its stead with it; of a srcset only the
 * candidate; in CSS, and where the place is doubtful, only the URL's own characters give way to an inert URL, never a quote, `<`, `>` or
 * `--`. Edits of several places of one text may be equal, and do not overlap otherwise.
 */
export function neutralise(place: Place): readonly TextEdit[] {
  // Told first, so that the attribute is not read again for nothing.
  if (place.doubtful || place.css !== undefined) return silence(place);
  const { attribute } = place;
  if (attribute === undefined) return silence(place);
  const { unit } = place;
  const edits = unit ?? [{ ...attribute.span, replacement: '' }];
  const alt = altOf(place, attribute, unit);
  return alt === undefined ? edits : [...edits, { ...alt.span, replacement: '' }];
}

/** The edit that takes the whole tag; undefined where it may take space, or something in the tree hangs on it. */
export function removeTag(place: Place): readonly TextEdit[] | undefined {
  if (place.removable !== true || place.element === undefined) return undefined;
  return [{ ...place.element.span, replacement: '' }];
}

/** A text that would be shown in the place of a picture that was never seen. */
function altOf(place: Place, attribute: Attribute, unit: Place['unit']): Attribute | undefined {
  if (unit?.some((edit) => edit.replacement.includes(INERT)) === true) return undefined;
  const attributes = place.element?.attributes ?? [];
  if (attribute.name !== 'src' && attribute.name !== 'srcset') return undefined;
  if (attribute.name === 'src' && attributes.some((other) => other.name === 'srcset')) return undefined;
  if (attribute.name === 'srcset' && (unit !== undefined || attributes.some((other) => other.name === 'src')))
    return undefined;
  return attributes.find((other) => other.name === 'alt' && !other.separates && other.value.trim() !== '');
}

/** The URL's own characters (up to the first that may not go, see the finder) give way. */
function silence(place: Place): readonly TextEdit[] {
  const { unit } = place;
  if (unit !== undefined) return unit;
  const quoted = place.attribute !== undefined && place.attribute.quote !== '' && place.css === undefined;
  // With nothing in the place of a candidate, its `1x` would be the URL.
  const isCandidate = place.layers.some(({ kind }) => kind === 'srcset');
  const isPlain = quoted && !isCandidate && place.layers.length <= 2;
  const silent = isPlain && EMPTY_IS_SILENT.has(place.element?.tag ?? '');
  return [{ ...place.span, replacement: silent ? '' : INERT }];
}
