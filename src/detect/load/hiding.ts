import { splitOutside, valueOf, type Declarations } from './declarations.ts';
import { isAtMost, isSeen, parseLength, plainPixels } from './lengths.ts';

/** Overlaps, sprites and columns are pulled by hundreds of pixels; what is to be gone is pushed by a thousand. */
const farPx = 900;
/** A column is pulled by a whole width. */
const farPercent = 150;
/** To the right or below, newsletters are wide and long. */
const beyondPx = 4000;
const faint = 0.02;

/** On these, `height` and `max-height` are no limits: they grow with what is in them. */
const growing: ReadonlySet<string> = new Set([
  'table',
  'tbody',
  'thead',
  'tfoot',
  'tr',
  'td',
  'th',
  'body',
  'html',
]);

/** Names of the properties that can hide an element, or parts of them; most declarations are of nothing but colours and fonts. */
const hiding =
  /display|visibility|mso-hide|opacity|filter|mask|position|float|rotate|height|width|size|clip|transform|translate|scale|zoom|margin|indent|left|top|right|bottom|inset|object/;

export function canHide(style: string): boolean {
  return hiding.test(style);
}

/** A number as `opacity` and `scale` take it. */
function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const length = parseLength(text);
  const value = length === undefined ? NaN : 'px' in length ? length.px : length.percent / 100;
  return Number.isNaN(value) ? undefined : value;
}

function isFaint(text: string | undefined): boolean {
  const number = text?.endsWith('%') === true ? Number.parseFloat(text) / 100 : numberOf(text);
  return number !== undefined && number <= faint;
}

/** Scaled to nothing; mirrored is as large as before. */
function isFlat(text: string | undefined): boolean {
  return isFaint(text) && isFaint(text?.replace(/^-/, ''));
}

const degreesPer: ReadonlyMap<string, number> = new Map([
  ['deg', 1],
  ['grad', 0.9],
  ['rad', 180 / Math.PI],
  ['turn', 360],
]);

/** Turned until it is seen from its edge. */
function isEdgeOn(text: string | undefined): boolean {
  const match = /^([+-]?[0-9.]{1,12})(deg|grad|rad|turn)$/.exec(text ?? '');
  const degrees = Number.parseFloat(match?.[1] ?? '') * (degreesPer.get(match?.[2] ?? '') ?? NaN);
  return Math.abs((Math.abs(degrees) % 180) - 90) < 1;
}

/** Turned about an axis in the page (x, y, z and an angle) until it is seen from its edge. */
function isTurnedAway(turn: readonly string[] | undefined): boolean {
  const [x = '', y = '', z = '', angle] = turn ?? [];
  const isUpright = Number(x) === 0 || Number(y) === 0;
  return Number(z) === 0 && isUpright && (Number(x) !== 0 || Number(y) !== 0) && isEdgeOn(angle);
}

