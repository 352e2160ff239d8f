import { noDeclarations, valueOf, type Declarations, type Written } from './declarations.ts';
import { fontSizePx, hiddenBy, shapeOf, showsAgain, type Shape } from './hiding.ts';
import { isSeen, maxTinyPx, pageWidthPx, parseLength, type Length } from './lengths.ts';

interface Side {
  readonly given: Length;
  readonly isAuto: boolean;
  readonly least: Length;
  readonly most: Length;
}

/** The custom properties of a text's sheets: what each is taken for, and those of them that have one value only. */
export interface Variables {
  readonly all: Declarations;
  readonly single: Declarations;
}

export const noVariables: Variables = { all: noDeclarations, single: noDeclarations };

const noSide: Side = { given: undefined, isAuto: false, least: undefined, most: undefined };

/** What one set of declarations says of size and visibility, each worked out once and when somebody asks. */
export class StyleFacts {
  readonly written: Written;
  readonly #declarations: Declarations;
  readonly #variables: Declarations;
  readonly #single: Declarations;
  /** For the tag asked about last, which is mostly the only one. */
  #hidden: { readonly tag: string; readonly why: string | undefined } | undefined;
  #width: Side | undefined;
  #height: Side | undefined;
  #shows: boolean | undefined;

  constructor(written: Written, variables: Variables) {
    this.written = written;
    this.#declarations = written.declarations;
    this.#variables = variables.all;
    this.#single = variables.single;
  }

  /** Why it hides an element of this tag and all in it. */
  hidden(tag: string): string | undefined {
    if (this.#declarations.size === 0) return undefined;
    if (this.#hidden?.tag !== tag)
      this.#hidden = { tag, why: hiddenBy(this.#declarations, tag, this.#variables) };
    return this.#hidden.why;
  }

  /** It hides by a custom property that the sheets set to other values too, one of which may be in force here. */
  isUnsure(tag: string): boolean {
    return this.#variables !== this.#single && hiddenBy(this.#declarations, tag, this.#single) === undefined;
  }

  /** `visibility:visible`, which shows what an ancestor's `visibility` hides. */
  get isVisible(): boolean {
    return valueOf(this.#declarations, 'visibility', this.#single) === 'visible';
  }

  /** A `display` of its own, which shows what only markup hides. */
  get isDisplayed(): boolean {
    const display = valueOf(this.#declarations, 'display', this.#single);
    return display !== undefined && display !== 'none' && !display.startsWith('revert');
  }

  /** `mso-hide:all`. */
  get outlookOnly(): boolean {
    return this.#declarations.get('mso-hide') === 'all';
  }

  get shows(): boolean {
    this.#shows ??= showsAgain(this.#declarations);
    return this.#shows;
  }

  /** What it makes of the box of an element of this tag. */
  shape(tag: string): Shape {
    return shapeOf(this.#declarations, tag, this.#variables);
  }

  /** It makes blocks of what is in it. */
  get isFlexible(): boolean {
    return /flex|grid/.test(valueOf(this.#declarations, 'display', this.#variables) ?? '');
  }

  /** The side that it gives an element whose attribute says `other`. */
  side(name: 'width' | 'height', other: Length): Length {
    const side = name === 'width' ? (this.#width ??= this.#read(name)) : (this.#height ??= this.#read(name));
    if (side === noSide) return other;
    const given = side.given ?? (side.isAuto ? undefined : other);
    if (isSeen(side.least) && !isSeen(given)) return side.least;
    return side.most !== undefined && 'px' in side.most && side.most.px <= maxTinyPx ? side.most : given;
  }

  #read(name: 'width' | 'height'): Side {
    const declarations = this.#declarations;
    if (declarations.size === 0) return noSide;
    const logical = name === 'width' ? 'inline-size' : 'block-size';
    const read = (prefix: string): string | undefined =>
      valueOf(declarations, `${prefix}${name}`, this.#variables) ??
      valueOf(declarations, `${prefix}${logical}`, this.#variables);
    const own = read('');
    const least = read('min-');
    const most = read('max-');
    const shape = name === 'height' && own === undefined ? this.#byShape() : undefined;
    if (own === undefined && least === undefined && most === undefined && shape === undefined) return noSide;
    const emPx = declarations.has('font-size') ? fontSizePx(declarations, this.#variables) : undefined;
    return {
      given: parseLength(own, emPx) ?? shape,
      isAuto: own === 'auto',
      least: parseLength(least, emPx),
      most: parseLength(most, emPx),
    };
  }

  /** The height that follows from `aspect-ratio`, where it is next to nothing. */
  #byShape(): Length {
    const [across, down = '1'] = (valueOf(this.#declarations, 'aspect-ratio', this.#variables) ?? '').split(
      '/',
    );
    const ratio = Number.parseFloat(across ?? '') / Number.parseFloat(down);
    const width = this.side('width', undefined);
    if (!(ratio > 0)) return undefined;
    const px = (width !== undefined && 'px' in width ? width.px : pageWidthPx) / ratio;
    return px <= maxTinyPx ? { px } : undefined;
  }
}

const nothingWritten: Written = { declarations: noDeclarations, important: new Set() };

export const noStyle = new StyleFacts(nothingWritten, noVariables);
