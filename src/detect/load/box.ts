import type { ElementInfo } from '../../html/place.ts';
import { attributeOf } from './attribute-of.ts';
import { noDeclarations, parseDeclarations, type Declarations } from './declarations.ts';
import { isAtMost, isSeen, parseLength, type Length } from './lengths.ts';
import type { StyleSheetIndex } from './style-match.ts';

/** `zero`, `tiny`: nothing to see; `thin`: a line; `visible`: declared to be seen; `unknown`: as large as what the server sends. */
export type Size = 'zero' | 'tiny' | 'thin' | 'visible' | 'unknown';

export interface Box {
  readonly size: Size;
  /** The attributes say a line or less, and only `auto` in a style takes it back: as large as the image, which the sender chose. */
  readonly thinBut: boolean;
  /** Why the element cannot be seen (`display:none`, ...), by itself. */
  readonly hidden: string | undefined;
  /** Why an ancestor hides it. */
  readonly hiddenByAncestor: string | undefined;
  /** `mso-hide:all`: hidden in Outlook only, which is what content for the others is too. */
  readonly outlookOnly: boolean;
  /** A media query or a client hack shows it again: a responsive duplicate. */
  readonly shownSometimes: boolean;
}

interface Own {
  readonly hidden: string | undefined;
  readonly outlookOnly: boolean;
  readonly shownSometimes: boolean;
}

const maxTinyPx = 3;
const farPx = 90;

function valueOf(declarations: Declarations, name: string): string | undefined {
  const value = declarations.get(name);
  return value?.includes('!') === true ? value.replace('!important', '').trim() : value;
}

function farOff(declarations: Declarations): string | undefined {
  const position = valueOf(declarations, 'position');
  const names = ['margin-left', 'margin-top', 'text-indent'];
  if (position === 'absolute' || position === 'fixed' || position === 'relative')
    names.push('left', 'top', 'right', 'bottom');
  for (const name of names) {
    if (isAtMost(parseLength(valueOf(declarations, name)), -farPx)) return `${name} off screen`;
  }
  return undefined;
}

