import { guardWords } from './words.ts';

export interface WordLimits {
  /** Up to how many words stems count that could be part of an ordinary sentence. */
  readonly stems: number;
  /** Up to how many words whole words count: "pay" in a title says nothing of what the link does. */
  readonly words: number;
}

/** Four characters, five bits each: a letter in either case is one number, and what else has that number only costs a closer look. */
const headLength = 4;
const headMask = 0xfffff;

/** Sparse, so that hardly any text has a bit of these by chance: all stems, those that count inside a word, and whole words. */
const anyStem = new Uint32Array(2048);
const distinctStem = new Uint32Array(2048);
const wholeWord = new Uint32Array(2048);

function has(bits: Uint32Array, packed: number): boolean {
  const bit = Math.imul(packed, 0x9e3779b1) >>> 16;
  return ((bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
}

function put(bits: Uint32Array, packed: number): void {
  const bit = Math.imul(packed, 0x9e3779b1) >>> 16;
  bits[bit >>> 5] = (bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
}

/** A word by its length and its last characters, of which `packed` may hold more than belong to it. */
function wordKey(packed: number, length: number): number {
  const own = length < headLength ? packed & ((1 << (5 * length)) - 1) : packed;
  return own ^ (length << 20);
}

function pack(text: string): number {
  let packed = 0;
  for (let at = 0; at < text.length; at += 1)
    packed = ((packed << 5) | (text.charCodeAt(at) & 0x1f)) & headMask;
  return packed;
}

for (const { stems, words, isDistinct } of guardWords) {
  for (const stem of stems) {
    put(anyStem, pack(stem.slice(0, headLength)));
    if (isDistinct) put(distinctStem, pack(stem.slice(0, headLength)));
  }
  for (const word of words) put(wholeWord, wordKey(pack(word), word.length));
}

/** Blanks, dashes and quotes beyond ASCII, which much text has that is ASCII else. */
function isGap(code: number): boolean {
  return code === 0xa0 || (code >= 0x2000 && code <= 0x206f);
}

/**
 * Whether a text may hold a word of the lists, in one walk that makes nothing: most do not, and to fold and split each costs ten times
 * as much. Never false where `wordGuard` would find one; true for letters that are not ASCII.
 */
export function mayBeGuarded(text: string, limits: WordLimits): boolean {
  let words = 0;
  let length = 0;
  let packed = 0;
  /** A bit for each of the latest characters that begins a word; stems reach across the gaps between words. */
  let starts = 0;
  let wasLower = false;
  let isWord = false;
  let isStem = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x80 && !isGap(code)) return true;
    const isLower = code >= 0x61 && code <= 0x7a;
    const isUpper = code >= 0x41 && code <= 0x5a;
    if (!isLower && !isUpper && !(code >= 0x30 && code <= 0x39)) {
      if (length > 0) isWord ||= has(wholeWord, wordKey(packed, length));
      length = 0;
      wasLower = false;
      continue;
    }
    if (isUpper && wasLower) {
      isWord ||= has(wholeWord, wordKey(packed, length));
      length = 0;
    }
    wasLower = isLower;
    length += 1;
    if (length === 1) words += 1;
    packed = ((packed << 5) | (code & 0x1f)) & headMask;
    starts = (starts << 1) | (length === 1 ? 1 : 0);
    const isAtStart = (starts & 8) !== 0;
    if ((isAtStart || (starts & 7) === 0) && has(distinctStem, packed)) return true;
    if (isAtStart) isStem ||= has(anyStem, packed);
  }
  if (length > 0) isWord ||= has(wholeWord, wordKey(packed, length));
  return (isStem && words <= limits.stems) || (isWord && words <= limits.words);
}