const maskNames = ['mask', 'mask-image', '-webkit-mask', '-webkit-mask-image'];
const clear =
  /^(?:transparent|#0000|#[0-9a-f]{6}00|rgba?\((?:\s{0,4}[0-9.]{1,6}[\s,]){3}[\s/]{0,4}0(?:\.0{0,4})?%?\s{0,4}\))/;

/** Every colour of its gradient lets nothing through. */
function isMasked(value: string | undefined): boolean {
  const start = value?.indexOf('gradient(') ?? -1;
  if (value === undefined || start < 0 || value.length > 400 || value.includes('url(')) return false;
  const inside = value.slice(start + 'gradient('.length, value.lastIndexOf(')'));
  const stops = splitOutside(inside, ',').map((one) => one.trim());
  const [first = ''] = stops;
  const colours =
    /^(?:to |from |at |circle|ellipse|closest|farthest|-?[0-9.]{1,8}(?:deg|turn|rad|grad))/.test(first)
      ? stops.slice(1)
      : stops;
  return colours.length > 0 && colours.every((one) => clear.test(one));
}

function isFiltered(filter: string): boolean {
  if (/opacity[:=]0/.test(filter)) return true;
  const [, ...amounts] = filter.split('opacity(');
  return amounts.some((one) => isFaint(one.slice(0, Math.max(0, one.indexOf(')'))).trim()));
}

/** The arguments of a function in a value, cut at commas and blanks; undefined where it is not called. */
function argumentsOf(value: string, call: string): readonly string[] | undefined {
  const start = value.indexOf(`${call}(`);
  if (start < 0 || (start > 0 && /[a-z-]/.test(value.charAt(start - 1)))) return undefined;
  const end = value.indexOf(')', start);
  const inside = value.slice(start + call.length + 1, end < 0 ? value.length : end);
  return inside.split(/[\s,]/).filter((one) => one !== '');
}

/** A whole screen, which every screen is as wide as. */
const screens = /^[1-9][0-9]{2,5}(?:\.[0-9]{0,6})?[sld]?v[wi]$/;

function isFar(text: string | undefined, emPx?: number): boolean {
  if (text?.startsWith('-') === true && screens.test(text.slice(1))) return true;
  const length = parseLength(text, emPx);
  if (length === undefined) return false;
  return 'px' in length ? length.px <= -farPx || length.px >= beyondPx : length.percent <= -farPercent;
}

type Read = (name: string) => string | undefined;

const sideMargins = ['margin-left', 'margin-inline-start'];
const topMargins = ['margin-top', 'margin-block-start'];
const offsets = [
  'left',
  'top',
  'right',
  'bottom',
  'inset',
  'inset-inline',
  'inset-block',
  'inset-inline-start',
  'inset-inline-end',
  'inset-block-start',
  'inset-block-end',
];

/** Whether it stands in a line of text as words do: no top margin moves it, and it has no box of its own that could be cut or turned. */
function isInLine(read: Read, tag: string): boolean {
  if (replaced.has(tag) || isOutOfFlow(read) || /^(?:left|right)/.test(read('float') ?? '')) return false;
  return (read('display') ?? (inLine.has(tag) ? 'inline' : 'block')) === 'inline';
}

function farOff(read: Read, tag: string, emPx: number): string | undefined {
  const far = (text: string | undefined): boolean => isFar(text, emPx);
  if (!inRows.has(tag)) {
    const isRaised = !isInLine(read, tag);
    for (const name of isRaised ? [...sideMargins, ...topMargins] : sideMargins) {
      if (far(read(name))) return `${name} off screen`;
    }
    const [top = '', right = top, , left = right] = (read('margin') ?? '').split(/\s/);
    if ((isRaised && far(top)) || far(left)) return 'margin off screen';
  }
  if (/^(?:absolute|fixed|relative)/.test(read('position') ?? '')) {
    for (const name of offsets) {
      const value = read(name) ?? '';
      if (value.split(/\s/).some(far) || (name === 'right' && screens.test(value)))
        return `${name} off screen`;
    }
  }
  if (!replaced.has(tag)) return undefined;
  return (read('object-position') ?? '').split(/\s/).some(far) ? 'object-position off screen' : undefined;
}

/** Corners on one line, all in one unit. */
function hasNoArea(polygon: readonly string[]): boolean {
  if (polygon.length > 64 || !polygon.every((one) => /^(?:0|-?[0-9.]{1,8}%)$/.test(one))) return false;
  const at = polygon.map((one) => Number.parseFloat(one));
  const [x = 0, y = 0] = at;
  const [farX = 0, farY = 0] = at.slice(2);
  return (
    at.every((value, index) => {
      if (index % 2 === 1) return true;
      return (value - x) * (farY - y) === ((at[index + 1] ?? 0) - y) * (farX - x);
    }) &&
    (farX !== x || farY !== y)
  );
}

/** An ellipse, rectangle or polygon without an inside. */
function clipsAll(path: string): boolean {
  const pixels = (text: string | undefined): number => {
    const length = parseLength(text);
    return length === undefined ? NaN : 'px' in length ? length.px : length.percent;
  };
  const circle = argumentsOf(path, 'circle') ?? argumentsOf(path, 'ellipse');
  if (circle !== undefined) return pixels(circle[0]) <= 1 || pixels(circle[1]) === 0;
  const inset = argumentsOf(path, 'inset');
  if (inset !== undefined) {
    const round = inset.indexOf('round');
    const [top = '0', right = top, bottom = top, left = right] = round < 0 ? inset : inset.slice(0, round);
    const share = (a: string, b: string): boolean =>
      /%|^0$/.test(a) && /%|^0$/.test(b) && Number.parseFloat(a) + Number.parseFloat(b) >= 100;
    return share(top, bottom) || share(left, right) || pixels(top) >= farPx;
  }
  const polygon = argumentsOf(path, 'polygon')?.filter((one) => !/^(?:nonzero|evenodd)$/.test(one));
  if (polygon !== undefined) {
    const [x, y] = [0, 1].map((side) => new Set(polygon.filter((_, at) => at % 2 === side).map(pixels)).size);
    return polygon.length < 6 || x === 1 || y === 1 || hasNoArea(polygon);
  }
  const box = argumentsOf(path, 'xywh');
  if (box !== undefined) return pixels(box[2]) <= 1 || pixels(box[3]) <= 1;
  const edges = argumentsOf(path, 'rect');
  return edges !== undefined && isEmptyRect(edges.map(pixels));
}

function isEmptyRect([top = NaN, right = NaN, bottom = NaN, left = NaN]: readonly number[]): boolean {
  return bottom - top <= 1 || right - left <= 1;
}

/** What `clip` asks for. */
function isOutOfFlow(read: Read): boolean {
  return /^(?:absolute|fixed)/.test(read('position') ?? '');
}

function clipped(read: Read): string | undefined {
  const clip = isOutOfFlow(read) ? read('clip') : undefined;
  const edges = clip === undefined ? undefined : argumentsOf(clip, 'rect');
  if (edges !== undefined && isEmptyRect(edges.map((one) => numberOf(one) ?? NaN))) return 'clip';
  const path = read('clip-path') ?? read('-webkit-clip-path');
  return path !== undefined && clipsAll(path) ? 'clip-path' : undefined;
}

function transformed(read: Read, emPx: number): string | undefined {
  const [scaleX, scaleY = scaleX] = (read('scale') ?? '').split(/\s/);
  if (isFlat(scaleX) || isFlat(scaleY)) return 'scale:0';
  const rotate = read('rotate')?.replace('x ', '1 0 0 ').replace('y ', '0 1 0 ');
  if (isTurnedAway(rotate?.split(/\s/))) return 'rotate';
  if ((read('translate') ?? '').split(/\s/).some((one) => !one.endsWith('%') && isFar(one, emPx)))
    return 'translate';
  const transform = read('transform') ?? read('-webkit-transform') ?? read('-ms-transform');
  if (transform === undefined || !transform.includes('(')) return undefined;
  for (const call of ['scale', 'scalex', 'scaley', 'scale3d']) {
    if (argumentsOf(transform, call)?.slice(0, 2).some(isFlat) === true) return 'transform';
  }
  for (const call of ['translate', 'translatex', 'translatey', 'translate3d']) {
    if (argumentsOf(transform, call)?.some((one) => !one.endsWith('%') && isFar(one)) === true)
      return 'transform';
  }
  for (const call of ['rotatex', 'rotatey', 'skew', 'skewx', 'skewy']) {
    if (isEdgeOn(argumentsOf(transform, call)?.[0])) return 'transform';
  }
  if (isTurnedAway(argumentsOf(transform, 'rotate3d'))) return 'transform';
  const matrix = argumentsOf(transform, 'matrix')?.map(Number.parseFloat);
  if (matrix === undefined) return undefined;
  const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = matrix;
  if (Math.min(x, y) <= -farPx) return 'transform';
  return Math.abs(a * d - b * c) <= faint * faint ? 'transform' : undefined;
}

interface Axis {
  readonly sides: readonly string[];
  readonly paddings: readonly string[];
  /** Of the values of `padding`. */
  readonly edges: readonly number[];
}

const across: Axis = {
  sides: ['width', 'inline-size'],
  paddings: ['left', 'right', 'inline', 'inline-start', 'inline-end'],
  edges: [1, 3],
};
const down: Axis = {
  sides: ['height', 'block-size'],
  paddings: ['top', 'bottom', 'block', 'block-start', 'block-end'],
  edges: [0, 2],
};

/** A box of no size that its padding opens, as pictures of a fixed shape are made, or its least size. */
function isOpened(read: Read, axis: Axis): boolean {
  const [top = '', right = top, bottom = top, left = right] = (read('padding') ?? '').split(/\s{1,8}/);
  const padding = [top, right, bottom, left].filter((_, edge) => axis.edges.includes(edge));
  for (const name of axis.paddings)
    for (const one of (read(`padding-${name}`) ?? '').split(/\s/)) padding.push(one);
  if (padding.some((one) => isSeen(parseLength(one)))) return true;
  return axis.sides.some((side) => {
    const least = parseLength(read(`min-${side}`));
    // A share of a height that nobody has set is nothing.
    return isSeen(least) && (axis === across || (least !== undefined && 'px' in least));
  });
}

/** By its tag, unless another `display` makes a block of it. */
function grows(read: Read, tag: string): boolean {
  const display = read('display') ?? '';
  if (/^(?:inline-)?table/.test(display)) return true;
  return growing.has(tag) && !/^(?:inline-)?(?:block|flex|grid|flow-root)/.test(display);
}

/** What is in a box without a size is shown beside it, unless the box cuts or is the image itself. */
function limited(read: Read, tag: string, emPx: number): string | undefined {
  const overflow = `${read('overflow') ?? ''} ${read('overflow-y') ?? ''} ${read('overflow-x') ?? ''}`;
  const cuts = /hidden|clip|scroll|auto/.test(overflow);
  if (grows(read, tag)) return undefined;
  if (!cuts && !replaced.has(tag)) return undefined;
  for (const axis of [down, across]) {
    for (const side of axis.sides) {
      const isNone =
        isAtMost(parseLength(read(`max-${side}`), emPx), 1) ||
        (cuts && isAtMost(parseLength(read(side), emPx), 2));
      if (isNone && !isOpened(read, axis)) return `${side}:0`;
    }
  }
  return undefined;
}

/** The font size that `em` counts from, as far as the element itself says. */
export function fontSizePx(declarations: Declarations, variables: Declarations): number {
  const size = parseLength(valueOf(declarations, 'font-size', variables));
  return size !== undefined && 'px' in size ? size.px : 16;
}

/** Images of their own; `display:contents` leaves nothing of them. */
const replaced: ReadonlySet<string> = new Set([
  'img',
  'image',
  'input',
  'video',
  'iframe',
  'object',
  'embed',
]);

const inLine: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small span strike strong sub sup time tt u var'.split(
    ' ',
  ),
);

