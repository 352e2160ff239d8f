import { isLetter } from './characters.ts';
import type { Source } from './source.ts';
import { nameEnd, readAttribute, skipToAttribute } from './tag.ts';
import type { RawAttribute, RawTag } from './tag.ts';

/** The attributes read from one doubtful tag up to its end, or up to where it ran into those of an earlier one. */
interface Chain {
  readonly attributes: RawAttribute[];
  next: { readonly chain: Chain; readonly index: number } | undefined;
  end: number;
  closed: boolean;
  /** From here on the attributes were already given to a tag of any name. */
  anyFrom: number;
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
  readonly #known = new Map<number, { readonly chain: Chain; readonly index: number }>();
  #nameStop = -1;
  #budget: number;

  constructor(source: Source) {
    this.#text = source.text;
    this.#budget = 2 * source.text.length + 1000;
  }

  /** Every doubtful tag that begins in [start, end). */
  *within(start: number, end: number): Generator<DoubtfulTag> {
    for (let at = this.#text.indexOf('<', start); at >= 0 && at < end; at = this.#text.indexOf('<', at + 1)) {
      const code = this.#text.charCodeAt(at + 1);
      if (isLetter(code) || (code === 0x3f && this.#text.startsWith('xml-stylesheet', at + 2)))
        yield* this.#read(at + 1);
    }
  }

  *#read(nameStart: number): Generator<DoubtfulTag> {
    const text = this.#text;
    if (nameStart >= this.#nameStop) this.#nameStop = nameEnd(text, nameStart, false);
    const stop = this.#nameStop;
    const chain: Chain = {
      attributes: [],
      next: undefined,
      end: text.length,
      closed: false,
      anyFrom: Infinity,
    };
    let at = skipToAttribute(text, stop);
    while (at < text.length && text.charCodeAt(at) !== 0x3e) {
      chain.next = this.#known.get(at);
      if (chain.next !== undefined) break;
      const attribute = readAttribute(text, at);
      this.#known.set(at, { chain, index: chain.attributes.length });
      chain.attributes.push(attribute);
      at = skipToAttribute(text, attribute.end);
    }
    chain.closed = at < text.length;
    chain.end = chain.next === undefined ? Math.min(text.length, at + 1) : chain.next.chain.end;
    const shared = this.#shared(chain);
    const tag = { nameStart, nameEnd: stop, end: chain.end, closed: chain.closed, selfClosing: false };
    const attributes =
      shared === undefined || shared.length === 0 ? chain.attributes : [...chain.attributes, ...shared];
    yield { raw: { ...tag, attributes, count: attributes.length }, any: false };
    if (shared === undefined) yield* this.#anyName(tag, chain);
  }

  /** What the chain shares with earlier ones; undefined: too much has been given out, they must do as any tag's. */
  #shared(chain: Chain): readonly RawAttribute[] | undefined {
    const shared: RawAttribute[] = [];
    for (let link = chain.next; link !== undefined; link = link.chain.next) {
      for (let at = link.index; at < link.chain.attributes.length; at += 1) {
        const attribute = link.chain.attributes[at];
        if (attribute !== undefined) shared.push(attribute);
        this.#budget -= 1;
        if (this.#budget < 0) return undefined;
      }
      this.#budget -= 1;
    }
    return shared;
  }

  *#anyName(tag: Omit<RawTag, 'attributes' | 'count'>, chain: Chain): Generator<DoubtfulTag> {
    for (let link = chain.next; link !== undefined; link = link.chain.next) {
      const stop = Math.min(link.chain.anyFrom, link.chain.attributes.length);
      if (link.index >= stop) return;
      const attributes = link.chain.attributes.slice(link.index, stop);
      link.chain.anyFrom = link.index;
      yield { raw: { ...tag, attributes, count: attributes.length }, any: true };
    }
  }
}
