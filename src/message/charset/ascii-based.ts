import { isAscii, isUtf8 } from 'node:buffer';
import { LF } from '../octets.ts';
import { lastAtMost } from '../transfer/transfer.ts';
import { planByOctets } from './text-map.ts';
import type { FoundEdit, PlannedText, TextMap } from './text-map.ts';

/** Each octet a character: for unknown charsets, and for structure, which is ASCII in all that this file is for. */
export function octetView(octets: Buffer, charset = 'octets'): TextMap {
  return new OneToOne(octets.toString('latin1'), charset);
}

/** A text whose characters are octets already. */
export function octetText(text: string): TextMap {
  return new OneToOne(text, 'octets');
}

/** A text in which each character is an octet. */
class OneToOne implements TextMap {
  readonly text: string;
  readonly charset: string;

  constructor(text: string, charset: string) {
    this.text = text;
    this.charset = charset;
  }

  toOctet(position: number): number {
    return position;
  }

  plan(edits: readonly FoundEdit[]): PlannedText {
    return planByOctets((position) => position, edits);
  }
}

/**
 * Charsets in which octets below 0x80 at the start of a character are ASCII and there is no state: UTF-8, ISO-8859-x,
 * windows-125x, KOI8, EUC-x, GBK, GB18030, Big5, Shift_JIS, TIS-620 ... `charset` is a WHATWG name.
 */
export function asciiBased(octets: Buffer, charset: string): TextMap {
  if (isAscii(octets)) return new OneToOne(octets.toString('latin1'), charset);
  if (charset === 'utf-8' && isUtf8(octets)) return new Utf8(octets.toString('utf8'), octets.length);
  const text = new TextDecoder(charset, { ignoreBOM: true }).decode(octets);
  // Single-octet charsets, and nothing else: a longer character makes the text shorter than its octets.
  if (text.length === octets.length && charset !== 'utf-8') return new OneToOne(text, charset);
  return new MultiByte(octets, text, charset);
}

/** Characters between two places that are kept. */
const markCharacters = 512;

/** Undamaged UTF-8: the text alone says how many octets stand in front of a character. */
class Utf8 implements TextMap {
  readonly text: string;
  readonly charset = 'utf-8';
  readonly #length: number;
  /** Octets in front of every so many characters, as far as a look-up has come. */
  readonly #marks = [0];
  #cursor = { position: 0, octet: 0 };

  constructor(text: string, length: number) {
    this.text = text;
    this.#length = length;
  }

  toOctet(position: number): number {
    if (position >= this.text.length) return this.#length;
    const marks = this.#marks;
    const mark = Math.floor(position / markCharacters);
    for (let last = marks.length - 1; last < mark; last += 1) {
      const from = last * markCharacters;
      marks.push((marks[last] ?? 0) + this.#octetsIn(from, from + markCharacters));
    }
    const at = mark * markCharacters;
    const cursor = this.#cursor;
    const onward = cursor.position >= at && cursor.position <= position;
    const octet = onward
      ? cursor.octet + this.#octetsIn(cursor.position, position)
      : (marks[mark] ?? 0) + this.#octetsIn(at, position);
    this.#cursor = { position, octet };
    return octet;
  }

  /** A pair of surrogates counts with its first half, so that no octets stand between the two. */
  #octetsIn(start: number, end: number): number {
    if (start >= end) return 0;
    // By itself, half a pair counts as the three octets of a U+FFFD.
    const splitAtStart = (this.text.charCodeAt(start) & 0xfc_00) === 0xdc_00 ? -3 : 0;
    const splitAtEnd = (this.text.charCodeAt(end - 1) & 0xfc_00) === 0xd8_00 ? 1 : 0;
    return Buffer.byteLength(this.text.slice(start, end)) + splitAtStart + splitAtEnd;
  }

  plan(edits: readonly FoundEdit[]): PlannedText {
    return planByOctets((position) => this.toOctet(position), edits);
  }
}

/**
 * An octet at which every decoder is at the start of a character, whatever came before. Trail octets are 0x30-0x39
 * (GB18030) or 0x40 and above; in UTF-8 they are 0x80 and above.
 */
