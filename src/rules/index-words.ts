import { percentDecode, type UrlParam, type UrlParts } from '../url/index.ts';
import { parseParamCondition, pathOf } from './condition.ts';
import type { RuleMatch } from './format.ts';
import { requiredWords } from './glob.ts';
import { hashOf, hashOn, type Word, wordsIn } from './words.ts';

/** A parameter as the index knows it. */
interface ParamWords {
  readonly name: string;
  readonly hash: number;
  /** Percent-decoded; undefined where it is longer than what is filed. */
  readonly value: string | undefined;
  /** Of `name=value`. */
  readonly pairHash: number;
}

/** What the index looks a URL up by: words of its path, names of its parameters and `name=value`. */
export interface UrlWords {
  readonly path: string;
  readonly pathWords: readonly Word[];
  readonly params: readonly ParamWords[];
}

let latest: { readonly url: UrlParts; readonly words: UrlWords } | undefined;

/** The words of a URL. The latest answer is kept: several buckets ask for the same URL in turn. */
export function urlWords(url: UrlParts): UrlWords {
  if (latest?.url === url) return latest.words;
  const path = pathOf(url);
  const words = { path, pathWords: wordsIn(path), params: url.params.map(paramWords) };
  latest = { url, words };
  return words;
}

function paramWords({ name, rawValue }: UrlParam): ParamWords {
  const hash = hashOf(name);
  if (rawValue.length > 3 * maxFiledValue) return { name, hash, value: undefined, pairHash: 0 };
  const value = percentDecode(rawValue) ?? rawValue;
  return { name, hash, value, pairHash: hashOn(hashOn(hash, '='), value) };
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
 * One way a parameter; one for the paths if each of the alternatives has a required word, of which `rarest` picks one.
 */
export function waysToFile(
  match: RuleMatch,
  rarest: (words: readonly string[]) => string,
): readonly IndexKey[][] {
  const ways: IndexKey[][] = (match.query ?? []).map((text) => {
    const wanted = parseParamCondition(text);
    const exact = wanted.kind === 'value' && isPlain(wanted.value);
    return [{ in: 'params', word: exact ? `${wanted.name}=${wanted.value}` : wanted.name }];
  });
  if (match.paths !== undefined && match.paths.length > 0) {
    const words = match.paths.map(requiredWords);
    if (words.every((of) => of.length > 0)) ways.push(words.map((of) => ({ in: 'path', word: rarest(of) })));
  }
  return ways;
}

/** One word: a value with stars or other characters is filed by its parameter's name. */
function isPlain(value: string): boolean {
  return value.length > 0 && value.length <= maxFiledValue && requiredWords(value)[0] === value;
}
