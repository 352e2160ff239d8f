import type * as Adblocker from '@ghostery/adblocker';
import type { UrlParts } from '../url/index.ts';
import type { ExternalList } from './compile.ts';
import type { PixelRule } from './format.ts';

/** A filter list in adblock syntax, ready to be asked; or why it is not. */
export type LoadedList =
  | {
      readonly kind: 'loaded';
      readonly list: ExternalList;
      readonly used: number;
      /** Lines that are not used, by reason. */
      readonly dropped: Readonly<Record<'expression' | 'wildcards' | 'other', number>>;
    }
  | { readonly kind: 'unavailable'; readonly message: string };

type Library = typeof Adblocker;
type NetworkFilter = Adblocker.NetworkFilter;

/** Longer URLs are not shown to a list: its patterns are expressions, and these are not linear. */
const maxUrlLength = 2048;

type Use = 'used' | 'expression' | 'wildcards' | 'other';

/** One `*` inside a pattern is one unbounded quantifier in the engine's expression; with more, a hostile URL costs polynomial time. */
function innerWildcards(filter: NetworkFilter): number {
  return filter.getFilter().replace(/^\*+/, '').replace(/\*+$/, '').split(/\*+/).length;
}

function useOf(filter: NetworkFilter): Use {
  if (filter.isFullRegex()) return 'expression';
  if (filter.isRedirect() || filter.isRemoveParam() || filter.isCSP() || filter.isReplace()) return 'other';
  if (filter.isHtmlFilteringRule() || !filter.fromImage()) return 'other';
  return innerWildcards(filter) > 2 ? 'wildcards' : 'used';
}

function listOf(name: string, size: number, library: Library, engine: Adblocker.FiltersEngine): ExternalList {
  const rules = new Map<string, PixelRule>();
  const ruleOf = (text: string): PixelRule => {
    const known = rules.get(text);
    if (known !== undefined) return known;
    const source = `${name}: ${text}`;
    const rule: PixelRule = {
      id: `list:${name}`,
      kind: 'pixel',
      operator: name,
      match: {},
      source,
      probable: true,
      must: [],
    };
    rules.set(text, rule);
    return rule;
  };
  return {
    size,
    pixel(url: UrlParts): PixelRule | undefined {
      if (url.text.length > maxUrlLength) return undefined;
      try {
        // A message is no site: every load of it is a third party's.
        const request = library.Request.fromRawDetails({
          url: url.text,
          type: 'image',
          sourceUrl: 'https://mail.invalid/',
        });
        const { match, filter } = engine.match(request);
        return match ? ruleOf(filter?.rawLine ?? filter?.toString() ?? '') : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/**
 * Reads a filter list in adblock syntax (EasyPrivacy, AdGuard Mail Tracking, ...): network rules for images and their exceptions.
 * `/expressions/`, rules with more than one inner `*` and all that is not about images are dropped and counted. The library is optional
 * and loaded only here; without it, the list is unavailable.
 */
export async function readFilterList(name: string, text: string): Promise<LoadedList> {
  let library: Library;
  try {
    library = await import('@ghostery/adblocker');
  } catch {
    const message = `filter list ${name}: the optional package @ghostery/adblocker is not installed`;
    return { kind: 'unavailable', message };
  }
  const parsed = library.parseFilters(text, { debug: true, loadCosmeticFilters: false });
  const counts: Record<Use, number> = {
    used: 0,
    expression: 0,
    wildcards: 0,
    other: parsed.notSupportedFilters.length,
  };
  const used = parsed.networkFilters.filter((filter) => {
    const use = useOf(filter);
    counts[use] += 1;
    return use === 'used';
  });
  const engine = library.FiltersEngine.empty({
    debug: true,
    enableOptimizations: false,
    loadCosmeticFilters: false,
  });
  engine.update({ newNetworkFilters: used });
  return {
    kind: 'loaded',
    list: listOf(name, used.length, library, engine),
    used: used.length,
    dropped: { expression: counts.expression, wildcards: counts.wildcards, other: counts.other },
  };
}
