import { percentDecode, type UrlParam } from '../url/index.ts';
import { parseParamCondition } from './condition.ts';
import type { RuleMatch } from './format.ts';
import { requiredWords } from './glob.ts';

/** What a parameter's value is filed as; undefined where it is longer than what is filed. */
export function filedValue({ rawValue }: UrlParam): string | undefined {
  return rawValue.length > 3 * maxFiledValue ? undefined : (percentDecode(rawValue) ?? rawValue);
}

/** Longer values are not in the index; a rule that asks for one is filed by the name. */
const maxFiledValue = 32;

/** A key under which a rule is filed. */
export interface IndexKey {
  readonly in: 'path' | 'params';
  readonly word: string;
}

/**
 * Ways to file a rule: each is a list of keys of which every matching URL has at least one. Empty: it can only be filed under its host.
 * One way a parameter; one for the paths if each of the alternatives has a required word, which `wordsOf` gives and of which `rarest` picks one.
 */
export function waysToFile(
  match: RuleMatch,
  wordsOf: (glob: string) => readonly string[],
  rarest: (words: readonly string[]) => string,
): readonly IndexKey[][] {
  const ways: IndexKey[][] = (match.query ?? []).map((text) => {
    const wanted = parseParamCondition(text);
    const exact = wanted.kind === 'value' && isPlain(wanted.value);
    return [{ in: 'params', word: exact ? `${wanted.name}=${wanted.value}` : wanted.name }];
  });
  if (match.paths !== undefined && match.paths.length > 0) {
    const words = match.paths.map(wordsOf);
    if (words.every((of) => of.length > 0)) ways.push(words.map((of) => ({ in: 'path', word: rarest(of) })));
  }
  return ways;
}

/** One word: a value with stars or other characters is filed by its parameter's name. */
function isPlain(value: string): boolean {
  return value.length > 0 && value.length <= maxFiledValue && requiredWords(value)[0] === value;
}
