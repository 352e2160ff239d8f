import type { ParamRule } from '../../rules/format.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import type { Span } from '../../span.ts';
import { fragmentParams, type UrlParam, type UrlParts } from '../../url/index.ts';

/** Tracking parameters of a URL, and the URL without them. */
export interface ParamCut {
  readonly names: readonly string[];
  readonly rules: readonly ParamRule[];
  readonly result: string;
}

interface Hit {
  readonly param: UrlParam;
  readonly rule: ParamRule;
}

/**
 * Category of rules on names that some sites need where the sender links to itself (unsubscribing, preferences, gated pages); behind a
 * redirect they only say who clicked.
 */
const identity = 'identity';

function isSeparator(character: string): boolean {
  return character === '&' || character === ';';
}

/**
 * Text from `start` (behind the `?` or `#`) to `end` without the spans. Each goes with one separator, the one in front of it or, at the
 * front, the one behind. Everything else stays as it is written.
 */
function without(text: string, start: number, end: number, spans: readonly Span[]): string {
  const pieces: string[] = [];
  let at = start;
  for (const [index, span] of spans.entries()) {
    const isFront = pieces.length === 0 && span.start === at;
    const kept = text.slice(at, span.start);
    const hasSeparator = kept !== '' && isSeparator(kept.charAt(kept.length - 1));
    const before = hasSeparator ? kept.slice(0, -1) : kept;
    if (before !== '') pieces.push(before);
    at = span.end;
    // At the front there is no separator to take along, so the one behind goes.
    const isLast = index === spans.length - 1;
    if (isFront && isSeparator(text.charAt(at)) && (isLast || pieces.length === 0)) at += 1;
  }
  pieces.push(text.slice(at, end));
  return pieces.join('');
}

function hitsIn(
  params: readonly UrlParam[],
  url: UrlParts,
  rules: RuleSet,
  isUnwrapped: boolean,
): readonly Hit[] {
  const hits: Hit[] = [];
  for (const param of params) {
    const rule = rules.param(url, param.name, param.rawValue);
    if (rule !== undefined && (isUnwrapped || rule.category !== identity)) hits.push({ param, rule });
  }
  return hits;
}

function spansOf(hits: readonly Hit[]): readonly Span[] {
  return hits.map(({ param }) => param.span);
}

/**
 * What of a URL's query, and of a fragment that is written like one, are tracking parameters, and what is left without them: no other
 * character changes, an emptied query or fragment goes with its `?` or `#`. `isUnwrapped`: the URL stood in a redirect. undefined where there is none.
 */
export function cutParams(url: UrlParts, rules: RuleSet, isUnwrapped: boolean): ParamCut | undefined {
  const inQuery = hitsIn(url.params, url, rules, isUnwrapped);
  const inFragment =
    url.fragment?.includes('=') === true ? hitsIn(fragmentParams(url), url, rules, isUnwrapped) : [];
  const hits = [...inQuery, ...inFragment];
  if (hits.length === 0) return undefined;
  const queryStart = url.pathStart + url.path.length;
  const fragmentStart = url.text.length - (url.fragment === undefined ? 0 : url.fragment.length + 1);
  const head = url.text.slice(0, queryStart);
  let query = url.text.slice(queryStart, fragmentStart);
  if (inQuery.length > 0) {
    const rest = without(url.text, queryStart + 1, fragmentStart, spansOf(inQuery));
    query = rest === '' ? '' : `?${rest}`;
  }
  let fragment = url.text.slice(fragmentStart);
  if (inFragment.length > 0) {
    const rest = without(url.text, fragmentStart + 1, url.text.length, spansOf(inFragment));
    fragment = rest === '' ? '' : `#${rest}`;
  }
  return {
    names: [...new Set(hits.map(({ param }) => param.name))],
    rules: [...new Set(hits.map(({ rule }) => rule))],
    result: head + query + fragment,
  };
}
