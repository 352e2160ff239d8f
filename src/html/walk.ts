import { findInAttributes } from './attribute-places.ts';
import { isLetter, isXmlNameStart } from './characters.ts';
import { CommentTree } from './comment-tree.ts';
import { mayHoldUrl } from './css-text.ts';
import { walkCss } from './css.ts';
import { StartTag } from './element.ts';
import type { Surroundings } from './element.ts';
import { declarationEnd, readEntities } from './entities.ts';
import type { DeclaredEntities } from './entities.ts';
import { nameEnd, standsAt } from './names.ts';
import { FoundPlace } from './found-place.ts';
import type { OpenElements } from './open-elements.ts';
import type { Layer } from './place.ts';
import { DoubtfulTags } from './readings.ts';
import { decodeReferences } from './references.ts';
import { Searches } from './searches.ts';
import { CssPlaces, findInSheet } from './sheet-places.ts';
import type { Finder } from './sheet-places.ts';
import { doubted, layersWith, slice, spanOf } from './source.ts';
import type { Source } from './source.ts';
import { styleAsMarkup } from './style-markup.ts';
import { ANY_TAG, RAW, tagNameAt, VOID } from './tag-names.ts';
import type { TagName } from './tag-names.ts';
import { readStartTag, readTag } from './tag.ts';
import type { RawTag } from './tag.ts';
import { isBlankText } from './visible-text.ts';
import { findBare, findInRest } from './unread.ts';
import { COST } from './work.ts';

/** What a walk reports to: the scan of the whole text. */
export interface WalkHost extends Finder {
  readonly declared: DeclaredEntities;
  /** The text itself is XML. */
  readonly isXml: boolean;
  firstText: number;
  lastText: number;
  hasFrameset: boolean;
  /** Everything in front of `at` has been read. */
  reach(at: number): void;
  countElement(raw: RawTag): void;
  /** Whether a style sheet of a doubtful reading may still be read; the same text may be claimed by many `<style>` tags. */
  spendOnSheet(characters: number): boolean;
}

