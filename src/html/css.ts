import { tokenTypes, tokenize } from 'css-tree/tokenizer';
import { isSpace } from './characters.ts';
import { plainCss, unescapeCss } from './css-text.ts';
import type { Channel, Layer, StyleRule } from './place.ts';
import type { Source } from './source.ts';

const T = tokenTypes;

/** Functions whose string argument is a URL, whatever it looks like. */
const URL_FUNCTIONS = new Set([
  'url',
  'src',
  'image-set',
  '-webkit-image-set',
  'image',
  'cross-fade',
  '-webkit-cross-fade',
  'element',
  'paint',
  'if',
  'var',
  'light-dark',
  'alphaimageloader',
]);

/** Functions whose strings never are one. */
const OTHER_FUNCTIONS = new Set([
  'format',
  'tech',
  'local',
  'type',
  'counter',
  'counters',
  'symbols',
  'selector',
  'lang',
  'is',
  'not',
  'has',
  'where',
]);

/** Properties that print their strings. */
const PRINTED = new Set([
  'content',
  'quotes',
  'font-family',
  'font',
  'font-feature-settings',
  'hyphenate-character',
]);

/** At-rules that load nothing, if they are what the statement begins with. */
const WITHOUT_URL = new Set(['namespace', 'charset']);

const SCRIPTED = new Set(['behavior', '-ms-behavior', '-moz-binding']);

/** Declarations that say how large or visible an element is. */
const GEOMETRY = new Set([
  'width',
  'height',
  'max-width',
  'max-height',
  'min-width',
  'min-height',
  'display',
  'visibility',
  'opacity',
  'position',
  'left',
  'top',
  'right',
  'bottom',
  'clip',
  'clip-path',
  'overflow',
  'mso-hide',
  'font-size',
  'line-height',
  'text-indent',
  'transform',
  'float',
  'filter',
  'inset',
  'scale',
  'zoom',
  'margin',
  'margin-left',
  'margin-top',
]);

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
  url(found: CssUrl): void;
  rule?(rule: StyleRule): void;
  /** A stretch that css-tree and browsers may cut differently. */
  remnant(source: Source, start: number, end: number): void;
}

interface Block {
  readonly preludeStart: number;
  readonly preludeEnd: number;
  readonly at: string;
  readonly media: Block | undefined;
  declarations: Map<string, string> | undefined;
}

const STRING_LAYERS: Readonly<Record<string, readonly Layer[]>> = {
  '"': [{ kind: 'css-string', quote: '"' }],
  "'": [{ kind: 'css-string', quote: "'" }],
};
const URL_LAYERS: readonly Layer[] = [{ kind: 'css-url' }];
const MAX_SELECTOR = 300;

/**
 * Walks the tokens of a style sheet or (`declarations`) of a style attribute, and reports each URL: url tokens, and strings in functions,
 * custom properties and at-rules. No grammar is held up: what a browser would drop as invalid is reported all the same.
 */
