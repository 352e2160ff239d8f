import { fold, splitCamel, wordsOf } from './fold.ts';
import { mayBeGuarded, type WordLimits } from './glance.ts';
import { guardWords, type GuardWords } from './words.ts';

interface Stem {
  readonly stem: string;
  readonly group: GuardWords;
}

/** Stems are filed by their first characters, so that a word costs a look-up and not a walk through the lists. */
const headLength = 3;
const stemsByHead = new Map<string, Stem[]>();
/** Which heads there may be, a bit each: most places in most words begin no stem, and this says so without cutting anything out. */
const headBits = new Uint32Array(512);

function headBit(text: string, at: number): number {
  const mixed = text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 5) ^ (text.charCodeAt(at + 2) << 9);
  return mixed & (headBits.length * 32 - 1);
}

const groupByWord = new Map<string, GuardWords>();
for (const group of guardWords) {
  for (const stem of group.stems) {
    const head = stem.slice(0, headLength);
    const bit = headBit(stem, 0);
    headBits[bit >>> 5] = (headBits[bit >>> 5] ?? 0) | (1 << (bit & 31));
    stemsByHead.set(head, [...(stemsByHead.get(head) ?? []), { stem, group }]);
  }
  for (const word of group.words) groupByWord.set(word, group);
}

function stemAt(text: string, at: number, isFit: (group: GuardWords) => boolean): GuardWords | undefined {
  const bit = headBit(text, at);
  if (((headBits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return undefined;
  const stems = stemsByHead.get(text.slice(at, at + headLength));
  return stems?.find(({ stem, group }) => isFit(group) && text.startsWith(stem, at))?.group;
}

const isDistinct = (group: GuardWords): boolean => group.isDistinct;
const isAny = (): boolean => true;

/** Which guard a text's words name, if any; linear in the text. */
export function wordGuard(text: string, limits: WordLimits): string | undefined {
  if (!mayBeGuarded(text, limits)) return undefined;
  const folded = fold(splitCamel(text));
  // Without its diacritics most of the rest is ASCII, too.
  if (!mayBeGuarded(folded, limits)) return undefined;
  const words = wordsOf(folded);
  if (words.length === 0) return undefined;
  const joined = words.join('');
  const isFit = words.length <= limits.stems ? isAny : isDistinct;
  let start = 0;
  for (const word of words) {
    const found =
      stemAt(joined, start, isFit) ?? (words.length <= limits.words ? groupByWord.get(word) : undefined);
    if (found !== undefined) return found.guard;
    for (let at = 1; at + headLength <= word.length; at += 1) {
      const inside = stemAt(word, at, isDistinct);
      if (inside !== undefined) return inside.guard;
    }
    start += word.length;
  }
  return undefined;
}
