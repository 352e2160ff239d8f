import { isSpace } from './characters.ts';
import { bothConditions, withoutComments } from './conditions.ts';
import { unescapeCss, unescapeLetters } from './css-text.ts';
import { isCarried, mayBeUrl, stringKind, WITHOUT_URL } from './css-strings.ts';
import {
  AT_KEYWORD,
  BAD_STRING,
  BAD_URL,
  CLOSE_BLOCK,
  CLOSE_PARENTHESIS,
  COLON,
  CssTokens,
  END,
  FUNCTION,
  IDENT,
  OPEN_BLOCK,
  OPEN_PARENTHESIS,
  SEMICOLON,
  STRING,
  URL_TOKEN,
} from './css-tokens.ts';
import { GEOMETRY, GEOMETRY_TABLE } from './geometry.ts';
import type { Channel, Layer, StyleRule } from './place.ts';
import { wholeText } from './source.ts';
import type { Source } from './source.ts';

const SCRIPTED = new Set(['behavior', '-ms-behavior', '-moz-binding']);

/** A URL found in CSS; offsets are those of `source.text`. */
export interface CssUrl {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly value: string;
  readonly layers: readonly Layer[];
  readonly channel: Channel;
  readonly property: string;
  readonly selector: string | undefined;
  /** It is no URL to browsers (a bad url token). */
  readonly doubtful: boolean;
  /** Counts only if it resolves: a string that no known function takes. */
  readonly weak: boolean;
}

export interface CssSink {
  /** Whether rules that bear on size or visibility are wanted. */
  readonly takesRules: boolean;
  url(found: CssUrl): void;
  rule(rule: StyleRule): void;
  /** Told of each at-rule that opens a block. */
  atRule(): void;
  /** A stretch that parsers may cut differently. */
  remnant(source: Source, start: number, end: number): void;
}

interface Block {
  readonly preludeStart: number;
  readonly preludeEnd: number;
  readonly at: string;
  /** The condition that it stands under, if any. */
  readonly condition: Block | undefined;
  /** The style rule that it is nested in. */
  readonly within: Block | undefined;
  /** What stands in front of it, once somebody asked. */
  prelude: string | undefined;
  declarations: [name: string, value: string][] | undefined;
}

const STRING_LAYERS: Readonly<Record<string, readonly Layer[]>> = {
  '"': [{ kind: 'css-string', quote: '"' }],
  "'": [{ kind: 'css-string', quote: "'" }],
};
const URL_LAYERS: readonly Layer[] = [{ kind: 'css-url' }];
const MAX_SELECTOR = 300;
const MAX_NAME = 64;
/** Names may be written in escapes, each of eight characters. */
const MAX_WRITTEN_NAME = 8 * MAX_NAME;

/** Blocks deeper than this have no selector and no rules; what they load is found all the same. */
const MAX_BLOCKS = 100;

/** Conditions around a rule; nobody writes more. */
const MAX_CONDITIONS = 4;
/** Of what stands in for the `&` of a nested selector. */
const MAX_NESTED = 1024;
/** A question that every client answers with yes hides like none. */
const SUPPORTED = /^@supports ?\( ?display ?: ?(?:block|inline|none) ?\)$/i;

/**
 * Walks the tokens of a style sheet or (`declarations`) of a style attribute, and reports each URL: url tokens, and strings in functions,
 * custom properties and at-rules. No grammar is held up: what a browser would drop as invalid is reported all the same.
 */
export function walkCss(source: Source, kind: 'sheet' | 'declarations', sink: CssSink, property = ''): void {
  // Sheets of a few characters are many: the reader's objects serve again, but inside one another.
  const walk = spare ?? new CssWalk();
  spare = undefined;
  walk.walk(source, kind === 'declarations', sink, property);
  spare = walk;
}

const NO_TEXT = wholeText('');
const NO_SINK: CssSink = {
  takesRules: false,
  url: () => {},
  rule: () => {},
  atRule: () => {},
  remnant: () => {},
};

