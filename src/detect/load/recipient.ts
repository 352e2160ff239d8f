import type { UrlParts } from '../../url/index.ts';
import type { DetectInput } from '../input.ts';
import { readerAddresses } from './addresses.ts';
import { DigestSearch, nibbleAt, shortestDigest } from './digests.ts';
import { Reader, squeeze, writtenForm } from './readers.ts';
import { SextetSearch, uuencoding } from './sextets.ts';
import { unwrap } from './unwrap.ts';
import { stripSuffix } from './url-facts.ts';

export interface RecipientMatch {
  readonly name: 'recipient' | 'recipient.hash';
  /** How it is written: `clear`, `hex`, `base64`, `base32`, `rot13`, `md5` ... */
  readonly form: string;
}

/** Finds the reader's address, in any of its usual disguises, in a URL. */
export type RecipientSearch = (url: UrlParts) => RecipientMatch | undefined;

const maxUrlLength = 65536;
/** Encodings in encodings that are looked into. */
const maxDepth = 3;
/** Times that a URL is percent-decoded. */
const maxDecodings = 4;
/** Runs of one text that are taken for encodings. */
const maxRuns = 256;

/** Percent-decodes once what decodes, and leaves the rest: a sender could else hide what is encoded behind one wrong `%`. */
function percentDecoded(text: string): string {
  let decoded = '';
  let copied = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
    const high = nibbleAt(text, at + 1);
    const low = nibbleAt(text, at + 2);
    if (high < 0 || low < 0) continue;
    decoded += text.slice(copied, at) + String.fromCharCode((high << 4) | low);
    copied = at + 3;
  }
  return decoded + text.slice(copied);
}

/** Of a character: what it counts for, in the three highest of these bits, and which letter it is whatever its case, a digit or the `@`. */
const tells = 1 << 30;
/** What encodings of letters are made of: `/` and `+` stand for no letter of an address in base64. */
const ofRun = 1 << 29;
const ofHex = 1 << 28;
const atSign = 1 << 27;
const anyDigit = 1 << 26;
const letterBits = (1 << 28) - 1;
const textures = Int32Array.from({ length: 128 }, (_, code) => {
  if (code >= 0x30 && code <= 0x39) return tells | ofRun | ofHex | anyDigit;
  if (code === 0x40) return atSign;
  const isSmall = code >= 0x61 && code <= 0x7a;
  if (!isSmall && !(code >= 0x41 && code <= 0x5a))
    return code === 0x2d || code === 0x5f || code === 0x2b ? ofRun : 0;
  const letter = (code & 0x1f) - 1;
  return ofRun | (letter < 6 ? ofHex : 0) | (isSmall ? 0 : tells) | (1 << letter);
});

/** What of a text an address or an encoding may be made of. */
class Texture {
  readonly telling: number;
  readonly longestRun: number;
  readonly longestHex: number;
  /** Which letters stand in it, a bit each; all where a character may be a letter in another guise. */
  readonly letters: number;

  constructor(text: string) {
    let telling = 0;
    let longestRun = 0;
    let longestHex = 0;
    let letters = 0;
    let run = 0;
    let hex = 0;
    const { length } = text;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? (textures[code] ?? 0) : letterBits;
      letters |= kind;
      telling += kind >>> 30;
      if ((kind & ofHex) !== 0) continue;
      if (at - hex > longestHex) longestHex = at - hex;
      hex = at + 1;
      if ((kind & ofRun) !== 0) continue;
      if (at - run > longestRun) longestRun = at - run;
      run = at + 1;
    }
    this.telling = telling;
    this.longestRun = Math.max(longestRun, length - run);
    this.longestHex = Math.max(longestHex, length - hex);
    this.letters = letters & letterBits;
  }

  /** Whether all letters of a text stand in it, in any order: where not, the text does not either. */
  hasLettersOf(other: Texture): boolean {
    return (other.letters & ~this.letters) === 0;
  }
}

function isTelling(text: string): boolean {
  for (let at = 0; at < text.length; at += 1)
    if (((textures[text.charCodeAt(at)] ?? 0) & tells) !== 0) return true;
  return false;
}

/** Host labels, path segments and values of parameters: what is spread over them stands in one piece where they are joined. */
class Pieces {
  readonly #url: UrlParts;
  /** How many of them have what an encoding has. */
  #telling = 0;
  #lastTelling = '';

