import { isLetter, isXmlNameStart } from './characters.ts';
import { nameEnd } from './names.ts';
import { Runs } from './runs.ts';
import { giveSpare, takeSpare } from './spare-tables.ts';
import {
  ANY_MARK,
  mayHoldPlace,
  peekAttribute,
  rawTag,
  readAttribute,
  readTag,
  skipToAttribute,
} from './tag.ts';
import type { RawAttribute, RawTag, Writable } from './tag.ts';
import { tagNameAt } from './tag-names.ts';
import { COST } from './work.ts';
import type { Work } from './work.ts';

/** Told of each tag, which is good until the next one is. `any`: too many names claim these attributes, and they count as those of any tag. */
export type FoundTag = (raw: RawTag, any: boolean) => void;

const EMPTY = new Int32Array(0);
/** Numbers kept for each character that an attribute may begin at. */
const NEXT = 0;
const PLACE = 1;
const TAG_END = 2;
const WIDTH = 3;
/** Enough for most tags that overlap. */
const FIRST_TABLE = 500 * WIDTH;
const NO_ATTRIBUTES: readonly RawAttribute[] = [];

/** Up to so many numbers are sooner cleared one by one. */
const FEW = 200;

function clear(table: Int32Array<ArrayBuffer>, used: number): void {
  if (used > FEW) table.fill(0, 0, used);
  else for (let at = 0; at < used; at += 1) table[at] = 0;
}

/**
 * Start tags that are some only in some readings of the text: in comments, raw text, attribute values, CDATA. Every `<` with a letter
 * behind it begins one; which client would see it as a tag does not matter. As the tokenizer of HTML has few states, two such tags that
 * overlap soon read the same attributes: where an attribute begins says all that follows. So each is read once and knows the one behind it,
 * and `<a <a <a …` stays linear.
 */
export class DoubtfulTags {
  readonly #text: string;
  /**
   * By the character where an attribute begins, as soon as one was read: where the one behind it begins (-1: none), the first from it on that
   * may hold a place (-1: none), and where its tag ends (-1: nowhere), doubled, with a one once it was reported as that of a tag of any name.
   * From `base` on, as no tag reaches back in front of those that it overlaps with; a table for the whole text would cost more than the
   * reading of it.
   */
  #table = EMPTY;
  #base = 0;
  #shared: Map<number, RawAttribute> | undefined;
  /** Behind this, no tag was read yet. */
  #overlapEnd = 0;
  /** Where the last name ended, and where the first attribute behind it begins: many names may end together, in front of many spaces. */
  #nameStop = -1;
  #behindName = -1;
  #budget: number;
  readonly #runs: Runs;
  readonly #work: Work;
  #told: Writable<RawTag> | undefined;
  /** What the tag at hand was the first to read, from its first place on. */
  #fresh: RawAttribute[] | undefined;
  /** The same of the last value. */
  #valueEnd = -1;
  #nextName = -1;

  constructor(text: string, work: Work) {
    this.#text = text;
    this.#work = work;
    this.#runs = new Runs(text);
    this.#budget = (text.length >> 6) + 200;
  }

