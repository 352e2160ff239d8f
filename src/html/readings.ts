import { isLetter } from './characters.ts';
import { nameEnd } from './names.ts';
import { ANY_MARK, mayHoldPlace, readAttribute, readTag, skipToAttribute } from './tag.ts';
import type { RawAttribute, RawTag } from './tag.ts';
import { tagNameAt } from './tag-names.ts';

/** The attributes read from one doubtful tag up to its end, or up to where it ran into those of an earlier one. */
interface Chain {
  readonly attributes: RawAttribute[];
  next: Link | undefined;
  end: number;
  closed: boolean;
  /** Index behind the last attribute that may hold a place; Infinity where a chain behind it has one. */
  placesEnd: number;
  /** From here on the attributes were already given to a tag of any name. */
  anyFrom: number;
}

interface Link {
  readonly chain: Chain;
  readonly index: number;
}

export interface DoubtfulTag {
  readonly raw: RawTag;
  /** Too many names claim these attributes: they count as those of any tag. */
  readonly any: boolean;
}

/**
 * Start tags that are some only in some readings of the text: in comments, raw text, attribute values, CDATA. Every `<` with a letter
 * behind it begins one; which client would see it as a tag does not matter. As the tokenizer of HTML has few states, two such tags that
 * overlap soon read the same attributes: these are read once and shared, so that `<a <a <a …` stays linear.
 */
export class DoubtfulTags {
  readonly #text: string;
  readonly #chains: Chain[] = [];
  /** Behind this, no tag was read yet. */
  #overlapEnd = 0;
  /** For each character where an attribute was seen to begin: the number of its chain, plus one. */
  #chainAt: Int32Array | undefined;
  #nameStop = -1;
  #budget: number;

  constructor(text: string) {
    this.#text = text;
    this.#budget = (text.length >> 6) + 200;
  }

  /** Hands over every doubtful tag that begins in [start, end) and may hold a place; says whether there was any tag. */
  within(start: number, end: number, found: (tag: DoubtfulTag) => void): boolean {
    const text = this.#text;
    let any = false;
    let next = -1;
    for (let at = text.indexOf('<', start); at >= 0 && at < end; at = next) {
      next = text.indexOf('<', at + 1);
      const code = text.charCodeAt(at + 1);
      if (!isLetter(code) && !(code === 0x3f && text.startsWith('xml-stylesheet', at + 2))) continue;
      any = true;
      if (at < this.#overlapEnd || !this.#readAlone(at + 1, next, found)) this.#read(at + 1, found);
    }
    return any;
  }

  /** Reads a tag that overlaps with no other, which most do not; says no where it does. */
  #readAlone(nameStart: number, next: number, found: (tag: DoubtfulTag) => void): boolean {
    const text = this.#text;
    // A quote that is closed far behind the next tag would be searched for once more.
    const raw = readTag(text, nameStart);
    if (next >= 0 && raw.end > next) return false;
    if (raw.attributes.length > 0 || this.#isStyle(raw.nameStart, raw.nameEnd)) found({ raw, any: false });
    return true;
  }

  #read(nameStart: number, found: (tag: DoubtfulTag) => void): void {
    const text = this.#text;
    if (nameStart >= this.#nameStop) this.#nameStop = nameEnd(text, nameStart, false);
    const stop = this.#nameStop;
    const chain: Chain = {
      attributes: [],
      next: undefined,
      end: text.length,
      closed: false,
      placesEnd: 0,
      anyFrom: Infinity,
    };
    let at = skipToAttribute(text, stop);
    while (at < text.length && text.charCodeAt(at) !== 0x3e) {
      chain.next = this.#known(at);
      if (chain.next !== undefined) break;
      const attribute = readAttribute(text, at);
      this.#remember(at, chain);
      chain.attributes.push(attribute);
      if (mayHoldPlace(text, attribute)) chain.placesEnd = chain.attributes.length;
      at = skipToAttribute(text, attribute.end);
    }
    this.#overlapEnd = Math.max(this.#overlapEnd, at);
    chain.closed = at < text.length;
    chain.end = chain.next === undefined ? Math.min(text.length, at + 1) : chain.next.chain.end;
    if (chain.next !== undefined && chain.next.chain.placesEnd > chain.next.index) chain.placesEnd = Infinity;
    if (chain.placesEnd === 0 && !this.#isStyle(nameStart, stop)) return;
    const shared = chain.next === undefined ? [] : this.#shared(chain);
    const attributes =
      shared === undefined || shared.length === 0 ? chain.attributes : [...chain.attributes, ...shared];
    const tag = { nameStart, nameEnd: stop, end: chain.end, closed: chain.closed, selfClosing: false };
    found({ raw: { ...tag, attributes, count: attributes.length, marks: ANY_MARK }, any: false });
    if (shared === undefined) this.#giveToAny(tag, chain, found);
  }

  #isStyle(start: number, end: number): boolean {
    if (end - start < 5 || (this.#text.charCodeAt(end - 5) | 0x20) !== 0x73) return false;
    return tagNameAt(this.#text, start, end).local === 'style';
  }

  #remember(at: number, chain: Chain): void {
    this.#chainAt ??= new Int32Array(this.#text.length);
    if (chain.attributes.length === 0) this.#chains.push(chain);
    this.#chainAt[at] = this.#chains.length;
  }

  #known(at: number): Link | undefined {
    const number = this.#chainAt?.[at] ?? 0;
    const chain = number === 0 ? undefined : this.#chains[number - 1];
    if (chain === undefined) return undefined;
    let low = 0;
    let high = chain.attributes.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((chain.attributes[middle]?.nameStart ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return { chain, index: low };
  }

  /** What the chain shares with earlier ones; undefined: too much has been given out, they must do as any tag's. */
  #shared(chain: Chain): readonly RawAttribute[] | undefined {
    const shared: RawAttribute[] = [];
    for (let link = chain.next; link !== undefined; link = link.chain.next) {
      this.#budget -= 1 + link.chain.attributes.length - link.index;
      if (this.#budget < 0) return undefined;
      for (const attribute of link.chain.attributes.slice(link.index)) shared.push(attribute);
    }
    return shared;
  }

  #giveToAny(
    tag: Omit<RawTag, 'attributes' | 'count' | 'marks'>,
    chain: Chain,
    found: (tag: DoubtfulTag) => void,
  ): void {
    for (let link = chain.next; link !== undefined; link = link.chain.next) {
      const stop = Math.min(link.chain.anyFrom, link.chain.attributes.length);
      if (link.index >= stop) return;
      const attributes = link.chain.attributes.slice(link.index, stop);
      link.chain.anyFrom = link.index;
      found({ raw: { ...tag, attributes, count: attributes.length, marks: ANY_MARK }, any: true });
    }
  }
}