class CssWalk {
  #source = NO_TEXT;
  #text = '';
  #sink = NO_SINK;
  #given = '';
  #everywhere = false;
  readonly #tokens = new CssTokens();
  /** Where the names of open functions begin and end; twice -1 for a parenthesis. */
  readonly #functions: number[] = [];
  readonly #blocks: Block[] = [];
  #depth = 0;
  /** A block was opened inside a function, where names no longer say what a string is (`if(style(--a: {}) …)`). */
  #isTorn = false;
  /** Behind a block no browser takes a `@namespace`, but as part of a value (`src:[;@namespace],url(…)`). */
  #hasBlocks = false;
  #statement = 0;
  #at = '';
  /** Nothing of the statement was seen yet: `@namespace` further on (in a fallback of `var()`) makes no at-rule of it. */
  #fresh = true;
  #nameStart = -1;
  #nameEnd = -1;
  /** The name that was last asked for: all URLs of a declaration do. */
  #wordStart = -1;
  #nameWord = '';
  #valueStart = 0;

  walk(source: Source, everywhere: boolean, sink: CssSink, property: string): void {
    this.#source = source;
    this.#text = source.text;
    this.#sink = sink;
    this.#given = property;
    this.#everywhere = everywhere;
    this.#depth = 0;
    this.#isTorn = false;
    this.#hasBlocks = everywhere;
    this.#wordStart = -1;
    this.#tokens.begin(source.text);
    this.#begin(0);
    this.#walk();
    this.#source = NO_TEXT;
    this.#text = '';
    this.#sink = NO_SINK;
    if (this.#functions.length > 0) this.#functions.length = 0;
    this.#tokens.begin('');
  }

  #walk(): void {
    const read = this.#tokens;
    for (;;) {
      const first = this.#fresh;
      // Of what follows the beginning of a statement and its name, names and numbers say nothing.
      const named = this.#nameStart >= 0 || this.#given !== '' || !(this.#everywhere || this.#depth > 0);
      const token = read.next(named && !first, first);
      if (token === END) break;
      if (!read.isCommentMark) {
        if (first) this.#statement = read.start;
        this.#fresh = false;
      }
      switch (token) {
        case IDENT:
          if (this.#nameStart < 0 && this.#given === '' && (this.#everywhere || this.#depth > 0)) {
            this.#nameStart = read.innerStart;
            this.#nameEnd = read.innerEnd;
          }
          break;
        case COLON:
          if (this.#valueStart === 0 && (this.#nameStart >= 0 || this.#given !== ''))
            this.#valueStart = read.end;
          break;
        case AT_KEYWORD: {
          const word = this.#word(read.innerStart, read.innerEnd);
          if ((first && !this.#hasBlocks) || !WITHOUT_URL.has(word)) this.#at = word;
          break;
        }
        case FUNCTION:
          this.#functions.push(read.innerStart, read.innerEnd);
          break;
        case OPEN_PARENTHESIS:
          this.#functions.push(-1, -1);
          break;
        case CLOSE_PARENTHESIS:
          this.#functions.pop();
          this.#functions.pop();
          break;
        case URL_TOKEN:
          if (this.#at !== 'namespace')
            this.#report(read.innerStart, read.innerEnd, URL_LAYERS, false, false);
          break;
        case BAD_URL: {
          const urlEnd = badUrlEnd(this.#text, read.innerStart, read.end);
          this.#report(read.innerStart, urlEnd, URL_LAYERS, true, false);
          this.#sink.remnant(this.#source, read.innerStart, read.end);
          break;
        }
        case STRING:
        case BAD_STRING:
          this.#string(token === BAD_STRING);
          break;
        case OPEN_BLOCK:
          this.#openBlock(read.start);
          this.#begin(read.end);
          break;
        case CLOSE_BLOCK:
          this.#closeBlock(read.start);
          this.#begin(read.end);
          break;
        case SEMICOLON:
          if (this.#functions.length > 0) break;
          this.#endDeclaration(read.start);
          this.#begin(read.end);
          break;
        default:
      }
    }
    this.#endDeclaration(this.#text.length);
    for (let block = this.#blocks.pop(); block !== undefined; block = this.#blocks.pop()) this.#rule(block);
  }

  #begin(position: number): void {
    this.#statement = position;
    this.#at = '';
    this.#fresh = true;
    this.#nameStart = -1;
    this.#valueStart = 0;
  }

  #openBlock(start: number): void {
    if (this.#functions.length > 0) {
      this.#functions.length = 0;
      this.#isTorn = true;
    }
    this.#hasBlocks = true;
    if (this.#at !== '') this.#sink.atRule();
    this.#depth += 1;
    if (this.#depth > MAX_BLOCKS) return;
    const outer = this.#block();
    this.#blocks.push({
      preludeStart: this.#statement,
      preludeEnd: start,
      at: this.#at,
      condition: outer !== undefined && isCondition(outer) ? outer : outer?.condition,
      within: outer?.at === '' ? outer : outer?.within,
      prelude: undefined,
      declarations: undefined,
    });
  }

  #closeBlock(start: number): void {
    if (this.#functions.length > 0) this.#functions.length = 0;
    this.#endDeclaration(start);
    if (this.#depth === 0) return;
    this.#depth -= 1;
    if (this.#depth >= MAX_BLOCKS) return;
    const block = this.#blocks.pop();
    if (block !== undefined) this.#rule(block);
  }

  #block(): Block | undefined {
    return this.#depth > MAX_BLOCKS ? undefined : this.#blocks.at(-1);
  }

  #rule(block: Block): void {
    if (block.declarations !== undefined) this.#sink.rule(styleRule(this.#text, block, block.declarations));
  }

  #endDeclaration(end: number): void {
    if (this.#valueStart === 0 || !this.#sink.takesRules) return;
    const block = this.#block();
    if (block === undefined) return;
    const name = this.#geometry();
    if (name === undefined) return;
    block.declarations ??= [];
    const value = this.#text.slice(this.#valueStart, Math.min(end, this.#valueStart + 200));
    block.declarations.push([name, unescapeLetters(value).trim().toLowerCase()]);
  }

  /** The declaration's name, if it bears on size or visibility. */
  #geometry(): string | undefined {
    const start = this.#nameStart;
    const end = this.#nameEnd;
    const known = GEOMETRY_TABLE.find(this.#text, start, end);
    if (known !== undefined) return known.name;
    if (this.#text.startsWith('--', start) && end - start <= MAX_WRITTEN_NAME)
      return this.#text.slice(start, end);
    if (end - start > MAX_WRITTEN_NAME || !this.#text.slice(start, end).includes('\\')) return undefined;
    const name = this.#word(start, end);
    return GEOMETRY.has(name) ? name : undefined;
  }

  #word(start: number, end: number): string {
    if (end - start <= MAX_NAME) {
      const word = this.#text.slice(start, end);
      return (word.includes('\\') ? unescapeCss(word) : word).toLowerCase();
    }
    const written = this.#text.slice(start, Math.min(end, start + MAX_WRITTEN_NAME));
    return unescapeCss(written).slice(0, MAX_NAME).toLowerCase();
  }

  get #name(): string {
    if (this.#nameStart < 0) return this.#given;
    if (this.#wordStart !== this.#nameStart) {
      this.#wordStart = this.#nameStart;
      this.#nameWord = this.#word(this.#nameStart, this.#nameEnd);
    }
    return this.#nameWord;
  }

  #string(isBad: boolean): void {
    const { start, end, innerStart, innerEnd } = this.#tokens;
    const name = this.#name;
    const call = this.#call();
    const verdict = this.#isTorn ? 'url' : stringKind(call, this.#functions.length, this.#at, name);
    if (verdict === 'text') return;
    const inFunction = this.#functions.length > 0;
    if (verdict === 'maybe' && !inFunction && !isCarried(call, name) && !mayBeUrl(this.#text, start, end))
      return;
    const layers = STRING_LAYERS[this.#text.charAt(start)] ?? URL_LAYERS;
    this.#report(innerStart, innerEnd, layers, isBad, verdict === 'maybe');
  }

  #call(): string {
    const start = this.#functions.at(-2) ?? -1;
    return start < 0 ? '' : this.#word(start, this.#functions.at(-1) ?? start);
  }

  #report(start: number, end: number, layers: readonly Layer[], doubtful: boolean, weak: boolean): void {
    const text = this.#text;
    let from = start;
    let to = end;
    while (from < to && isSpace(text.charCodeAt(from))) from += 1;
    while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
    if (from === to) return;
    const block = this.#block();
    const name = this.#name;
    const written = text.slice(from, to);
    this.#sink.url({
      source: this.#source,
      start: from,
      end: to,
      value: unescapeCss(written.includes('\0') ? written.replaceAll('\0', '\uFFFD') : written),
      layers,
      channel: channel(this.#at, block?.at ?? '', name),
      property: this.#at === '' ? name : atName(this.#at),
      selector: block === undefined ? undefined : prelude(text, block),
      doubtful,
      weak,
    });
  }
}

function atName(at: string): string {
  return at === 'import' ? '@import' : `@${at}`;
}

function channel(at: string, blockAt: string, property: string): Channel {
  if (at === 'import') return 'style';
  if (blockAt === 'font-face') return 'font';
  return SCRIPTED.has(property) ? 'script' : 'image';
}

/** A reader that nobody is using. */
let spare: CssWalk | undefined;

/** Where the URL of a bad url token ends: at white space, a quote or a bracket. */
function badUrlEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at += 1;
  while (at < end && !isSpace(text.charCodeAt(at)) && !'"\'()'.includes(text.charAt(at))) at += 1;
  return at;
}

function prelude(text: string, block: Block): string {
  if (block.prelude === undefined) {
    const written = text.slice(block.preludeStart, block.preludeEnd);
    const bare = withoutComments(written, block.at === '' ? '' : ' ').slice(0, MAX_SELECTOR);
    block.prelude = unescapeLetters(bare).trim();
  }
  return block.prelude;
}

/** At-rules all hang on something, or do not style elements at all; layers alone hold always. */
function isCondition({ at }: Block): boolean {
  return at !== '' && at !== 'layer';
}

/** As a media query; what is none of media is named by its at-rule, which holds for no reader of media queries. */
function conditionOf(text: string, block: Block): string | undefined {
  let condition: string | undefined;
  let at = isCondition(block) ? block : block.condition;
  for (let count = 0; at !== undefined; at = at.condition, count += 1) {
    const written = prelude(text, at);
    if (at.at === 'supports' && SUPPORTED.test(written)) continue;
    if (at.at !== 'media' || count === MAX_CONDITIONS) return `@${at.at}`;
    condition = bothConditions(written.replace(/^@media/i, '').trim(), condition);
  }
  return condition;
}

/**
 * The selector of a rule inside another; of a condition inside one, the outer rule's. One level: what is further out narrows only. Where the
 * `&` would make it longer than anybody reads, and all of them together a text out of all proportion, they stay as they are.
 */
function nested(outer: string, inner: string): string {
  const parent = outer.includes(',') ? `:is(${outer})` : outer;
  if (inner.startsWith('@')) return outer;
  if (inner.includes('&')) {
    const most = MAX_NESTED / parent.length;
    let parts = 1;
    for (let at = inner.indexOf('&'); at >= 0; at = inner.indexOf('&', at + 1)) {
      if ((parts += 1) > most) return inner;
    }
    return inner.replaceAll('&', () => parent);
  }
  return inner.includes(',') ? `${parent} :is(${inner})` : `${parent} ${inner}`;
}

function styleRule(text: string, block: Block, declarations: StyleRule['declarations']): StyleRule {
  const written = prelude(text, block);
  const own = written.includes('--') ? written.replaceAll(/<!--|-->/g, '').trim() : written;
  const selector = block.within === undefined ? own : nested(prelude(text, block.within), own);
  const media = conditionOf(text, block);
  return media === undefined ? { selector, declarations } : { selector, declarations, media };
}
