/** A length as far as smallness goes: pixels, a share of something, or unknown (`auto`, none given). */
export type Length = { readonly px: number } | { readonly percent: number } | undefined;

const pixelsPer: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  em: 16,
  rem: 16,
  ex: 8,
  ch: 8,
  in: 96,
  cm: 37.8,
  mm: 3.78,
  vw: 8,
  vh: 8,
};

/** A CSS length (`1px`, `.5em`, `0`, `100%`), or an HTML dimension (`1`, `1px`, `50%`); `!important` is ignored. */
export function parseLength(text: string | undefined): Length {
  if (text === undefined) return undefined;
  const match = /^\+?(-?[0-9]{0,8}(?:\.[0-9]{0,8})?)(?:e[+-]?[0-9]{1,2})? {0,4}(%|[a-z]{0,4})/i.exec(
    text.trim(),
  );
  const number = Number.parseFloat(match?.[1] ?? '');
  if (match === null || !Number.isFinite(number)) return undefined;
  const unit = (match[2] ?? '').toLowerCase();
  if (unit === '%') return number === 0 ? { px: 0 } : { percent: number };
  return { px: number * (pixelsPer[unit] ?? 1) };
}

export function isAtMost(length: Length, px: number): boolean {
  return length !== undefined && 'px' in length && length.px <= px;
}

/** Known, and large enough to be seen. */
export function isSeen(length: Length): boolean {
  return length !== undefined && ('percent' in length ? length.percent >= 1 : length.px > 3);
}
