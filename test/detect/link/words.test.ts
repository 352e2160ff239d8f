import { describe, expect, it } from 'vitest';
import { wordGuard } from '../../../src/detect/link/guard/match-words.ts';
import { isUrl } from '../../../src/detect/link/guard/url-guard.ts';
import { guardWords } from '../../../src/detect/link/guard/words.ts';

const limits = { stems: 6, words: 4 };
/** Capitals of other scripts are not taken for the beginning of a word. */
const isAscii = (text: string): boolean => /^[a-z]+$/.test(text);
/** Letters whose capitals are those of the same word. */
const isAlphabetic = (text: string): boolean => /^\p{L}+$/u.test(text);
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Spellings of a stem in which it is the same: the gaps and the case of words say nothing. */
const spellings: readonly (readonly [string, (stem: string) => string])[] = [
  ['alone', (stem) => stem],
  ['in capitals', (stem) => stem.toUpperCase()],
  ['with more behind it', (stem) => `${stem}xyz`],
  ['behind another word', (stem) => `12_${stem}`],
  ['behind an inner capital', (stem) => `my${capitalised(stem)}`],
  ['as two words', (stem) => `${stem.slice(0, 3)}-${stem.slice(3)}`],
  ['as two words by a capital', (stem) => stem.slice(0, 2) + capitalised(stem.slice(2))],
  ['as three words', (stem) => `${stem.slice(0, 1)}.${stem.slice(1, 2)}.${stem.slice(2)}`],
];

describe('words of guards', () => {
  it.each(spellings)('finds each stem %s', (_name, spell) => {
    for (const stem of guardWords.flatMap(({ stems }) => stems.filter(isAscii)))
      expect(wordGuard(spell(stem), limits), spell(stem)).toBeDefined();
  });

  it('finds each stem in capitals of its own script', () => {
    for (const stem of guardWords.flatMap(({ stems }) => stems.filter(isAlphabetic)))
      expect(wordGuard(stem.toUpperCase(), limits), stem).toBeDefined();
  });

  it('finds stems that are distinct inside a word and in a sentence', () => {
    for (const { stems, isDistinct } of guardWords)
      for (const stem of isDistinct ? stems : [])
        expect(wordGuard(`a b c d e f g h x${stem}y`, limits), stem).toBeDefined();
  });

  it('finds whole words among few', () => {
    for (const { words } of guardWords)
      for (const word of words)
        for (const text of [word, `12-${word}-q`, `my${capitalised(word)}`, word.toUpperCase()])
          expect(wordGuard(text, limits), text).toBeDefined();
  });
});

describe('segments that are URLs', () => {
  it.each([
    ['https:', true],
    ['HTTP:x', true],
    ['https%3A%2F%2Fexample.org%2F', true],
    ['http%3a%C3%A9', true],
    ['%68ttp:', true],
    ['ht%74p%3A', true],
    ['https:%zz', true],
    ['http%3A%zz', false],
    ['https%3A%C3', false],
    ['%68ttp:%zz', false],
    ['ht%74p:%C3', false],
    ['http', false],
    ['%', false],
    ['', false],
    ['xhttps:', false],
  ])('%s: %s', (segment, is) => {
    expect(isUrl(segment)).toBe(is);
  });
});
