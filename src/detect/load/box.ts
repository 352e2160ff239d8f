import type { ElementInfo } from '../../html/place.ts';
import type { Looks } from './looks.ts';
import { cascade } from './cascade.ts';
import { parseDeclarations } from './declarations.ts';
import { canHide, isOfContent } from './hiding.ts';
import { isAtMost, isSeen, maxTinyPx, parseDimension, type Length } from './lengths.ts';
import { noStyle, StyleFacts } from './style-facts.ts';
import type { SheetStyle, StyleSheetIndex } from './style-match.ts';

/** `zero`, `tiny`: nothing to see; `thin`: a line; `visible`: declared to be seen; `unknown`: as large as what the server sends. */
export type Size = 'zero' | 'tiny' | 'thin' | 'visible' | 'unknown';

interface Own {
  readonly hidden: string | undefined;
  readonly outlookOnly: boolean;
  readonly shownSometimes: boolean;
  /** It takes back what `visibility` does further up. */
  readonly isVisible: boolean;
}

/** A line that is drawn between contents is longer. */
const minLinePx = 40;
const maxDotPx = 12;

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

const nothing: Own = { hidden: undefined, outlookOnly: false, shownSometimes: false, isVisible: false };

/** Elements whose content no client shows; a `template` that is a shadow root is none of them. */
const unseenTags: ReadonlySet<string> = new Set([
  'template',
  'datalist',
  'noframes',
  'canvas',
  'meter',
  'progress',
]);

/** Elements that `display` and `visibility` hide as attributes too. */
const drawnTags: ReadonlySet<string> = new Set([
  'svg',
  'g',
  'image',
  'use',
  'switch',
  'symbol',
  'foreignobject',
]);

/** Reasons by markup that are a browser's own `display:none`, which `display` in the sender's style takes back. */
const undisplayed: ReadonlySet<string> = new Set(['hidden', 'popover', 'dialog', 'display:none']);

/** Why the markup alone hides an element. */
function hiddenByMarkup(element: ElementInfo, looks: Looks): string | undefined {
  const { tag, parent } = element;
  if (looks.unseen !== undefined) return looks.unseen;
  // The summary of closed details is what is shown of them.
  if (parent?.tag === 'details' && tag !== 'summary' && parent.valueOf('open') === undefined)
    return 'details';
  if (tag === 'dialog' && element.valueOf('open') === undefined) return 'dialog';
  if (drawnTags.has(tag)) {
    if (element.valueOf('display')?.trim() === 'none') return 'display:none';
    if (element.valueOf('visibility')?.trim() === 'hidden') return 'visibility:hidden';
  }
  if (!unseenTags.has(tag)) return undefined;
  return element.valueOf('shadowrootmode') === undefined ? tag : undefined;
}

function ownOf(element: ElementInfo, { looks, inline, style }: Styled, sheet: StyleSheetIndex): Own {
  const { tag } = element;
  const { outlookOnly } = inline;
  let hidden = style.hidden(tag);
  let shownSometimes = hidden !== undefined && style.isUnsure(tag);
  if (hidden === undefined && style !== inline) {
    // Clients that drop style sheets do not show what only a sheet shows.
    hidden = inline.hidden(tag);
    shownSometimes = hidden !== undefined;
  }
  if (!isFirm(hidden)) {
    const byMarkup = hiddenByMarkup(element, looks);
    const isDisplay = byMarkup !== undefined && undisplayed.has(byMarkup);
    if (byMarkup !== undefined && !(isDisplay && inline.isDisplayed)) {
      hidden = byMarkup;
      shownSometimes = isDisplay && style.isDisplayed;
    }
  }
  const { isVisible } = style;
  if (hidden === undefined && !outlookOnly && !isVisible) return nothing;
  shownSometimes ||= hidden !== undefined && sheet.showsSometimes(element);
  return { hidden, outlookOnly, shownSometimes, isVisible };
}

function isByVisibility(hidden: string | undefined): boolean {
  return hidden?.startsWith('visibility:') === true;
}

/** Hidden by what nothing further in takes back. */
function isFirm(hidden: string | undefined): boolean {
  return hidden !== undefined && !isByVisibility(hidden);
}

/** What is handed down to an element, without what it takes back. */
function hiddenAbove(above: Own, { isVisible }: Own): string | undefined {
  return isVisible && isByVisibility(above.hidden) ? undefined : above.hidden;
}

/** What an element hands down, which itself is handed down this. */
function handDown(above: Own, own: Own): Own {
  if (above === nothing) return own;
  if (own === nothing) return above;
  const hidden = hiddenAbove(above, own);
  return {
    hidden: isFirm(hidden) ? hidden : (own.hidden ?? hidden),
    outlookOnly: above.outlookOnly || own.outlookOnly,
    shownSometimes: above.shownSometimes || own.shownSometimes,
    isVisible: own.isVisible,
  };
}