  constructor(url: UrlParts) {
    const { host, segments, params } = url;
    this.#url = url;
    if (isTelling(host)) for (const label of host.split('.')) this.#count(label);
    const last = segments.length - 1;
    for (let at = 0; at <= last; at += 1) {
      const segment = segments[at] ?? '';
      this.#count(at === last ? stripSuffix(segment) : segment);
    }
    for (const { rawValue } of params) this.#count(rawValue);
  }

  /** Whether an encoding may stand in it that its pieces do not show. */
  get mayHold(): boolean {
    return this.#telling >= 2 || (this.#telling === 1 && /[^0-9A-Za-z]/.test(this.#lastTelling));
  }

  joined(): string {
    const { host, path, segments, params } = this.#url;
    const last = segments.at(-1) ?? '';
    const end = path.length - last.length + stripSuffix(last).length;
    let text = host.replaceAll('.', '') + path.slice(1, end).replaceAll('/', '');
    for (const { rawValue } of params) text += rawValue;
    return text;
  }

  #count(piece: string): void {
    if (piece.length < 3 || !isTelling(piece)) return;
    this.#telling += 1;
    this.#lastTelling = piece;
  }
}

/** Whether a digest may stand in it when all but letters and digits is taken out. */
function mayHoldHex(text: string): boolean {
  let run = 0;
  for (let at = 0; at < text.length && run < shortestDigest; at += 1) {
    const code = text.charCodeAt(at);
    const letter = code | 0x20;
    if ((code >= 0x30 && code <= 0x39) || (letter >= 0x61 && letter <= 0x66)) run += 1;
    else if (letter >= 0x67 && letter <= 0x7a) run = 0;
  }
  return run >= shortestDigest;
}

/** The address as digests are made of it. */
function spellings(addresses: readonly string[], readers: readonly Reader[]): Iterable<string> {
  const spelled = addresses.flatMap((address) => [address, address.toUpperCase()]);
  return new Set([...spelled, ...readers.flatMap((reader) => reader.addresses)]);
}

/** Characters of the shortest digest in base64, less what is cut off. */
const digestRun = 20;
/** Digits and capitals that every encoding of an address has at least. */
const leastTelling = 3;

/** What encodings are written in: base64 in both alphabets, hex, base32. */
const plain = 1;
const slash = 2;
const mark = 3;
const encoding = new Uint8Array(128);
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')
  encoding[letter.charCodeAt(0)] = plain;
encoding[0x2f] = slash;
for (const letter of '+_-') encoding[letter.charCodeAt(0)] = mark;

/** Pieces that may each be an encoding; the whole, and cut at what may be a delimiter. */
function runsIn(text: string, shortestRun: number): readonly string[] {
  const runs: string[] = [];
  let start = 0;
  let isTelling = false;
  /** Where what no slash cuts begins, and what no mark does either; how long the longest of each is. */
  let behindSlash = 0;
  let behindMark = 0;
  let longest = 0;
  let longestPart = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const kind = code < 128 ? (encoding[code] ?? 0) : 0;
    if (kind === plain) {
      isTelling ||= code < 0x61;
      continue;
    }
    longestPart = Math.max(longestPart, at - behindMark);
    behindMark = at + 1;
    if (kind === mark) continue;
    longest = Math.max(longest, at - behindSlash);
    behindSlash = at + 1;
    if (kind === slash) continue;
    const length = at - start;
    if (length >= shortestRun && isTelling && length >= 3) {
      if (runs.length >= maxRuns) break;
      const whole = text.slice(start, at);
      runs.push(whole);
      if (longest >= shortestRun && longest < length) addLong(whole.split('/'), shortestRun, runs);
      if (longestPart >= shortestRun && longestPart < length)
        addLong(whole.split(/[+/_-]/), shortestRun, runs);
    }
    start = at + 1;
    isTelling = false;
    longest = 0;
    longestPart = 0;
  }
  return runs;
}

function addLong(parts: readonly string[], shortestRun: number, into: string[]): void {
  for (const part of parts) if (part.length >= shortestRun) into.push(part);
}

/**
 * Compiled once a message, for the first URL. Addresses are compared without regard to case. Encodings are decoded rather than produced, so that an address
 * inside an encoded JSON or query text is found too; digests are looked up by where they start. Linear in the URL.
 */
export function recipientSearch(input: DetectInput): RecipientSearch {
  let search: RecipientSearch | undefined;
  return (url) => {
    search ??= compile(input);
    return search(url);
  };
}

