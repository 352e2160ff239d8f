import { decodeXML } from 'entities/decode';
import { findBare, findInAttributes, findInSheet, isPlaceName } from './attribute-places.ts';
import type { Finder } from './attribute-places.ts';
import { isLetter } from './characters.ts';
import { StartTag } from './element.ts';
import type { OpenElements } from './open-elements.ts';
import type { Layer } from './place.ts';
import { DoubtfulTags } from './readings.ts';
import { Searches } from './searches.ts';
import { slice, spanOf } from './source.ts';
import type { Source } from './source.ts';
import { styleAsMarkup } from './style-markup.ts';
import { readTag } from './tag.ts';
import type { RawTag } from './tag.ts';
import { isBlankText } from './visible-text.ts';
import { ANY_TAG, localName, RAW_TAGS, VOID_TAGS } from './vocabulary.ts';

/** What a walk reports to: the scan of the whole text. */
export interface WalkHost extends Finder {
  readonly declared: Map<string, string>;
  firstText: number;
  lastText: number;
  hasFrameset: boolean;
  countElement(raw: RawTag): void;
  /** Whether a style sheet of a doubtful reading may still be read; the same text may be claimed by many `<style>` tags. */
  spendOnSheet(characters: number): boolean;
}

const never = (): boolean => false;

/** Declared entities that are kept, each of 1,024 characters at most: enough to spell a URL, too few for a bomb. */
const MAX_ENTITIES = 50;
const MAX_ENTITY = 2048;

const COMMENT: readonly Layer[] = [{ kind: 'comment' }];
const RAW: readonly Layer[] = [{ kind: 'raw' }];

/**
 * One pass over one document, as the tokenizer of HTML goes (13.2.5): start tags, end tags, comments, raw text. What it passes over (comments,
 * raw text, attribute values with a `<` in them) is looked through for start tags again, as doubtful ones.
 */
export class MarkupWalk {
  readonly #host: WalkHost;
  readonly #source: Source;
  readonly #text: string;
  readonly #outer: StartTag | undefined;
  /** undefined in a document inside the text: its elements hang on the one that carries it. */
  readonly #open: OpenElements | undefined;
  readonly #searches: Searches;
  readonly #doubtful: DoubtfulTags;
  /** Up to here, sheets of doubtful readings have been looked through for bare URLs. */
  #bareEnd = 0;

  constructor(host: WalkHost, source: Source, outer: StartTag | undefined, open: OpenElements | undefined) {
    this.#host = host;
    this.#source = source;
    this.#text = source.text;
    this.#outer = outer;
    this.#open = open;
    this.#searches = new Searches(source.text);
    this.#doubtful = new DoubtfulTags(source);
  }