export function walkCss(given: Source, kind: 'sheet' | 'declarations', sink: CssSink, property = ''): void {
  const source = plainCss(given);
  const text = source.text;
  const functions: string[] = [];
  const blocks: Block[] = [];
  let statement = 0;
  let at = '';
  /** Nothing of the statement was seen yet: `@namespace` further on (in a fallback of `var()`) makes no at-rule of it. */
  let fresh = true;
  let name = property;
  let nameSeen = property !== '';
  let valueStart = 0;

  const endDeclaration = (end: number): void => {
    const block = blocks.at(-1);
    if (sink.rule !== undefined && valueStart > 0 && block !== undefined && GEOMETRY.has(name)) {
      block.declarations ??= new Map();
      block.declarations.set(
        name,
        text
          .slice(valueStart, Math.min(end, valueStart + 200))
          .trim()
          .toLowerCase(),
      );
    }
  };
  const begin = (position: number): void => {
    statement = position;
    at = '';
    fresh = true;
    name = property;
    nameSeen = property !== '';
    valueStart = 0;
  };
  const report = (
    start: number,
    end: number,
    layers: readonly Layer[],
    doubtful: boolean,
    weak: boolean,
  ): void => {
    let from = start;
    let to = end;
    while (from < to && isSpace(text.charCodeAt(from))) from += 1;
    while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
    if (from === to) return;
    const block = blocks.at(-1);
    sink.url({
      source,
      start: from,
      end: to,
      value: unescapeCss(text.slice(from, to)),
      layers,
      channel: channel(at, block?.at ?? '', name),
      property: at === '' ? name : `@${at}`,
      selector: block === undefined ? undefined : selectorOf(text, block),
      doubtful,
      weak,
    });
  };

  tokenize(text, (type, start, end) => {
    const first = fresh;
    if (type !== T.WhiteSpace && type !== T.Comment && type !== T.CDO && type !== T.CDC) fresh = false;
    switch (type) {
      case T.Ident:
        if (!nameSeen && (kind === 'declarations' || blocks.length > 0)) {
          name = text.slice(start, Math.min(end, start + 64)).toLowerCase();
          nameSeen = true;
        }
        return;
      case T.Colon:
        if (valueStart === 0 && nameSeen) valueStart = end;
        return;
      case T.AtKeyword: {
        const word = text.slice(start + 1, Math.min(end, start + 40)).toLowerCase();
        if (first || !WITHOUT_URL.has(word)) at = word;
        return;
      }
      case T.Function:
        functions.push(text.slice(start, Math.min(end - 1, start + 40)).toLowerCase());
        return;
      case T.LeftParenthesis:
        functions.push('');
        return;
      case T.RightParenthesis:
        functions.pop();
        return;
      case T.Url: {
        if (at === 'namespace') return;
        const closed = text.charCodeAt(end - 1) === 0x29 && end > start + 4;
        report(start + 4, closed ? end - 1 : end, URL_LAYERS, false, false);
        return;
      }
      case T.BadUrl:
        report(start + 4, badUrlEnd(text, start + 4, end), URL_LAYERS, true, false);
        sink.remnant(source, start + 4, end);
        return;
      case T.String:
      case T.BadString: {
        const verdict = stringKind(functions.at(-1) ?? '', functions.length, at, name);
        if (verdict === 'text') return;
        if (verdict === 'maybe' && !isCarried(functions.at(-1) ?? '', name) && !mayBeUrl(text, start, end))
          return;
        const closed =
          type === T.String && end > start + 1 && text.charCodeAt(end - 1) === text.charCodeAt(start);
        const layers = STRING_LAYERS[text.charAt(start)] ?? URL_LAYERS;
        report(start + 1, closed ? end - 1 : end, layers, type === T.BadString, verdict === 'maybe');
        return;
      }
      case T.LeftCurlyBracket: {
        functions.length = 0;
        const outer = blocks.at(-1);
        const block: Block = {
          preludeStart: statement,
          preludeEnd: start,
          at,
          media: outer?.at === 'media' ? outer : outer?.media,
          declarations: undefined,
        };
        blocks.push(block);
        begin(end);
        return;
      }
      case T.RightCurlyBracket: {
        functions.length = 0;
        endDeclaration(start);
        const block = blocks.pop();
        if (block?.declarations !== undefined) sink.rule?.(styleRule(text, block, block.declarations));
        begin(end);
        return;
      }
      case T.Semicolon:
        if (functions.length > 0) return;
        endDeclaration(start);
        begin(end);
        return;
      default:
    }
  });
  endDeclaration(text.length);
  for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) {
    if (block.declarations !== undefined) sink.rule?.(styleRule(text, block, block.declarations));
  }
}

function channel(at: string, blockAt: string, property: string): Channel {
  if (at === 'import') return 'style';
  if (blockAt === 'font-face') return 'font';
  return SCRIPTED.has(property) ? 'script' : 'image';
}

/** Whether a string is a URL (`url`), may be one (`maybe`), or is text. */
function stringKind(call: string, depth: number, at: string, property: string): 'url' | 'maybe' | 'text' {
  if (at === 'import') return OTHER_FUNCTIONS.has(call) ? 'text' : 'url';
  if (WITHOUT_URL.has(at)) return 'text';
  if (depth > 0) {
    if (URL_FUNCTIONS.has(call) || call.endsWith('image-set')) return 'url';
    return OTHER_FUNCTIONS.has(call) ? 'text' : 'maybe';
  }
  return PRINTED.has(property) ? 'text' : 'maybe';
}

/** Whether the string may come to stand in another declaration, where even `a` is a URL against the base. */
function isCarried(call: string, property: string): boolean {
  return (
    property.startsWith('--') ||
    call.startsWith('--') ||
    property === 'initial-value' ||
    property === 'result'
  );
}

/** Whether a string that no known function takes is worth a look: it has a scheme, or slashes of one kind or the other, or escapes. */
function mayBeUrl(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x3a || code === 0x2f || code === 0x5c) return true;
  }
  return false;
}

/** Where the URL of a bad url token ends: at white space, a quote or a bracket. */
function badUrlEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at += 1;
  while (at < end && !isSpace(text.charCodeAt(at)) && !'"\'()'.includes(text.charAt(at))) at += 1;
  return at;
}

function prelude(text: string, block: Block): string {
  return text.slice(block.preludeStart, Math.min(block.preludeEnd, block.preludeStart + MAX_SELECTOR)).trim();
}

function selectorOf(text: string, block: Block): string {
  return prelude(text, block);
}

function styleRule(text: string, block: Block, declarations: ReadonlyMap<string, string>): StyleRule {
  const selector = prelude(text, block)
    .replaceAll(/<!--|-->/g, '')
    .trim();
  return block.media === undefined
    ? { selector, declarations }
    : {
        selector,
        declarations,
        media: prelude(text, block.media)
          .replace(/^@media/i, '')
          .trim(),
      };
}