function isSync(octet: number, utf8: boolean): boolean {
  return utf8 ? octet < 0x80 : octet < 0x30 || (octet > 0x39 && octet < 0x40);
}

/**
 * UTF-16 units for a run of octets above 0x7f, where all of it is characters of two to four octets that no decoder takes otherwise; -1 where
 * some may be damaged or rare (overlong, surrogates, behind U+10FFFF are among the leads left out): ask the decoder.
 */
function utf8Characters(octets: Buffer, start: number, end: number): number {
  let units = 0;
  let at = start;
  while (at < end) {
    const lead = octets[at] ?? 0;
    const length =
      lead >= 0xc2 && lead <= 0xdf
        ? 2
        : lead >= 0xe1 && lead <= 0xef && lead !== 0xed
          ? 3
          : lead >= 0xf1 && lead <= 0xf3
            ? 4
            : 0;
    if (length === 0 || at + length > end) return -1;
    for (let next = at + 1; next < at + length; next += 1) {
      if (((octets[next] ?? 0) & 0xc0) !== 0x80) return -1;
    }
    units += length === 4 ? 2 : 1;
    at += length;
  }
  return units;
}

class MultiByte implements TextMap {
  readonly text: string;
  readonly charset: string;
  readonly #octets: Buffer;
  readonly #utf8: boolean;
  /** Where lines begin, in characters and in octets: line feeds pair up, as none is ever part of a longer character. */
  #lines: { readonly text: number[]; readonly octets: number[] } | undefined;
  #cursor = { line: -1, position: 0, octet: 0 };
  #decoder: InstanceType<typeof TextDecoder> | undefined;

  constructor(octets: Buffer, text: string, charset: string) {
    this.#octets = octets;
    this.text = text;
    this.charset = charset;
    this.#utf8 = charset === 'utf-8';
  }

  toOctet(position: number): number {
    if (position >= this.text.length) return this.#octets.length;
    const lines = (this.#lines ??= this.#readLines());
    const line = lastAtMost(lines.text, position);
    const cursor = this.#cursor;
    const onward = cursor.line === line && cursor.position <= position;
    let at = onward ? cursor.octet : (lines.octets[line] ?? 0);
    let character = onward ? cursor.position : (lines.text[line] ?? 0);
    while (character < position && at < this.#octets.length) {
      const start = at;
      while (at < this.#octets.length && (this.#octets[at] ?? 0) < 0x80) at += 1;
      if (character + at - start >= position) {
        at = start + position - character;
        character = position;
        break;
      }
      character += at - start;
      const runStart = at;
      at += 1;
      while (at < this.#octets.length && !isSync(this.#octets[at] ?? 0, this.#utf8)) at += 1;
      const length = this.#charactersIn(runStart, at);
      if (character + length > position) return this.#inRun(runStart, at, position - character);
      character += length;
      this.#cursor = { line, position: character, octet: at };
    }
    return at;
  }

  plan(edits: readonly FoundEdit[]): PlannedText {
    return planByOctets((position) => this.toOctet(position), edits);
  }

  /** Fewest octets from `start` on that decode to `count` characters. */
  #inRun(start: number, end: number, count: number): number {
    let low = start;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      const decoder = new TextDecoder(this.charset, { ignoreBOM: true });
      const length = decoder.decode(this.#octets.subarray(start, middle), { stream: true }).length;
      if (length >= count) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #charactersIn(start: number, end: number): number {
    const known = this.#utf8 ? utf8Characters(this.#octets, start, end) : -1;
    if (known >= 0) return known;
    // Only the whole of a text is read with its byte order mark; a run of it is never at its start but by chance.
    this.#decoder ??= new TextDecoder(this.charset, { ignoreBOM: true });
    return this.#decoder.decode(this.#octets.subarray(start, end)).length;
  }

  #readLines(): { text: number[]; octets: number[] } {
    const lines = { text: [0], octets: [0] };
    let inText = this.text.indexOf('\n');
    let inOctets = this.#octets.indexOf(LF);
    while (inText >= 0 && inOctets >= 0) {
      lines.text.push(inText + 1);
      lines.octets.push(inOctets + 1);
      inText = this.text.indexOf('\n', inText + 1);
      inOctets = this.#octets.indexOf(LF, inOctets + 1);
    }
    return lines;
  }
}