const IN_COMMENT: readonly Layer[] = [{ kind: 'comment' }];
const IN_RAW: readonly Layer[] = [{ kind: 'raw' }];

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
  #doubtful: DoubtfulTags | undefined;
  /** Where the texts of entities begin and end. */
  #entities: number[] | undefined;
  /** Which of them is the next to be read. */
  #entity = 0;
  #inComment: Source | undefined;
  #inRaw: Source | undefined;
  /** The next `<`, or Infinity. */
  #next = -1;
  /** Up to here, sheets of doubtful readings have been looked through for bare URLs. */
  #bareEnd = 0;
  /** What follows a sheet that was not read to its end has been. */
  #isRestRead = false;
  /** Up to here, declarations have been. */
  #declaredEnd = 0;

  constructor(host: WalkHost, source: Source, outer: StartTag | undefined, open: OpenElements | undefined) {
    this.#host = host;
    this.#source = source;
    this.#text = source.text;
    this.#outer = outer;
    this.#open = open;
    this.#searches = new Searches(source.text);
  }

  walk(): void {
    const text = this.#text;
    const isXml = this.#host.isXml || this.#source.nesting > 0;
    readEntities(text, this.#host.declared, isXml, (start, end) => this.#noteEntity(start, end));
    let at = 0;
    for (;;) {
      const open = this.#nextOpen(at);
      const next = Math.min(open, text.length);
      if (this.#entities !== undefined) this.#readEntities(this.#entities, next);
      if (this.#open !== undefined) {
        this.#noteText(at, next);
        this.#host.reach(next);
      }
      if (open === Infinity) break;
      const code = text.charCodeAt(open + 1);
      if (isLetter(code)) at = this.#startTag(open);
      else if (code === 0x2f) at = this.#endTag(open);
      else if (code === 0x21) at = this.#declaration(open);
      else if (code === 0x3f) at = this.#instruction(open);
      else {
        if (isXmlNameStart(code)) this.#doubtfulTags(open, open + 1, IN_RAW);
        at = open + 1;
      }
    }
    this.#doubtful?.end();
  }

  /** Texts of entities that overlap, as some are none, are read once. */
  #noteEntity(start: number, end: number): void {
    const entities = (this.#entities ??= []);
    const from = Math.max(start, entities[entities.length - 1] ?? 0);
    if (from < end) entities.push(from, end);
  }

  /** The next `<` at or behind `at`, which never goes back. */
  #nextOpen(at: number): number {
    if (this.#next >= at) return this.#next;
    if (this.#text.charCodeAt(at) === 0x3c) this.#next = at;
    else {
      const found = this.#text.indexOf('<', at);
      this.#next = found < 0 ? Infinity : found;
    }
    return this.#next;
  }

  #startTag(open: number): number {
    const raw = readStartTag(this.#text, open + 1, this.#nextOpen(open + 1));
    const { end } = raw;
    const name = tagNameAt(this.#text, raw.nameStart, raw.nameEnd);
    const around = this.#open;
    this.#host.countElement(raw);
    this.#endLink(around?.imply(name), open);
    const hasInner = this.#nextOpen(open + 1) < end && this.#doubtfulTags(open + 1, end, IN_RAW);
    const isVoid = (name.groups & VOID) !== 0;
    if (raw.attributes.length > 0 || !isVoid) {
      const element = new StartTag(
        name,
        this.#parent,
        around?.depth ?? 0,
        this.#source,
        raw,
        this.#host.declared,
      );
      if (raw.attributes.length > 0) {
        const doubtful = hasInner || !raw.closed || this.#source.doubtful || around?.doubted === true;
        findInAttributes(this.#host, element, raw.attributes, doubtful);
      }
      if (!isVoid && !(raw.selfClosing && name.name !== name.local)) around?.open(element);
      if ((name.groups & RAW) !== 0) return this.#rawText(element, name);
      if (name.local === 'style') this.#doubtfulSheet(element);
    }
    if (name.name === 'frameset') this.#host.hasFrameset = true;
    if (around !== undefined && name.name === 'img') this.#noteVisible(open);
    return end;
  }

  /** Passes over the content of an element that browsers take for text. */
  #rawText(element: StartTag, name: TagName): number {
    const start = element.end;
    const end = this.#searches.endTag(name.name, start);
    this.#findInside(start, end, IN_RAW);
    if (name.name === 'style') this.#sheet(element, start, end, this.#source.doubtful);
    return end;
  }

  #endTag(open: number): number {
    const text = this.#text;
    const code = text.charCodeAt(open + 2);
    if (!isLetter(code)) {
      if (code === 0x3e) return open + 3;
      return this.#bogusComment(open);
    }
    const stop = nameEnd(text, open + 2, false);
    const end = text.charCodeAt(stop) === 0x3e ? stop + 1 : readTag(text, open + 2).end;
    this.#findInside(open + 2, end, IN_RAW);
    if (this.#open === undefined) return end;
    this.#endLink(this.#open.close(tagNameAt(text, open + 2, stop)), open);
    return end;
  }

  #endLink(closed: StartTag | undefined, end: number): void {
    if (closed?.tag === 'a') closed.contentSpan = spanOf(this.#source, closed.end, end);
  }

  #declaration(open: number): number {
    if (this.#text.startsWith('--', open + 2)) {
      const end = this.#searches.commentEnd(open);
      this.#findInside(open + 4, end, IN_COMMENT);
      return end;
    }
    const end = this.#bogusComment(open);
    for (let at = open; at >= 0 && at < end; at = this.#searches.next('<!', at + 2))
      this.#readDeclaration(at);
    return end;
  }

  #instruction(open: number): number {
    const end = this.#bogusComment(open);
    if (this.#text.startsWith('xml-stylesheet', open + 2)) this.#doubtfulTags(open, open + 1, IN_RAW);
    return end;
  }

  /** `<!x`, `<?x`, `</3`: browsers take all up to the next `>` for a comment. */
  #bogusComment(open: number): number {
    const close = this.#searches.next('>', open + 2);
    const end = close < 0 ? this.#text.length : close + 1;
    this.#findInside(open + 2, end, IN_COMMENT);
    return end;
  }

  /** Entities and attributes that a document type declares, which XML readers fill in. */
  #readDeclaration(open: number): void {
    const isList = standsAt(this.#text, open + 2, 'attlist');
    if (!isList && !standsAt(this.#text, open + 2, 'entity')) return;
    this.#host.work.spend(COST.declaration);
    const from = Math.max(open, this.#declaredEnd);
    const close = this.#searches.next('>', open);
    let end = close < 0 ? this.#text.length : close;
    if (isList && open >= this.#declaredEnd) {
      end = declarationEnd(this.#text, open, '>');
      this.#readDefaults(open, end);
    }
    // Declarations that nothing closes all end with the text.
    findBare(this.#host, this.#source, from, end, undefined, 'object');
    this.#declaredEnd = Math.max(end, this.#declaredEnd);
  }

  /** Of the attributes that a declaration fills in nobody asks for the element: each may be a URL, CSS or a document. */
  #readDefaults(start: number, end: number): void {
    const text = this.#text;
    for (let at = nextQuote(text, start, end); at < end;) {
      const close = text.indexOf(text.charAt(at), at + 1);
      if (close < 0) return;
      this.#findInDefault(at + 1, close);
      at = nextQuote(text, close + 1, end);
    }
  }

  #findInDefault(start: number, end: number): void {
    const { declared, work } = this.#host;
    work.spend(COST.declaration);
    const read = decodeReferences(this.#source, start, end, [], declared, true);
    if (mayHoldUrl(read.text))
      walkCss(read, 'declarations', new CssPlaces(this.#host, undefined, undefined, true, false));
    if (read.text.includes('<')) this.#host.markup(doubted(read, 1), this.#outer);
    const value = read.text.trim();
    if (value === '') return;
    const from = read.text.indexOf(value);
    const to = from + value.length;
    const { collector } = this.#host;
    const { layers } = read;
    const place = new FoundPlace(
      collector,
      'object',
      undefined,
      undefined,
      value,
      read,
      from,
      to,
      layers,
      true,
    );
    place.weak = true;
    collector.add(place);
  }

  /**
   * Entities may hold elements, and all that an attribute may, with references that nobody decodes before they are used. Reads those that
   * begin in front of `end`.
   */
  #readEntities(entities: readonly number[], end: number): void {
    for (let start = entities[this.#entity] ?? end; start < end; start = entities[this.#entity] ?? end) {
      this.#findInDefault(start, entities[this.#entity + 1] ?? 0);
      this.#entity += 2;
    }
  }

  get #parent(): StartTag | undefined {
    return this.#open === undefined ? this.#outer : this.#open.top;
  }

  /** Looks through what is no markup to browsers. Says whether there was any tag. */
  #findInside(start: number, end: number, layers: readonly Layer[]): boolean {
    return this.#nextOpen(start) < end && this.#doubtfulTags(start, end, layers);
  }

  /** The walk's text as it is seen inside a comment, or inside what is text to browsers. */
  #under(layers: readonly Layer[]): Source {
    const known = layers === IN_COMMENT ? this.#inComment : this.#inRaw;
    if (known !== undefined) return known;
    const source = doubted(this.#source, 0, layersWith(this.#source, layers));
    if (layers === IN_COMMENT) this.#inComment = source;
    else this.#inRaw = source;
    return source;
  }

  #doubtfulTags(start: number, end: number, layers: readonly Layer[]): boolean {
    const source = this.#under(layers);
    const depth = this.#open?.depth ?? 0;
    const parent = this.#parent;
    const hasTree = layers === IN_COMMENT && this.#open?.flat === false;
    let around: StartTag | Surroundings | undefined = hasTree ? undefined : parent;
    const { work } = this.#host;
    this.#doubtful ??= new DoubtfulTags(this.#text, work);
    const any = this.#doubtful.within(start, end, (raw, any) => {
      work.spend(COST.tag);
      const name = any ? ANY_TAG : tagNameAt(this.#text, raw.nameStart, raw.nameEnd);
      if (hasTree) around ??= new CommentTree(source, start, end, parent, depth, this.#host.declared);
      const element = new StartTag(name, around, depth, source, raw, this.#host.declared);
      if (raw.attributes.length > 0) findInAttributes(this.#host, element, raw.attributes, true);
      if (name.local === 'style') this.#doubtfulSheet(element);
    });
    for (const [from, to] of this.#doubtful.takeRests())
      findBare(this.#host, source, from, to, parent, 'image');
    return any;
  }

  #doubtfulSheet(element: StartTag): void {
    this.#host.work.spend(COST.sheet);
    const { source, end } = element;
    const stop = element.tag === '' ? this.#text.length : this.#searches.endTag(element.tag, end);
    if (this.#host.spendOnSheet(stop - end)) this.#sheet(element, end, stop, true);
    else if (stop > this.#bareEnd) {
      // Earlier ones that end here as well have been through the same characters.
      findInRest(this.#host, source, Math.max(end, this.#bareEnd), stop, element);
      this.#bareEnd = stop;
    }
  }

  #sheet(element: StartTag, start: number, end: number, doubtful: boolean): void {
    const { declared, work } = this.#host;
    const sheet = slice(element.source, start, end, []);
    findInSheet(this.#host, doubtful ? doubted(sheet) : sheet, element, undefined, undefined);
    if (declared.isAny) work.spend(end - start);
    let isSpent = false;
    const spend = (characters: number): boolean => {
      work.spend(COST.again);
      isSpent ||= !this.#host.spendOnSheet(characters);
      return !isSpent;
    };
    for (const read of styleAsMarkup(element.source, start, end, declared, spend))
      findInSheet(this.#host, read, element, undefined, undefined);
    if (!isSpent || this.#isRestRead) return;
    // What may be the sheet's behind its first end tag: all sheets that follow share it.
    this.#isRestRead = true;
    findInRest(this.#host, this.#source, end, this.#text.length, element);
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

function nextQuote(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text.charCodeAt(at) !== 0x22 && text.charCodeAt(at) !== 0x27) at += 1;
  return at;
}