/** Everything in force about an element: its `style`, and that together with the sheets. */
interface Styled {
  readonly looks: Looks;
  readonly inline: StyleFacts;
  readonly style: StyleFacts;
}

/** What is known of an element by itself. */
interface Known {
  readonly styled: Styled;
  readonly own: Own;
  measured: Measured | undefined;
}

interface Measured {
  readonly size: Size;
  readonly thinBut: boolean;
  /** Seen, and no larger than a bullet. */
  readonly isDot: boolean;
  /** Thin, and long enough to be drawn across or down a page. */
  readonly isLine: boolean;
  /** It stands among words, where sizes do nothing, unless what it is in makes blocks of its children. */
  readonly isInLine: boolean;
}

function isLong(length: Length): boolean {
  return length !== undefined && ('percent' in length ? length.percent >= 10 : length.px >= minLinePx);
}

const unmeasured: Measured = {
  size: 'unknown',
  thinBut: false,
  isDot: false,
  isLine: false,
  isInLine: false,
};

/** Whether it cuts off what is drawn outside of its own size. */
function isCanvas(tag: string): boolean {
  return tag === 'svg' || tag.startsWith('v:');
}

function measure({ looks, inline, style }: Styled): Measured {
  const width = parseDimension(looks.width);
  const height = parseDimension(looks.height);
  const written = sizeOf(width, height);
  const across = inline === noStyle ? width : inline.side('width', width);
  const down = inline === noStyle ? height : inline.side('height', height);
  let size = inline === noStyle ? written : sizeOf(across, down);
  // `auto` may not buy a 1x1 image out of its attributes: it is as large as the image, which the sender chose to be 1x1.
  if (size === 'unknown' && written === 'tiny') size = 'tiny';
  const thinBut = written === 'thin' && (size === 'unknown' || size === 'visible');
  const isDot = size === 'visible' && isAtMost(across, maxDotPx) && isAtMost(down, maxDotPx);
  // Many clients drop style sheets: a sheet may make an image small, but none makes a small one large (a sender could buy that).
  if (style !== inline) {
    const bySheet = sizeOf(style.side('width', undefined), style.side('height', undefined));
    if (bySheet === 'zero' || (bySheet === 'tiny' && size !== 'visible'))
      return { ...unmeasured, size: bySheet, thinBut };
    if (size === 'unknown' && bySheet === 'visible') size = 'visible';
  }
  const isLine = size === 'thin' && (isLong(across) || isLong(down));
  return { size, thinBut, isDot, isLine, isInLine: false };
}

/** What is no picture is as large as what is in it, unless it is a block that nothing opens: cells grow, padding shows the background. */
function measureBox(tag: string, styled: Styled): Measured {
  const measured = measure(styled);
  const { size } = measured;
  if (size === 'unknown') return measured;
  const { looks, inline, style } = styled;
  const shape = style.shape(tag);
  if (shape.isInLine) return { ...measured, isInLine: true };
  if (size === 'visible') return measured;
  const width = inline.side('width', parseDimension(looks.width)) ?? style.side('width', undefined);
  const height = inline.side('height', parseDimension(looks.height)) ?? style.side('height', undefined);
  if (shape.grows && (width === undefined || height === undefined)) return unmeasured;
  if (!shape.opensWidth && !shape.opensHeight) return measured;
  const isWide = shape.opensWidth || !isAtMost(width, maxTinyPx);
  const isHigh = shape.opensHeight || !isAtMost(height, maxTinyPx);
  if (!isWide || !isHigh) return measured;
  return isSeen(width) || isSeen(height) ? { ...unmeasured, size: 'visible' } : unmeasured;
}

/** How large an element is and whether it can be seen; what its ancestors do to it is worked out when somebody asks. */
export class Box {
  readonly size: Size;
  /** The attributes say a line or less, and only `auto` in a style takes it back: as large as the image, which the sender chose. */
  readonly thinBut: boolean;
  /** Seen, and no larger than a bullet. */
  readonly isDot: boolean;
  /** Thin, and long enough to be drawn across or down a page. */
  readonly isLine: boolean;
  /** Why the element cannot be seen (`display:none`, ...), by itself. */
  readonly hidden: string | undefined;
  readonly #own: Own;
  readonly #element: ElementInfo;
  readonly #boxes: Boxes;
  #handedDown: Own | undefined;

  constructor(element: ElementInfo, measured: Measured, own: Own, boxes: Boxes) {
    this.size = measured.size;
    this.thinBut = measured.thinBut;
    this.isDot = measured.isDot;
    this.isLine = measured.isLine;
    this.hidden = isOfContent(own.hidden) ? undefined : own.hidden;
    this.#own = own;
    this.#element = element;
    this.#boxes = boxes;
  }