function clipped(declarations: Declarations): string | undefined {
  const clip = valueOf(declarations, 'clip')?.replace(/\s/g, '');
  if (clip !== undefined && /^rect\((?:[01](?:px)?[,)]){1,4}/.test(clip)) return 'clip';
  const path = valueOf(declarations, 'clip-path')?.replace(/\s/g, '');
  if (path !== undefined && /^(?:inset\((?:[5-9][0-9]|100)%|circle\(0)/.test(path)) return 'clip-path';
  const transform = valueOf(declarations, 'transform')?.replace(/\s/g, '');
  if (transform !== undefined && /scale[xy3d]{0,2}\((?:0(?:\.0[0-9]?)?)[,)]/.test(transform))
    return 'transform';
  if (transform !== undefined && /translate[xy3d]{0,2}\(-[0-9]{3}/.test(transform)) return 'transform';
  return undefined;
}

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
  'span',
  'a',
]);

/** What can hide an element; most declarations are of nothing but colours and fonts. */
const hiding: ReadonlySet<string> = new Set([
  'display',
  'visibility',
  'opacity',
  'filter',
  'max-height',
  'max-width',
  'height',
  'width',
  'clip',
  'clip-path',
  'transform',
  'margin-left',
  'margin-top',
  'text-indent',
  'left',
  'top',
  'right',
  'bottom',
]);

function canHide(declarations: Declarations): boolean {
  for (const name of declarations.keys()) if (hiding.has(name)) return true;
  return false;
}

const limiting = ['max-height', 'max-width', 'height', 'width'] as const;

/** Why one set of declarations hides an element and all in it. */
export function hiddenBy(declarations: Declarations, tag: string): string | undefined {
  if (!canHide(declarations)) return undefined;
  if (valueOf(declarations, 'display') === 'none') return 'display:none';
  const visibility = valueOf(declarations, 'visibility');
  if (visibility === 'hidden' || visibility === 'collapse') return `visibility:${visibility}`;
  const opacity = valueOf(declarations, 'opacity');
  if (opacity !== undefined && Number.parseFloat(opacity) <= 0.02) return 'opacity:0';
  const filter = valueOf(declarations, 'filter')?.replace(/\s/g, '') ?? '';
  if (/opacity[(=:]0\)/.test(filter)) return 'filter:opacity(0)';
  const overflow = valueOf(declarations, 'overflow') ?? valueOf(declarations, 'overflow-y') ?? '';
  for (const name of growing.has(tag) ? [] : limiting) {
    const limit = isAtMost(parseLength(valueOf(declarations, name)), name.startsWith('max') ? 1 : 2);
    if (limit && (name.startsWith('max') || overflow.startsWith('hid'))) return `${name}:0`;
  }
  return clipped(declarations) ?? farOff(declarations);
}

function showsAgain(declarations: Declarations): boolean {
  const display = valueOf(declarations, 'display');
  if (display !== undefined && display !== 'none') return true;
  if (valueOf(declarations, 'visibility') === 'visible') return true;
  const most = parseLength(valueOf(declarations, 'max-height'));
  return (
    isSeen(most) ||
    valueOf(declarations, 'max-height') === 'none' ||
    isSeen(parseLength(valueOf(declarations, 'height')))
  );
}

/** The size that one source of declarations gives, where it gives any. */
function sizeOf(width: Length, height: Length): Size {
  if (width === undefined && height === undefined) return 'unknown';
  const narrow = isAtMost(width, maxTinyPx);
  const low = isAtMost(height, maxTinyPx);
  if (isAtMost(width, 0) || isAtMost(height, 0)) return 'zero';
  if ((narrow && (low || height === undefined)) || (low && width === undefined)) return 'tiny';
  if (narrow || low) return 'thin';
  return isSeen(width) || isSeen(height) ? 'visible' : 'unknown';
}

function least(declarations: Declarations, side: 'width' | 'height', other: Length): Length {
  const own = valueOf(declarations, side);
  const given = parseLength(own) ?? (own === 'auto' ? undefined : other);
  const floor = parseLength(valueOf(declarations, `min-${side}`));
  if (isSeen(floor) && !isSeen(given)) return floor;
  const most = parseLength(valueOf(declarations, `max-${side}`));
  return most !== undefined && 'px' in most && most.px <= maxTinyPx ? most : given;
}

const nothing: Own = { hidden: undefined, outlookOnly: false, shownSometimes: false };

/** Boxes of a text's elements, each worked out once; an ancestor's hiding is handed down. */
export class Boxes {
  readonly #sheet: StyleSheetIndex;
  /** By the text of a `style` attribute: a newsletter says the same thousands of times. */
  readonly #inline = new Map<string, Declarations>();
  readonly #own = new Map<ElementInfo, Own>();
  readonly #above = new Map<ElementInfo, Own>();

  constructor(sheet: StyleSheetIndex) {
    this.#sheet = sheet;
  }

  of(element: ElementInfo): Box {
    const own = this.#ownOf(element);
    const above = element.parent === undefined ? undefined : this.#handedDown(element.parent);
    return {
      ...this.#sizeOf(element),
      hidden: own.hidden,
      hiddenByAncestor: above?.hidden,
      outlookOnly: own.outlookOnly || above?.outlookOnly === true,
      shownSometimes: own.shownSometimes || above?.shownSometimes === true,
    };
  }

  #sizeOf(element: ElementInfo): { readonly size: Size; readonly thinBut: boolean } {
    const inline = this.#inlineOf(element);
    const attributes = {
      width: parseLength(attributeOf(element, 'width')),
      height: parseLength(attributeOf(element, 'height')),
    };
    const written = sizeOf(attributes.width, attributes.height);
    let size = sizeOf(least(inline, 'width', attributes.width), least(inline, 'height', attributes.height));
    // `auto` may not buy a 1x1 image out of its attributes: it is as large as the image, which the sender chose to be 1x1.
    if (size === 'unknown' && written === 'tiny') size = 'tiny';
    const thinBut = written === 'thin' && (size === 'unknown' || size === 'visible');
    // Many clients drop style sheets: a sheet may make an image small, but none makes a small one large (a sender could buy that).
    for (const declarations of this.#sheet.of(element).always) {
      const bySheet = sizeOf(
        least(declarations, 'width', undefined),
        least(declarations, 'height', undefined),
      );
      if (bySheet === 'zero' || (bySheet === 'tiny' && size !== 'visible')) return { size: bySheet, thinBut };
      if (size === 'unknown' && bySheet === 'visible') size = 'visible';
    }
    return { size, thinBut };
  }

  #inlineOf(element: ElementInfo): Declarations {
    const style = attributeOf(element, 'style');
    if (style === undefined) return noDeclarations;
    let inline = this.#inline.get(style);
    if (inline === undefined) {
      inline = parseDeclarations(style);
      this.#inline.set(style, inline);
    }
    return inline;
  }

  #ownOf(element: ElementInfo): Own {
    const known = this.#own.get(element);
    if (known !== undefined) return known;
    const inline = this.#inlineOf(element);
    const sheet = this.#sheet.of(element);
    let hidden = hiddenBy(inline, element.tag);
    for (const declarations of sheet.always) hidden ??= hiddenBy(declarations, element.tag);
    if (hidden === undefined && attributeOf(element, 'hidden') !== undefined) hidden = 'hidden';
    const outlookOnly = valueOf(inline, 'mso-hide') === 'all';
    const own: Own =
      hidden === undefined && !outlookOnly
        ? nothing
        : { hidden, outlookOnly, shownSometimes: hidden !== undefined && sheet.sometimes.some(showsAgain) };
    this.#own.set(element, own);
    return own;
  }

  /** The element and all above it, without recursion: up to what is known, then down again. */
  #handedDown(element: ElementInfo): Own {
    const path: ElementInfo[] = [];
    let at: ElementInfo | undefined = element;
    while (at !== undefined && !this.#above.has(at)) {
      path.push(at);
      at = at.parent;
    }
    let result: Own = (at === undefined ? undefined : this.#above.get(at)) ?? nothing;
    for (const one of path.reverse()) {
      const own = this.#ownOf(one);
      if (result === nothing) result = own;
      else if (own !== nothing) {
        result = {
          hidden: result.hidden ?? own.hidden,
          outlookOnly: result.outlookOnly || own.outlookOnly,
          shownSometimes: result.shownSometimes || own.shownSometimes,
        };
      }
      this.#above.set(one, result);
    }
    return result;
  }
}
