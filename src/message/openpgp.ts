import type { Span } from '../span.ts';

/** What the first packet of an armoured block is (RFC 9580 section 5). */
export type ArmourKind = 'signature' | 'encrypted' | 'key' | 'other';

const kinds: ReadonlyMap<number, ArmourKind> = new Map([
  [2, 'signature'],
  [4, 'signature'],
  [1, 'encrypted'],
  [3, 'encrypted'],
  [9, 'encrypted'],
  [18, 'encrypted'],
  [20, 'encrypted'],
  [5, 'key'],
  [6, 'key'],
  [8, 'other'],
]);

function packetKind(first: number | undefined): ArmourKind | undefined {
  if (first === undefined || (first & 0x80) === 0) return undefined;
  return kinds.get((first & 0x40) !== 0 ? first & 0x3f : (first & 0x3f) >> 2);
}

/** Enough lines for the armour's own headers (Version, Comment, Hash). */
const maxArmourLines = 12;

/**
 * What stands behind an armour's BEGIN line at `start` of `text`; undefined where it decodes to no OpenPGP packet, so that
 * the line is a mere claim.
 */
export function armourKind(text: string, start: number): ArmourKind | undefined {
  let at = start;
  for (let count = 0; count < maxArmourLines && at < text.length; count += 1) {
    const found = text.indexOf('\n', at);
    const next = found < 0 ? text.length : found + 1;
    const line = text.slice(at, Math.min(next, at + 200)).trim();
    at = next;
    if (line === '' || /^[A-Za-z-]{1,40}: /.test(line)) continue;
    if (!/^[A-Za-z0-9+/=]{4,}$/.test(line)) return undefined;
    return packetKind(Buffer.from(line.slice(0, 8), 'base64')[0]);
  }
  return undefined;
}

const begin = '-----BEGIN PGP ';
const markerEnd = '-----';

/** The word or words of a BEGIN line at the start of a line, and where the line ends. */
function markerAt(text: string, at: number): { word: string; next: number } | undefined {
  if (at > 0 && text[at - 1] !== '\n' && text[at - 1] !== '\r') return undefined;
  const head = text.slice(at + begin.length, at + begin.length + 40);
  const close = head.indexOf(markerEnd);
  if (close < 0) return undefined;
  return { word: head.slice(0, close), next: at + begin.length + close + markerEnd.length };
}

/** Where `marker` next begins a line; remembers what it found, so that many BEGINs without END stay linear. */
class Finder {
  readonly #text: string;
  readonly #found = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  next(marker: string, from: number): number {
    const known = this.#found.get(marker);
    if (known !== undefined && (known < 0 || known >= from)) return known;
    const found = this.#text.indexOf(`\n${marker}`, from);
    const at = found < 0 ? -1 : found + 1;
    this.#found.set(marker, at);
    return at;
  }
}

const wanted: ReadonlyMap<string, ArmourKind> = new Map([
  ['MESSAGE', 'encrypted'],
  ['SIGNATURE', 'signature'],
  ['PUBLIC KEY BLOCK', 'key'],
]);

/**
 * The spans of a plain text from BEGIN to END that are OpenPGP by their content: clear-signed text with its signature,
 * encrypted messages, keys. A claim without armour behind it is no such span.
 */
export function pgpSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  const finder = new Finder(text);
  let at = text.indexOf(begin);
  while (at >= 0) {
    const marker = markerAt(text, at);
    const end = marker && blockEnd(text, finder, marker.word, marker.next);
    if (end === undefined) at = text.indexOf(begin, at + begin.length);
    else {
      spans.push({ start: at, end });
      at = text.indexOf(begin, end);
    }
  }
  return spans;
}

function blockEnd(text: string, finder: Finder, word: string, from: number): number | undefined {
  if (word === 'SIGNED MESSAGE') {
    const signature = finder.next('-----BEGIN PGP SIGNATURE-----', from);
    return signature < 0
      ? undefined
      : blockEnd(text, finder, 'SIGNATURE', signature + '-----BEGIN PGP SIGNATURE-----'.length);
  }
  const kind = wanted.get(word);
  if (kind === undefined) return undefined;
  const found = armourKind(text, from);
  // PGP of old wrote signatures as MESSAGE.
  if (found !== kind && !(kind === 'encrypted' && (found === 'signature' || found === 'other')))
    return undefined;
  const close = `-----END PGP ${word}-----`;
  const end = finder.next(close, from);
  return end < 0 ? undefined : end + close.length;
}