  get #above(): Own {
    this.#handedDown ??= this.#boxes.above(this.#element);
    return this.#handedDown;
  }

  /** Why an ancestor hides it. */
  get hiddenByAncestor(): string | undefined {
    return hiddenAbove(this.#above, this.#own);
  }

  /** `mso-hide:all`: hidden in Outlook only, which is what content for the others is too. */
  get outlookOnly(): boolean {
    return this.#own.outlookOnly || this.#above.outlookOnly;
  }

  /** A media query or a client hack shows it again: a responsive duplicate. */
  get shownSometimes(): boolean {
    return this.#own.shownSometimes || this.#above.shownSometimes;
  }
}

/** Boxes of a text's elements, each worked out once; an ancestor's hiding is handed down. */
export class Boxes {
  readonly #sheet: StyleSheetIndex;
  /** By the text of a `style` attribute: a newsletter says the same thousands of times. */
  readonly #inline = new Map<string, StyleFacts>();
  /** By the rules that are about an element, and its `style`. */
  readonly #styles = new Map<string, StyleFacts>();
  /** By the tag as it is written: a newsletter is made of the same few tables. */
  readonly #alike = new Map<string, Known>();
  /** Of the others, such as those that a selector finds by what is around them. */
  readonly #single = new Map<ElementInfo, Known>();
  /** What each element and all above it hand down, once somebody asked. */
  readonly #handed = new Map<ElementInfo, Own>();

  constructor(sheet: StyleSheetIndex) {
    this.#sheet = sheet;
  }

  of(element: ElementInfo): Box {
    const known = this.#knownOf(element);
    known.measured ??= measureBox(element.tag, known.styled);
    const isWord = known.measured.isInLine && !this.#isItem(element);
    return new Box(element, isWord ? unmeasured : known.measured, known.own, this);
  }

  #isItem({ parent }: ElementInfo): boolean {
    return parent !== undefined && this.#knownOf(parent).styled.style.isFlexible;
  }

  /** What all ancestors together do to an element. */
  above(element: ElementInfo): Own {
    return element.parent === undefined ? nothing : this.#handedDown(element.parent);
  }

  #inlineOf({ style }: Looks): StyleFacts {
    if (style === undefined) return noStyle;
    let inline = this.#inline.get(style);
    if (inline === undefined) {
      const relevant = style.includes('\\') || style.includes('/*') || canHide(style.toLowerCase());
      inline = relevant ? new StyleFacts(parseDeclarations(style), this.#sheet.variables) : noStyle;
      this.#inline.set(style, inline);
    }
    return inline;
  }

  #styleOf(inline: StyleFacts, { style = '' }: Looks, { always, key }: SheetStyle): StyleFacts {
    const [first] = always;
    if (first === undefined) return inline;
    if (always.length === 1 && inline === noStyle) return first;
    const both = inline === noStyle ? key : `${key}|${style}`;
    let facts = this.#styles.get(both);
    if (facts === undefined) {
      facts = cascade(always, inline, this.#sheet.variables);
      this.#styles.set(both, facts);
    }
    return facts;
  }

  #knownOf(element: ElementInfo): Known {
    // What stands in `details` hangs on them.
    const written = element.parent?.tag === 'details' ? undefined : element.written;
    const known = (written === undefined ? undefined : this.#alike.get(written)) ?? this.#single.get(element);
    if (known !== undefined) return known;
    this.#sheet.hasClimbed = false;
    const found = this.#lookAt(element);
    if (written !== undefined && !this.#sheet.hasClimbed) this.#alike.set(written, found);
    else this.#single.set(element, found);
    return found;
  }

  #lookAt(element: ElementInfo): Known {
    const looks = this.#sheet.looksOf(element);
    const inline = this.#inlineOf(looks);
    const style = this.#styleOf(inline, looks, this.#sheet.of(element));
    const styled: Styled = { looks, inline, style };
    const own = ownOf(element, styled, this.#sheet);
    if (isFirm(own.hidden) || !isCanvas(element.tag)) return { styled, own, measured: undefined };
    const measured = measure(styled);
    const isNothing = measured.size === 'zero' || measured.size === 'tiny';
    return { styled, own: isNothing ? { ...own, hidden: `${element.tag}:0` } : own, measured };
  }

  /** The element and all above it, without recursion: up to what is known, then down again. */
  #handedDown(element: ElementInfo): Own {
    const path: ElementInfo[] = [];
    let result = nothing;
    for (let at: ElementInfo | undefined = element; at !== undefined; at = at.parent) {
      const handed = this.#handed.get(at);
      if (handed !== undefined) {
        result = handed;
        break;
      }
      path.push(at);
    }
    for (let index = path.length - 1; index >= 0; index -= 1) {
      const one = path[index];
      if (one === undefined) break;
      const { own } = this.#knownOf(one);
      result = handDown(result, own);
      this.#handed.set(one, result);
    }
    return result;
  }
}
