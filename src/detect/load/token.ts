/** 2: hardly anything but an identifier; 1: may be one; 0: a word, a date, a size. */
export type Strength = 0 | 1 | 2;

export const shortestToken = 5;
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const dimensions = /^(?:[a-z]{1,2}_?)?[0-9]{1,4}(?:[x-][0-9]{1,4})?(?:px|w|h|dpi|k)?$/i;

const other = 0;
const digit = 1;
const upper = 2;
const lower = 3;
const mark = 4;
/** No character yet, or none since a mark. */
const start = 5;

/** The class of each ASCII character: numbers, since this is asked for every character of every URL. */
const classes = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 0x30 && code <= 0x39) return digit;
  if (code >= 0x41 && code <= 0x5a) return upper;
  if (code >= 0x61 && code <= 0x7a) return lower;
  return code === 0x2d || code === 0x5f || code === 0x3d || code === 0x7e ? mark : other;
});

function classOf(code: number): number {
  return code < 128 ? (classes[code] ?? other) : other;
}

interface Shape {
  readonly letters: number;
  readonly digits: number;
  /** Steps between digit, upper and lower case, but not from a capital to the word behind it. */
  readonly steps: number;
  readonly hex: boolean;
  readonly marks: number;
}

/** undefined where a character stands in it that stands in no identifier. */
function shapeOf(text: string): Shape | undefined {
  let letters = 0;
  let digits = 0;
  let steps = 0;
  let marks = 0;
  let hex = true;
  let before = start;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const kind = classOf(code);
    if (kind === other) return undefined;
    if (kind === digit) digits += 1;
    else if (kind === upper || kind === lower) {
      letters += 1;
      if ((code | 0x20) > 0x66) hex = false;
    } else hex = false;
    if (kind === mark) {
      marks += 1;
      before = start;
      continue;
    }
    if (before !== start && before !== kind && !(before === upper && kind === lower)) steps += 1;
    before = kind;
  }
  return { letters, digits, steps, hex, marks };
}

function isDate(digits: string): boolean {
  if (!/^(?:19|20)[0-9]{2}/.test(digits)) return /^[0-3][0-9][01][0-9](?:19|20)[0-9]{2}$/.test(digits);
  return [4, 6, 8, 12, 14].includes(digits.length);
}

/**
 * How much a run of URL characters looks like an identifier by its own shape: UUIDs, hex, base64 and base36 noise, long numbers.
 * Words, dates, sizes and camel-case names have none. Linear in its length.
 */
export function strengthOf(text: string): Strength {
  if (text.length < shortestToken || text.length > 8192) return text.length > 8192 ? 2 : 0;
  if (text.length >= 32 && text.length <= 36 && uuid.test(text)) return 2;
  const shape = shapeOf(text);
  if (shape === undefined) return 0;
  if (shape.letters === 0) return shape.marks === 0 && shape.digits >= 7 && !isDate(text) ? 1 : 0;
  if (text.length <= 16 && dimensions.test(text)) return 0;
  if (shape.hex && shape.digits >= 2 && shape.letters >= 2) {
    if (text.length >= 16 && shape.steps >= 3) return 2;
    if (text.length >= 8) return 1;
  }
  const bare = text.length - shape.marks;
  const noisy = shape.steps >= 4 && shape.steps >= bare * 0.2;
  // Words joined by marks (`fall-sale_2-b`) take many marks for their length; base64url has one in 32.
  const wordy = shape.marks * 8 > text.length;
  if (noisy && !wordy && bare >= 8) return bare >= 16 ? 2 : 1;
  if (bare >= 6 && shape.digits >= 2 && shape.steps >= Math.max(3, bare * 0.2) && !wordy) return 1;
  return bare >= 48 && shape.marks * 12 < bare && shape.steps >= 3 ? 2 : 0;
}

/**
 * A short run of letters and digits, three of these at least: too short to be told from a folder by its shape, but no size, year, quarter or
 * issue (`bz22313`, not `600x400`, `spring2024`, `nl2231`).
 */
export function isBriefIdentifier(text: string): boolean {
  if (!/^[0-9a-z]{5,16}$/i.test(text) || !/[a-z]/i.test(text) || dimensions.test(text)) return false;
  const numbers = text.match(/[0-9]+/g) ?? [];
  return numbers.join('').length >= 3 && !numbers.some(isDate);
}

const uuidWithin = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const maxParts = 16;

/**
 * The identifiers between the marks of one that is noise as a whole (`2025_0f3c745790671`): other URLs carry them beside other things. A UUID
 * is not cut, since those of one machine end alike, nor is what `=` marks, a format as often as not. A number is none: it counts the seconds or
 * the accounts.
 */
export function partsOf(identifier: string): readonly string[] {
  if (!/[-_]/.test(identifier)) return [];
  return identifier
    .split(uuidWithin.test(identifier) ? '_' : /[-_]/, maxParts)
    .filter((part) => part.length < identifier.length && /[a-z]/i.test(part) && strengthOf(part) > 0);
}

/** The runs of letters and digits in a text that are long enough, for lists (`a.b_c-d`) whose whole is no token. */
export function pieces(text: string, shortest = 1): readonly string[] {
  const found: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const kind = at < text.length ? classOf(text.charCodeAt(at)) : other;
    if (kind !== other && kind !== mark) continue;
    if (at - from >= shortest) found.push(from === 0 && at === text.length ? text : text.slice(from, at));
    from = at + 1;
  }
  return found;
}

/** Where the piece ends that begins here: in front of what is no letter or digit, or between a small letter and a capital (`openTracker`). */
function camelEnd(text: string, from: number): number {
  let before = other;
  let at = from;
  for (; at < text.length; at += 1) {
    const kind = classOf(text.charCodeAt(at));
    if (kind === other || kind === mark || (before === lower && kind === upper)) break;
    before = kind;
  }
  return at;
}

/** The same, cut between a lower-case letter and a capital as well (`openTracker`). */
export function camelPieces(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = camelEnd(text, at);
    if (end > at) found.push(text.slice(at, end));
    at = Math.max(end, at + 1);
  }
  return found;
}

/** Words in small letters that pieces of texts are compared with. */
export class WordList {
  readonly #words: ReadonlySet<string>;
  /** By a word's first letter, a bit for each length (below 32): nearly all pieces are told from all words by that, and are not cut out. */
  readonly #lengths = new Int32Array(128);

  constructor(words: Iterable<string>) {
    this.#words = new Set(words);
    for (const word of this.#words) {
      const first = word.charCodeAt(0);
      this.#lengths[first] = (this.#lengths[first] ?? 0) | (1 << word.length);
    }
  }

  /** The first piece that is one of the words, as it is written. */
  firstIn(text: string): string | undefined {
    for (let at = 0; at < text.length;) {
      const end = camelEnd(text, at);
      if (this.#mayBe(text, at, end)) {
        const piece = text.slice(at, end);
        if (this.#words.has(piece.toLowerCase())) return piece;
      }
      at = Math.max(end, at + 1);
    }
    return undefined;
  }

  #mayBe(text: string, start: number, end: number): boolean {
    if (end === start || end - start >= 32) return false;
    return (((this.#lengths[text.charCodeAt(start) | 0x20] ?? 0) >> (end - start)) & 1) === 1;
  }
}
