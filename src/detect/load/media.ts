/** Screens of mail clients are at least as wide as this, and no wider than that. */
const narrowPx = 240;
const widePx = 3000;

const always: ReadonlySet<string> = new Set(['', 'all', 'screen', 'only screen', 'only all', '(color)']);
const never = /^not (?:print|speech|tty|tv|projection|handheld|braille|aural|embossed)$/;
const bound =
  /^\((min|max)-(?:device-)?(?:width|height) {0,4}: {0,4}([0-9]{1,6})(?:\.[0-9]{0,4})?(px|em|rem)?\)$/;
/** The same in signs: `(width>=1px)`, `(1px<width)`. */
const compared =
  /^\((?:(?:width|height) {0,4}([<>])=? {0,4}([0-9]{1,6})(?:\.[0-9]{0,4})?(px|em|rem)?|([0-9]{1,6})(?:\.[0-9]{0,4})?(px|em|rem)? {0,4}([<>])=? {0,4}(?:width|height))\)$/;

function isWithin(isLeast: boolean, number: string | undefined, unit: string | undefined): boolean {
  const px = Number(number) * (unit === 'em' || unit === 'rem' ? 16 : 1);
  return isLeast ? px <= narrowPx : px >= widePx;
}

function holdsAlways(feature: string): boolean {
  if (always.has(feature) || never.test(feature)) return true;
  const match = bound.exec(feature);
  if (match !== null) return isWithin(match[1] === 'min', match[2], match[3]);
  const signs = compared.exec(feature);
  if (signs === null) return false;
  const [, sign, number, unit, before, unitBefore, signBehind] = signs;
  return sign === undefined
    ? isWithin(signBehind === '<', before, unitBefore)
    : isWithin(sign === '>', number, unit);
}

/** Whether a media query holds on every screen, so that what stands under it is no condition. */
export function isAlways(media: string | undefined): boolean {
  if (media === undefined) return true;
  return media
    .slice(0, 1000)
    .toLowerCase()
    .split(',')
    .some((query) =>
      query
        .replace(/\s/g, ' ')
        .trim()
        .split(' and ')
        .every((one) => holdsAlways(one.trim())),
    );
}
