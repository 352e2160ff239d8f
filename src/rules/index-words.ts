import type { UrlParts } from '../url/index.ts';
import { parseParamCondition, pathOf } from './condition.ts';
import type { RuleMatch } from './format.ts';
import { requiredWords, wordsOf } from './glob.ts';

/** What the index looks a URL up by: words of its path, names of its parameters, `name=value` as written. */
export interface UrlWords {
  readonly path: ReadonlySet<string>;
  readonly params: ReadonlySet<string>;
}

const memo = new WeakMap<UrlParts, UrlWords>();

/** The words of a URL; computed once an object, since every kind of rule asks for them. */
export function urlWords(url: UrlParts): UrlWords {
  const known = memo.get(url);
  if (known !== undefined) return known;
  const params = new Set<string>();
  for (const { name, rawValue } of url.params) {
    params.add(name);
    if (rawValue.length <= 64) params.add(`${name}=${rawValue}`);
  }
  const words = { path: wordsOf(pathOf(url)), params };
  memo.set(url, words);
  return words;
}

/** A key under which a rule is filed. */
export interface IndexKey {
  readonly in: 'path' | 'params';
  readonly word: string;
}

/**
 * Ways to file a rule: each is a list of keys of which every matching URL has at least one. Empty: it can only be filed under its host.
 * One way a parameter; one for the paths if each of the alternatives has a required word, of which `rarest` picks one.
 */
export function waysToFile(
  match: RuleMatch,
  rarest: (words: readonly string[]) => string,
): readonly IndexKey[][] {
  const ways: IndexKey[][] = (match.query ?? []).map((text) => {
    const wanted = parseParamCondition(text);
    const exact = wanted.kind === 'value' && !wanted.value.includes('*') && isPlain(wanted.value);
    return [{ in: 'params', word: exact ? `${wanted.name}=${wanted.value}` : wanted.name }];
  });
  if (match.paths !== undefined && match.paths.length > 0) {
    const words = match.paths.map(requiredWords);
    if (words.every((of) => of.length > 0)) ways.push(words.map((of) => ({ in: 'path', word: rarest(of) })));
  }
  return ways;
}

/** A value that can be written in one way only; another one may come percent-encoded, and is filed by its name. */
function isPlain(value: string): boolean {
  return value.length <= 32 && wordsOf(value).size <= 1 && requiredWords(value)[0] === value;
}
