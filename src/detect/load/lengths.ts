import { calculate } from './calculate.ts';

/** A length as far as smallness goes: pixels, a share of something, or unknown (`auto`, none given). */
export type Length = { readonly px: number } | { readonly percent: number } | undefined;

const em = 16;
const pixelsPer: ReadonlyMap<string, number> = new Map<string, number>([
  ['', 1],
  ['px', 1],
  ['pt', 4 / 3],
  ['pc', 16],
  ['em', em],
  ['rem', 16],
  ['ex', 8],
  ['ch', 8],
  ['in', 96],
  ['cm', 37.8],
  ['mm', 3.78],
  ['q', 0.945],
  ['vw', 8],
  ['vh', 8],
  ['vmin', 8],
  ['vmax', 8],
  ['vi', 8],
  ['vb', 8],
  ['cqw', 8],
  ['cqh', 8],
  ['cqi', 8],
  ['cqb', 8],
  ['cap', 11],
  ['ic', 16],
  ['lh', 19],
  ['rlh', 19],
  ...['s', 'l', 'd'].flatMap((size) =>
    ['vw', 'vh', 'vi', 'vb', 'vmin', 'vmax'].map((unit) => [`${size}${unit}`, 8] as const),
  ),
]);
/** The width of a newsletter, of which shares are taken. */
export const pageWidthPx = 600;
/** What is no larger cannot be seen. */
export const maxTinyPx = 3;

function lengthOf(number: number, unit: string, emPx: number): Length {
  if (unit === '%') {
    if (number === 0 || (number > 0 && number < 1)) return { px: (number * pageWidthPx) / 100 };
    return { percent: number };
  }
  const pixels = unit === 'em' ? emPx : pixelsPer.get(unit);
  return pixels === undefined ? undefined : { px: number * pixels };
}

const cssNumber = /^([+-]?[0-9]{0,12}(?:\.[0-9]{0,12})?(?:e[+-]?[0-9]{1,2})?)(%|[a-z]{0,5})$/;

/** Nearly all lengths are a few digits, with `px` or without, which is told without an expression; -1: another, or none. */
export function plainPixels(text: string): number {
  const end = text.endsWith('px') ? text.length - 2 : text.length;
  if (end === 0 || end > 6) return -1;
  let number = 0;
  for (let at = 0; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** A CSS length in lower case (`1px`, `.5em`, `0`, `100%`, `calc(1px + 0em)`); `emPx` is the element's own font size, where it is known. */
export function parseLength(text: string | undefined, emPx = em): Length {
  if (text === undefined || text === '' || text === 'auto' || text === 'none') return undefined;
  const plain = plainPixels(text);
  if (plain >= 0) return { px: plain };
  const match = cssNumber.exec(text);
  const number = match === null ? NaN : Number.parseFloat(match[1] ?? '');
  if (match !== null && Number.isFinite(number)) return lengthOf(number, match[2] ?? '', emPx);
  const px = calculate(text, (value, unit) => {
    const length = lengthOf(value, unit, emPx);
    return length !== undefined && 'px' in length ? length.px : NaN;
  });
  return px === undefined ? undefined : { px };
}

/** An HTML dimension (`1`, ` 1px`, `50%`): what is no digit behind the number is passed over, an exponent too. */
export function parseDimension(text: string | undefined): Length {
  if (text === undefined) return undefined;
  const plain = plainPixels(text);
  if (plain >= 0) return { px: plain };
  const match = /^\+?([0-9]{1,8}(?:\.[0-9]{0,8})?|\.[0-9]{1,8})( {0,4}%)?/.exec(text.trim());
  return match === null
    ? undefined
    : lengthOf(Number.parseFloat(match[1] ?? ''), match[2] === undefined ? '' : '%', em);
}

export function isAtMost(length: Length, px: number): boolean {
  return length !== undefined && 'px' in length && length.px <= px;
}

/** Known, and large enough to be seen. */
export function isSeen(length: Length): boolean {
  return length !== undefined && ('percent' in length ? length.percent >= 1 : length.px > maxTinyPx);
}
