import { fold, splitCamel, wordsOf } from './fold.ts';
import { guardWords } from './words.ts';

export interface WordLimits {
  /** Up to how many words stems count that could be part of an ordinary sentence. */
  readonly stems: number;
  /** Up to how many words whole words count: "pay" in a title says nothing of what the link does. */
  readonly words: number;
}

/**
 * Which guard a text's words name, if any. Work is linear in the text: the lists are constants, and each stem is looked for at the
 * beginnings of words.
 */
export function wordGuard(text: string, limits: WordLimits): string | undefined {
  const words = wordsOf(fold(splitCamel(text)));
  if (words.length === 0) return undefined;
  const joined = words.join('');
  const starts: number[] = [];
  let offset = 0;
  for (const word of words) {
    starts.push(offset);
    offset += word.length;
  }
  for (const { guard, stems, isDistinct, words: whole } of guardWords) {
    if (isDistinct && words.some((word) => stems.some((stem) => word.includes(stem)))) return guard;
    if (
      (isDistinct || words.length <= limits.stems) &&
      stems.some((stem) => starts.some((at) => joined.startsWith(stem, at)))
    ) {
      return guard;
    }
    if (words.length <= limits.words && words.some((word) => whole.has(word))) return guard;
  }
  return undefined;
}
