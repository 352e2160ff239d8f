import { createRequire } from 'node:module';
import type * as Cheerio from 'cheerio/slim';
import type { SelectorRule } from '../../rules/format.ts';
import type { ScannedText } from '../input.ts';

/** Tree building is quadratic in the depth of nesting; the finder goes flat on depth, and this bounds the rest. */
const maxCharacters = 1 << 20;

/** Which start tags of a text (by the offset of their `<`) an administrator's selector matches, and by which rule; the earlier rule wins. */
export type SelectorMatches = ReadonlyMap<number, SelectorRule>;

const nothing: SelectorMatches = new Map();

let engine: typeof Cheerio | undefined;

/** Loaded where the first selector rule meets the first HTML: its packages are half of a start, and most sites have no such rule. */
function cheerio(): typeof Cheerio {
  engine ??= createRequire(import.meta.url)('cheerio/slim') as typeof Cheerio;
  return engine;
}

/**
 * Evaluates CSS selectors on the tree that htmlparser2 makes of the text (scripting off, so that `<noscript>` is markup). No tree is built
 * without selector rules, nor for a text on which the finder met a cap. A selector that the engine refuses matches nothing; `check` reports it.
 */
export function selectorMatches(text: ScannedText, rules: readonly SelectorRule[]): SelectorMatches {
  if (rules.length === 0 || text.scan === undefined || text.scan.flat !== undefined) return nothing;
  if (text.text.length > maxCharacters) return nothing;
  const $ = cheerio().load(text.text, {
    xml: { xmlMode: false, withStartIndices: true, decodeEntities: true },
  });
  const found = new Map<number, SelectorRule>();
  for (const rule of rules) {
    try {
      $(rule.selector).each((_, element) => {
        const at = element.startIndex;
        if (typeof at === 'number' && !found.has(at)) found.set(at, rule);
      });
    } catch {
      continue;
    }
  }
  return found;
}
