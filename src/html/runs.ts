import { isLetter, isSpace, isXmlNameStart } from './characters.ts';

/**
 * Where unquoted values end in readings that overlap. A run of characters that holds `<a/href=<a/href=` is the end of a value for each of the
 * tags that begin in it: so that it is not read from each of them to its end, a budget bounds what such values take in all.
 */
export class Runs {
  readonly #text: string;
  #start = 0;
  #end = -1;
  #budget: number;
  /** Of runs that were not read to their end, what nobody looked at: from `rest` to `#end` of the last one. */
  #rests: (readonly [start: number, end: number])[] | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#budget = text.length + 10_000;
  }

  /** The end of the run at `from`: white space, `>` or the end of the text. */
  endOf(from: number): number {
    if (from >= this.#start && from <= this.#end) return this.#end;
    const text = this.#text;
    let end = from;
    for (; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (code === 0x3e || isSpace(code)) break;
    }
    this.#start = from;
    this.#end = end;
    return end;
  }

  /**
   * Where reading stops of the value at `from` whose run ends at `end`: there, or once the budget is spent behind the first tag that begins in
   * it, at what ends the host of a URL. Nothing begins in the value without such a character, as white space is none of it. `times`: how often
   * it will be looked through.
   */
  stopOf(from: number, end: number, times: number): number {
    const text = this.#text;
    let at = from;
    while (at < end && !(text.charCodeAt(at) === 0x3c && beginsTag(text.charCodeAt(at + 1)))) at += 1;
    if (at >= end) return end;
    this.#budget -= times * (end - from);
    if (this.#budget >= 0) return end;
    while (at < end && !endsHost(text.charCodeAt(at))) at += 1;
    if (at >= end) return end;
    this.#rests ??= [];
    if (this.#rests.at(-1)?.[1] !== end) this.#rests.push([at, end]);
    return at + 1;
  }

  /** What was not read of the runs up to now, each once. */
  takeRests(): readonly (readonly [start: number, end: number])[] {
    const rests = this.#rests ?? NONE;
    this.#rests = undefined;
    return rests;
  }
}

const NONE: readonly (readonly [number, number])[] = [];

/** What stands behind the `<` of a tag in some reading, or of an instruction. */
function beginsTag(code: number): boolean {
  return isLetter(code) || isXmlNameStart(code) || code === 0x3f;
}

/** `/`, `\`, `?` or `#` */
function endsHost(code: number): boolean {
  return code === 0x2f || code === 0x5c || code === 0x3f || code === 0x23;
}
