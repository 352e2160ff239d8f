import type { Layer, Place } from './place.ts';
import type { TextEdit } from '../span.ts';

/**
 * The edit that puts another URL in the place of the one that stands there, written through every encoding around it. undefined where that
 * cannot be done safely: the URL is not plain ASCII, or a character of it would end what it stands in.
 */
export function rewriteUrl(place: Place, url: string): readonly TextEdit[] | undefined {
  if (!/^[!-~]+$/.test(url)) return undefined;
  // Asked last, as an answer costs a look at the attribute.
  if ((place.doubtful || place.css !== undefined) && place.unit !== undefined) return undefined;
  let written: string | undefined = url;
  for (let at = place.layers.length - 1; at >= 0 && written !== undefined; at -= 1) {
    const layer = place.layers[at];
    if (layer !== undefined) written = encode(written, layer, place);
  }
  return written === undefined ? undefined : [{ ...place.span, replacement: written }];
}

function encode(text: string, layer: Layer, place: Place): string | undefined {
  switch (layer.kind) {
    case 'attribute':
      return encodeAttribute(text, layer.quote, place);
    case 'css-string':
      return /[\\"'\n]/.test(text) ? undefined : text;
    case 'css-url':
      return /[\\"'()]/.test(text) ? undefined : text;
    case 'srcset':
      return /^,|,$/.test(text) ? undefined : text;
    case 'refresh':
      return /["';,]/.test(text) ? undefined : text;
    case 'data-url':
      return undefined;
    case 'comment':
      return text.includes('--') || /[<>]/.test(text) ? undefined : text;
    case 'raw':
      return /[<>]/.test(text) ? undefined : text;
    default:
      return layer satisfies never;
  }
}

/** `&` is always written as a reference; so is what could end the value, or a comment around it. */
function encodeAttribute(text: string, quote: '"' | "'" | '', place: Place): string | undefined {
  let out = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (quote !== "'") out = out.replaceAll('"', '&quot;');
  if (quote !== '"') out = out.replaceAll("'", '&#39;');
  if (quote === '') out = out.replaceAll('`', '&#96;');
  return place.doubtful ? out.replaceAll('--', '-&#45;') : out;
}