  /**
   * Calls `found` for each tag whose `<` stands in [start, end), unless it can hold no place. Returns true if a tag began there at all,
   * even one that `found` was not called for.
   */
  within(start: number, end: number, found: FoundTag): boolean {
    const text = this.#text;
    let any = false;
    let next = -1;
    for (let at = text.indexOf('<', start); at >= 0 && at < end; at = next) {
      next = text.charCodeAt(at + 1) === 0x3c ? at + 1 : text.indexOf('<', at + 1);
      const code = text.charCodeAt(at + 1);
      const isTag = isLetter(code) || isXmlNameStart(code);
      if (!isTag && !(code === 0x3f && text.startsWith('xml-stylesheet', at + 2))) continue;
      any = true;
      if (at < this.#overlapEnd || !this.#readAlone(at + 1, next, found)) this.#read(at + 1, found);
    }
    return any;
  }

  /** Reads a tag that no other one begins in, as is true of most; false, and nothing reported, where another one does. */
  #readAlone(nameStart: number, next: number, found: FoundTag): boolean {
    const raw = readTag(this.#text, nameStart, false, next < 0 ? Infinity : next);
    if (next >= 0 && raw.end > next) return false;
    if (raw.attributes.length > 0 || this.#isStyle(raw.nameStart, raw.nameEnd)) found(raw, false);
    return true;
  }

  #read(nameStart: number, found: FoundTag): void {
    const text = this.#text;
    this.#work.spend(COST.overlap);
    if (nameStart >= this.#nameStop) {
      this.#nameStop = nameEnd(text, nameStart, false);
      this.#behindName = skipToAttribute(text, this.#nameStop);
    }
    const stop = this.#nameStop;
    const first = this.#behindName;
    const known = this.#readNew(first);
    const isEmpty = first >= text.length || text.charCodeAt(first) === 0x3e;
    const isStyle = this.#isStyle(nameStart, stop);
    if ((isEmpty || this.#of(first, PLACE) < 0) && !isStyle) return;
    const end = isEmpty ? (first < text.length ? first + 1 : -1) : this.#of(first, TAG_END) >> 1;
    let attributes = isEmpty || first === known ? undefined : this.#own(first, known);
    let isShared = true;
    if (known >= 0) {
      isShared = this.#mayShare(known);
      if (isShared) attributes = this.#withShared(known, attributes ?? []);
    }
    if (attributes !== undefined || isStyle)
      found(this.#tag(nameStart, stop, end, attributes ?? NO_ATTRIBUTES), false);
    if (!isShared) this.#giveToAny(nameStart, stop, end, known, found);
  }

  /** The attributes from `first` up to `known` that this tag was the first to read: those in front of the first place are read once more. */
  #own(first: number, known: number): RawAttribute[] {
    const kept = this.#fresh;
    this.#fresh = undefined;
    const behind = kept?.[0]?.nameStart ?? known;
    if (kept !== undefined && behind === first) return kept;
    const attributes: RawAttribute[] = [];
    for (let at = first; at >= 0 && at !== behind; at = this.#of(at, NEXT))
      attributes.push(readAttribute(this.#text, at, this.#runs));
    if (kept !== undefined) for (const one of kept) attributes.push(one);
    return attributes;
  }

  /** Good until the next one is. */
  #tag(nameStart: number, nameEnd: number, end: number, attributes: readonly RawAttribute[]): RawTag {
    const tag: Writable<RawTag> = (this.#told ??= rawTag(0, 0, attributes, 0, ANY_MARK, 0, false, false));
    tag.nameStart = nameStart;
    tag.nameEnd = nameEnd;
    tag.attributes = attributes;
    tag.count = attributes.length;
    tag.closed = end >= 0;
    tag.end = tag.closed ? end : this.#text.length;
    return tag;
  }

  /** Stretches in which no value was read to its end, as too many tags share it. */
  takeRests(): readonly (readonly [start: number, end: number])[] {
    return this.#runs.takeRests();
  }

  #behind(valueEnd: number): number {
    if (valueEnd !== this.#valueEnd) {
      this.#valueEnd = valueEnd;
      this.#nextName = skipToAttribute(this.#text, valueEnd);
    }
    return this.#nextName;
  }

  #of(at: number, what: number): number {
    return this.#table[(at - this.#base) * WIDTH + what] ?? -1;
  }

  /** Makes room: a little at first, then for all that can come, as memory that nobody writes to costs nothing. */
  #grow(shift = 0): Int32Array<ArrayBuffer> {
    const table = this.#table;
    const { length } = table;
    const most = (this.#text.length - this.#base) * WIDTH;
    const wanted = length === 0 ? Math.min(most, FIRST_TABLE) : Math.max(most, length);
    const grown = takeSpare(wanted + shift);
    if (length > 0) {
      const used = this.#used;
      grown.set(table.subarray(0, used), shift);
      clear(table, used);
      giveSpare(table);
    }
    this.#table = grown;
    return grown;
  }

  /** How many numbers of the table may be other than zero. */
  get #used(): number {
    return Math.min(this.#table.length, Math.max(0, this.#overlapEnd - this.#base) * WIDTH);
  }

  /** Gives back what may serve for another text. */
  end(): void {
    if (this.#table.length === 0) return;
    clear(this.#table, this.#used);
    giveSpare(this.#table);
    this.#table = EMPTY;
  }

  /** Makes the table begin at `from`. */
  #rebase(from: number): void {
    if (from >= this.#overlapEnd) clear(this.#table, this.#used);
    else if (from < this.#base) {
      // An instruction is read behind the tags in it.
      this.#grow((this.#base - from) * WIDTH);
    } else return;
    this.#base = from;
  }

  /** Reads attributes from `from` on up to the end of the tag, or to one that is known: where that begins, or -1. */
  #readNew(from: number): number {
    const text = this.#text;
    this.#fresh = undefined;
    this.#rebase(from);
    const base = this.#base;
    let table = this.#table;
    let at = from;
    let waiting = from;
    let known = -1;
    let last = -1;
    while (at < text.length && text.charCodeAt(at) !== 0x3e) {
      const index = (at - base) * WIDTH;
      while (index >= table.length) table = this.#grow();
      if (table[index] !== 0) {
        known = at;
        break;
      }
      this.#work.spend(COST.tag);
      const attribute = peekAttribute(text, at, this.#runs);
      const isPlace = mayHoldPlace(attribute);
      if (isPlace || this.#fresh !== undefined) this.#keep(attribute.copy());
      const behind = this.#behind(attribute.end);
      table[index] = behind;
      this.#overlapEnd = Math.max(this.#overlapEnd, behind);
      if (isPlace) {
        for (; waiting !== behind; waiting = table[(waiting - base) * WIDTH] ?? behind)
          table[(waiting - base) * WIDTH + PLACE] = at;
      }
      last = index;
      at = behind;
    }
    this.#overlapEnd = Math.max(this.#overlapEnd, at);
    if (at === from) return known;
    const end =
      known >= 0
        ? (table[(known - base) * WIDTH + TAG_END] ?? -2) & ~1
        : at < text.length
          ? 2 * (at + 1)
          : -2;
    const place = known >= 0 ? this.#of(known, PLACE) : -1;
    for (let one = from, isWaiting = false; one !== at;) {
      const index = (one - base) * WIDTH;
      isWaiting ||= one === waiting;
      if (isWaiting) table[index + PLACE] = place;
      table[index + TAG_END] = end;
      one = table[index] ?? at;
    }
    if (known < 0) table[last] = -1;
    return known;
  }

  #keep(attribute: RawAttribute): void {
    if (this.#fresh === undefined) this.#fresh = [attribute];
    else this.#fresh.push(attribute);
  }

  #isStyle(start: number, end: number): boolean {
    if (end - start < 5 || (this.#text.charCodeAt(end - 5) | 0x20) !== 0x73) return false;
    return tagNameAt(this.#text, start, end).local === 'style';
  }

  /**
   * Whether a tag is given those from `known` on, which an earlier tag that overlaps with it has read. As many tags may share the same ones, a
   * budget bounds the copies: once it is spent, none is given, and the caller reports them once, as attributes of a tag of any name.
   */
  #mayShare(known: number): boolean {
    for (let at = known; at >= 0 && this.#budget >= 0; at = this.#of(at, NEXT)) this.#budget -= 1;
    return this.#budget >= 0;
  }

  #withShared(known: number, attributes: RawAttribute[]): RawAttribute[] {
    for (let at = known; at >= 0; at = this.#of(at, NEXT)) attributes.push(this.#sharedAt(at));
    return attributes;
  }

  /** One that several tags have is read once more, and not for each of them: it may be long. */
  #sharedAt(at: number): RawAttribute {
    const shared = (this.#shared ??= new Map());
    let attribute = shared.get(at);
    if (attribute === undefined) {
      attribute = readAttribute(this.#text, at, this.#runs);
      shared.set(at, attribute);
    }
    return attribute;
  }

  /** Each attribute that may hold a place, once. */
  #giveToAny(nameStart: number, nameEnd: number, end: number, known: number, found: FoundTag): void {
    let attributes: RawAttribute[] | undefined;
    for (let at = this.#of(known, PLACE); at >= 0;) {
      const index = (at - this.#base) * WIDTH + TAG_END;
      const mark = this.#table[index] ?? 1;
      if ((mark & 1) !== 0) break;
      this.#table[index] = mark | 1;
      this.#work.spend(COST.tag);
      // Nobody shares one any more from here on.
      const attribute = this.#shared?.get(at) ?? readAttribute(this.#text, at, this.#runs);
      if (attributes === undefined) attributes = [attribute];
      else attributes.push(attribute);
      const next = this.#of(at, NEXT);
      at = next < 0 ? -1 : this.#of(next, PLACE);
    }
    if (attributes !== undefined) found(this.#tag(nameStart, nameEnd, end, attributes), true);
  }
}
