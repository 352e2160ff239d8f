import { asciiBased, octetView } from './ascii-based.ts';
import type { TextMap } from './text-map.ts';

/** WHATWG's name of a label, or undefined where browsers know none that holds text. */
function whatwgName(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** All ways in which clients read the octets of a text, the declared charset first; never empty. */
export function readText(octets: Buffer, charset: string | undefined): readonly [TextMap, ...TextMap[]] {
  const name = charset === undefined || charset === '' ? undefined : whatwgName(charset);
  if (name === undefined) return [octetView(octets)];
  if (name.startsWith('utf-16') || name === 'iso-2022-jp' || name === 'replacement')
    return [octetView(octets)];
  return [asciiBased(octets, name)];
}
