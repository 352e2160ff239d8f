import { isSpace } from './characters.ts';

/** What was found when last searched from where. */
interface Found {
  from: number;
  found: number;
}

/**
 * Searches forward in one text that remember what they found: asked again from between the last start and the last find, they answer
 * at once. A needle that does not occur is looked for once, however often it is asked for.
 */
export class Searches {
  readonly #text: string;
  #known: Map<string, Found> | undefined;
  /** The end tag that was asked for last, as most are of one name. */
  #tag: string | undefined;
  #ofTag: Found | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  #of(key: string): Found {
    const known = (this.#known ??= new Map<string, Found>());
    let last = known.get(key);
    if (last === undefined) {
      last = { from: Infinity, found: 0 };
      known.set(key, last);
    }
    return last;
  }

  next(needle: string, from: number): number {
    const last = this.#of(needle);
    if (from >= last.from && (last.found < 0 || from <= last.found)) return last.found;
    last.from = from;
    last.found = this.#text.startsWith(needle, from) ? from : this.#text.indexOf(needle, from);
    return last.found;
  }

  /** Where the comment that begins at `open` ends (HTML 13.2.5.43 to 51): `<!-->`, `<!--->`, `-->` or `--!>`. */
  commentEnd(open: number): number {
    if (this.#text.startsWith('>', open + 4)) return open + 5;
    if (this.#text.startsWith('->', open + 4)) return open + 6;
    const plain = this.next('-->', open + 4);
    if (plain < 0) {
      const last = this.next('--!>', open + 4);
      return last < 0 ? this.#text.length : last + 4;
    }
    const bang = this.#text.slice(open + 4, plain).indexOf('--!>');
    return bang < 0 ? plain + 3 : open + 4 + bang + 4;
  }

  /** Where the end tag of a raw text element begins, or the end of the text. */
  endTag(name: string, from: number): number {
    const last = this.#tag === name && this.#ofTag !== undefined ? this.#ofTag : this.#of(`/${name}`);
    this.#tag = name;
    this.#ofTag = last;
    if (from >= last.from && from <= last.found) return last.found;
    last.from = from;
    last.found = this.#findEndTag(name, from);
    return last.found;
  }

  #findEndTag(name: string, from: number): number {
    const text = this.#text;
    for (let at = text.indexOf('</', from); at >= 0; at = text.indexOf('</', at + 2)) {
      const stop = at + 2 + name.length;
      if (text.slice(at + 2, stop).toLowerCase() !== name) continue;
      const code = text.charCodeAt(stop);
      if (Number.isNaN(code) || code === 0x3e || code === 0x2f || isSpace(code)) return at;
    }
    return text.length;
  }
}