function compile(input: DetectInput): RecipientSearch {
  const addresses = readerAddresses(input);
  if (addresses.length === 0) return () => undefined;
  const readers = addresses.map((address) => new Reader(address));
  const sextets = new SextetSearch(readers);
  const digests = new DigestSearch(() => spellings(addresses, readers));
  const shortest = Math.min(
    ...readers.flatMap((reader) => reader.addresses.map((address) => address.length)),
  );
  const domains = readers.map(({ domain }) => new Texture(domain));
  const squeezed = readers.flatMap((reader) => reader.squeezed.map((one) => new Texture(one)));
  const shortestRun = Math.min(digestRun, Math.ceil((shortest * 8) / 5));

  /** In a text without percent-encoding. */
  function inText(text: string, texture: Texture, from: number, depth: number): RecipientMatch | undefined {
    const { telling, longestRun, longestHex, letters } = texture;
    if ((letters & atSign) !== 0 || domains.some((domain) => texture.hasLettersOf(domain))) {
      const written = writtenForm(text.toLowerCase(), readers, from);
      if (written !== undefined) return { name: 'recipient', form: written };
    }
    if (telling < leastTelling) return undefined;
    if (longestRun * 3 >= shortest * 4 - 6) {
      const sextetForm = sextets.inBase64(text);
      if (sextetForm !== undefined) return { name: 'recipient', form: sextetForm };
    }
    const hex = longestHex < shortestDigest ? undefined : digests.inHex(text);
    if (hex !== undefined) return { name: 'recipient.hash', form: hex };
    if (longestRun < shortestRun) return undefined;
    for (const run of runsIn(text, shortestRun)) {
      const digest = digests.inBase64(run);
      if (digest !== undefined) return { name: 'recipient.hash', form: digest };
      const found = depth < maxDepth ? inRun(run, depth) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function inRun(run: string, depth: number): RecipientMatch | undefined {
    for (const { form, text } of unwrap(run, shortest)) {
      const found = inText(text, new Texture(text), 0, depth + 1);
      if (found !== undefined) return { name: found.name, form };
    }
    return undefined;
  }

  /** Encoded delimiters inside a segment or a value belong to what is encoded there. */
  function inEncodedParts(text: string): RecipientMatch | undefined {
    for (const part of text.split(/[/?&=#;]/)) {
      if (!part.includes('%') || part.length < shortestRun) continue;
      const run = percentDecoded(part).replace(/=+$/, '');
      const digest = digests.inBase64(run);
      if (digest !== undefined) return { name: 'recipient.hash', form: digest };
      const found = /^[0-9A-Za-z+/_-]+$/.test(run) ? inRun(run, 0) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What is spread over labels, segments and parameters; `texture` is that of the whole URL. */
  function inPieces(url: UrlParts, texture: Texture): RecipientMatch | undefined {
    // A host that is not written as it is resolved may have other letters.
    const isWritten = url.text.startsWith(url.host, url.pathStart - url.host.length);
    const isNamed = !isWritten || squeezed.some((one) => texture.hasLettersOf(one));
    const pieces = isWritten && texture.telling === 0 ? undefined : new Pieces(url);
    const mayHold = pieces?.mayHold === true;
    if (!isNamed && !mayHold) return undefined;
    const text = (pieces ?? new Pieces(url)).joined();
    if (mayHold) {
      if (sextets.inBase64(text) === 'base64') return { name: 'recipient', form: 'base64' };
      const hex = mayHoldHex(text) ? digests.inHex(text.replace(/[^0-9A-Za-z]/g, '')) : undefined;
      if (hex !== undefined) return { name: 'recipient.hash', form: hex };
    }
    if (!isNamed) return undefined;
    const lower = text.toLowerCase();
    if (!readers.some(({ label }) => lower.includes(label))) return undefined;
    const rest = squeeze(lower.slice(url.host.length));
    const found = readers.some((reader) => reader.squeezed.some((one) => rest.includes(one)));
    return found ? { name: 'recipient', form: 'clear' } : undefined;
  }

  return (url) => {
    if (url.text.length > maxUrlLength) return undefined;
    const whole = new Texture(url.text);
    let text = url.text;
    let texture = whole;
    let from = url.pathStart;
    for (let times = 0; times < maxDecodings; times += 1) {
      const found = inText(text, texture, from, 0);
      if (found !== undefined) return found;
      if (!text.includes('%')) break;
      const inPart = inEncodedParts(text);
      if (inPart !== undefined) return inPart;
      const decoded = percentDecoded(text);
      if (decoded === text) break;
      text = decoded;
      texture = new Texture(text);
      from = Math.min(from, text.length);
      if (sextets.has(text, uuencoding)) return { name: 'recipient', form: 'uuencode' };
    }
    return inPieces(url, whole);
  };
}