const contentHidden = 'content-visibility:hidden';
/** Margins do nothing to them. */
const inRows: ReadonlySet<string> = new Set(['td', 'th', 'tr', 'tbody', 'thead', 'tfoot']);

const indented = 'text-indent off screen';

/** Whether it hides what is in an element only: where a background is the picture, this is how its text is hidden. */
export function isOfContent(reason: string | undefined): boolean {
  return reason === indented || reason === contentHidden;
}

const animated = 'animated ';

/** Whether what hides it (`hiddenBy`, closed `details`) is taken back in time, by the reader or by an animation. */
export function isTakenBack(reason: string): boolean {
  return reason === 'details' || reason.startsWith(animated);
}

/** Properties of which one must be declared where an element is hidden; a size hides with an `overflow` only. */
const hiders: ReadonlySet<string> = new Set([
  ...sideMargins,
  ...topMargins,
  ...(
    'text-indent mask mask-image -webkit-mask -webkit-mask-image rotate display visibility content-visibility opacity filter -ms-filter overflow overflow-x overflow-y max-width max-height ' +
    'max-inline-size max-block-size clip clip-path -webkit-clip-path transform -webkit-transform -ms-transform scale zoom margin ' +
    'position translate object-position'
  ).split(' '),
]);

const shownSizes: ReadonlySet<string> = new Set(['100%', 'none']);
/** The values that newsletters give them most, with which they hide nothing. */
const shownWith: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['display', new Set(['block', 'inline', 'inline-block', 'table', 'table-cell'])],
  ['max-width', shownSizes],
  ['max-height', shownSizes],
]);