  walk(): void {
    const text = this.#text;
    let at = 0;
    for (;;) {
      const open = text.indexOf('<', at);
      if (this.#open !== undefined) this.#noteText(at, open < 0 ? text.length : open);
      if (open < 0) return;
      const code = text.charCodeAt(open + 1);
      if (isLetter(code)) at = this.#startTag(open);
      else if (code === 0x2f) at = this.#endTag(open);
      else if (code === 0x21) at = this.#declaration(open);
      else if (code === 0x3f) at = this.#instruction(open);
      else at = open + 1;
    }
  }

  #startTag(open: number): number {
    const raw = readTag(this.#text, open + 1, isPlaceName);
    const name = this.#name(raw);
    this.#host.countElement(raw);
    this.#open?.imply(name);
    const hasInner = this.#findInside(open + 1, raw.end, RAW);
    const element = this.#element(name, raw);
    const doubtful = hasInner || !raw.closed || this.#source.doubtful || this.#open?.doubted === true;
    findInAttributes(this.#host, element, doubtful);
    if (name === 'frameset') this.#host.hasFrameset = true;
    if (name === 'img' && this.#open !== undefined) this.#noteVisible(open);
    if (!VOID_TAGS.has(name) && !(raw.selfClosing && name.includes(':'))) this.#open?.open(element);
    if (!RAW_TAGS.has(name)) return raw.end;
    const end = this.#searches.endTag(name, raw.end);
    this.#findInside(raw.end, end, RAW);
    if (name === 'style') this.#sheet(element, raw.end, end, this.#source.doubtful);
    return end;
  }

  #endTag(open: number): number {
    const code = this.#text.charCodeAt(open + 2);
    if (!isLetter(code)) {
      if (code === 0x3e) return open + 3;
      return this.#bogusComment(open);
    }
    const raw = readTag(this.#text, open + 2, never);
    this.#findInside(open + 2, raw.end, RAW);
    const closed = this.#open?.close(this.#name(raw));
    if (closed?.tag === 'a') closed.contentSpan = spanOf(this.#source, closed.raw.end, open);
    return raw.end;
  }

  #declaration(open: number): number {
    if (this.#text.startsWith('--', open + 2)) {
      const end = this.#searches.commentEnd(open);
      this.#findInside(open + 4, end, COMMENT);
      return end;
    }
    const end = this.#bogusComment(open);
    for (let at = open; at >= 0 && at < end; at = this.#searches.next('<!', at + 2))
      this.#readDeclaration(at);
    return end;
  }

  #instruction(open: number): number {
    const end = this.#bogusComment(open);
    if (this.#text.startsWith('xml-stylesheet', open + 2)) this.#doubtfulTags(open, open + 1, RAW);
    return end;
  }

  /** `<!x`, `<?x`, `</3`: browsers take all up to the next `>` for a comment. */
  #bogusComment(open: number): number {
    const close = this.#searches.next('>', open + 2);
    const end = close < 0 ? this.#text.length : close + 1;
    this.#findInside(open + 2, end, COMMENT);
    return end;
  }

  /** Entities and attributes that a document type declares, which XML readers fill in. */
  #readDeclaration(open: number): void {
    const head = this.#text.slice(open + 2, open + 10).toUpperCase();
    if (head.startsWith('ENTITY') || head.startsWith('ATTLIST')) {
      const close = this.#searches.next('>', open);
      const end = close < 0 ? this.#text.length : close;
      const declared = /^<!ENTITY\s{1,40}(?:%\s{1,40})?([^\s"'>]{1,60})\s{1,60}["']/i.exec(
        this.#text.slice(open, open + 160),
      );
      if (declared?.[1] !== undefined) {
        const start = open + declared[0].length;
        const quote = this.#text.charAt(start - 1);
        const stop = this.#text.slice(start, start + 1024).indexOf(quote);
        if (stop >= 0 && this.#host.declared.size < MAX_ENTITIES) {
          this.#declare(declared[1], this.#text.slice(start, start + stop));
        }
      }
      findBare(this.#host, this.#source, open, end, undefined, 'object');
    }
  }

  /** Entities may name others, declared before or behind them. */
  #declare(name: string, value: string): void {
    const { declared } = this.#host;
    let own = decodeXML(value);
    for (const [other, text] of declared) {
      own = replaced(own, other, text);
    }
    for (const [other, text] of declared) declared.set(other, replaced(text, name, own));
    declared.set(name, own);
  }

  #name(raw: RawTag): string {
    const { nameStart, nameEnd } = raw;
    return nameEnd - nameStart > 64 ? '' : this.#text.slice(nameStart, nameEnd).toLowerCase();
  }

  #element(name: string, raw: RawTag): StartTag {
    const parent = this.#open === undefined ? this.#outer : this.#open.top;
    return new StartTag(name, parent, this.#open?.depth ?? 0, this.#source, raw, this.#host.declared);
  }

  /** Looks through what is no markup to browsers. Says whether there was any tag. */
  #findInside(start: number, end: number, layers: readonly Layer[]): boolean {
    const first = this.#text.indexOf('<', start);
    if (first < 0 || first >= end) return false;
    return this.#doubtfulTags(first, end, layers);
  }

  #doubtfulTags(start: number, end: number, layers: readonly Layer[]): boolean {
    const source = { ...this.#source, layers: [...this.#source.layers, ...layers], doubtful: true };
    const parent = this.#open === undefined ? this.#outer : this.#open.top;
    const depth = this.#open?.depth ?? 0;
    return this.#doubtful.within(start, end, (found) => {
      const { raw } = found;
      const name = found.any ? ANY_TAG : this.#name(raw);
      const isStyle = localName(name) === 'style';
      const element = new StartTag(name, parent, depth, source, raw, this.#host.declared);
      findInAttributes(this.#host, element, true);
      if (!isStyle) return;
      const stop = this.#searches.endTag('style', raw.end);
      if (this.#host.spendOnSheet(stop - raw.end)) this.#sheet(element, raw.end, stop, true);
      else if (stop > this.#bareEnd) {
        // Earlier ones that end here as well have been through the same characters.
        findBare(this.#host, source, Math.max(raw.end, this.#bareEnd), stop, element, 'style');
        this.#bareEnd = stop;
      }
    });
  }

  #sheet(element: StartTag, start: number, end: number, doubtful: boolean): void {
    const sheet = slice(element.source, start, end, []);
    findInSheet(this.#host, doubtful ? { ...sheet, doubtful: true } : sheet, element, undefined, undefined);
    const markup = styleAsMarkup(sheet, this.#host.declared);
    if (markup !== undefined) findInSheet(this.#host, markup, element, undefined, undefined);
  }

  #noteText(start: number, end: number): void {
    if (start >= end || isBlankText(this.#text, start, end)) return;
    this.#noteVisible(start);
  }

  #noteVisible(at: number): void {
    if (this.#open?.unseen === true) return;
    if (this.#host.firstText < 0) this.#host.firstText = at;
    this.#host.lastText = at;
  }
}

function replaced(text: string, name: string, value: string): string {
  const reference = `&${name};`;
  if (!text.includes(reference) || text.length + value.length >= MAX_ENTITY) return text;
  return text.replaceAll(reference, () => value).slice(0, MAX_ENTITY);
}