/** Lengths of no more than a few hundred pixels, one for each edge: as a margin, they move nothing off the page. */
const nearby = /^(?:(?:auto|[0-9]{1,3}(?:px)?)(?: |$)){1,4}$/;

/** As widths and heights at most, or as margins, plain lengths hide nothing. */
function isPlain(name: string, value: string): boolean {
  if (name.startsWith('margin')) return nearby.test(value);
  return name.startsWith('max-') && plainPixels(value) > 1;
}

/** Most styles say nothing that could hide, which is told without working out what they say. */
function mayHide(declarations: Declarations): boolean {
  for (const [name, value] of declarations) {
    if (hiders.has(name) && shownWith.get(name)?.has(value) !== true && !isPlain(name, value)) return true;
  }
  return false;
}

/** Why one set of declarations hides an element and all in it. */
export function hiddenBy(
  declarations: Declarations,
  tag: string,
  variables: Declarations,
): string | undefined {
  if (!mayHide(declarations)) return undefined;
  const read: Read = (name) => valueOf(declarations, name, variables);
  const reason = reasonOf(declarations, tag, read, variables);
  const animation = read('animation') ?? read('animation-name') ?? 'none';
  return reason === undefined || animation === 'none' || reason === 'display:none'
    ? reason
    : `${animated}${reason}`;
}

function reasonOf(
  declarations: Declarations,
  tag: string,
  read: Read,
  variables: Declarations,
): string | undefined {
  const display = read('display');
  if (display === 'none' || (display === 'contents' && replaced.has(tag))) return `display:${display}`;
  if (isFaint(read('opacity'))) return 'opacity:0';
  const filter = `${read('filter') ?? ''} ${read('-ms-filter') ?? ''}`;
  if (isFiltered(filter)) return 'filter:opacity(0)';
  if (maskNames.some((name) => isMasked(read(name)))) return 'mask';
  const emPx = fontSizePx(declarations, variables);
  // 0 is no zoom at all.
  const zoom = read('zoom');
  if (isFlat(zoom) && numberOf(zoom) !== 0) return 'zoom:0';
  const hasBox = !isInLine(read, tag);
  const reason =
    (hasBox ? (limited(read, tag, emPx) ?? transformed(read, emPx)) : undefined) ??
    clipped(read) ??
    farOff(read, tag, emPx);
  if (reason !== undefined) return reason;
  if (read('content-visibility') === 'hidden' && !replaced.has(tag)) return contentHidden;
  // Behind all others, as an element further in takes it back.
  const visibility = read('visibility');
  if (visibility === 'hidden' || visibility === 'collapse') return `visibility:${visibility}`;
  return indents(read, tag) && isIndentedAway(read, emPx) ? indented : undefined;
}

/** To the left of the page, or by a whole line of what cuts. */
function isIndentedAway(read: Read, emPx: number): boolean {
  const indent = read('text-indent');
  const length = parseLength(indent, emPx);
  const isLine = length !== undefined && 'percent' in length && length.percent >= 100;
  return (
    isFar(indent, emPx) ||
    (isLine && /hidden|clip/.test(`${read('overflow') ?? ''} ${read('overflow-x') ?? ''}`))
  );
}

/** Whether it has lines of its own; a picture has none, and what stands in a line is indented with what is around it. */
function indents(read: Read, tag: string): boolean {
  return !replaced.has(tag) && !isInLine(read, tag) && !/flex|grid/.test(read('display') ?? '');
}

/** What the declarations make of the box of what is no picture: it may have none, grow with what is in it, or be opened by its padding. */
export interface Shape {
  readonly isInLine: boolean;
  readonly grows: boolean;
  readonly opensWidth: boolean;
  readonly opensHeight: boolean;
}

const ofPictures: Shape = { isInLine: false, grows: false, opensWidth: false, opensHeight: false };

export function shapeOf(declarations: Declarations, tag: string, variables: Declarations): Shape {
  if (replaced.has(tag) || tag === 'svg' || tag.includes(':')) return ofPictures;
  const read: Read = (name) => valueOf(declarations, name, variables);
  return {
    isInLine: isInLine(read, tag),
    grows: grows(read, tag),
    opensWidth: isOpened(read, across),
    opensHeight: isOpened(read, down),
  };
}

export function showsAgain(declarations: Declarations): boolean {
  const display = declarations.get('display');
  if (display !== undefined && display !== 'none') return true;
  if (declarations.get('visibility') === 'visible') return true;
  const opacity = declarations.get('opacity');
  if (opacity !== undefined && numberOf(opacity) !== undefined && !isFaint(opacity)) return true;
  const most = declarations.get('max-height');
  return isSeen(parseLength(most)) || most === 'none' || isSeen(parseLength(declarations.get('height')));
}
