import type { UrlParts } from '../url/index.ts';
import type { KeepRule, OpaqueRule, PixelRule, RedirectRule, Rule, SelectorRule } from './format.ts';
import { Matcher } from './matcher.ts';
import { ParamMatcher } from './param-matcher.ts';
import type { RuleSet } from './rule-set.ts';

/** A filter list of another format, asked where no rule of ours matches. */
export interface ExternalList {
  /** How many of its rules are used. */
  readonly size: number;
  /** A `probable` rule named after the list, or undefined; never throws. */
  pixel(url: UrlParts): PixelRule | undefined;
}

export interface CompileOptions {
  /** Ids of rules that are left out. */
  readonly disable?: readonly string[];
  /** Asked last, in this order. */
  readonly lists?: readonly ExternalList[];
}

/** Whether a rule is about an element (a CSS selector) instead of a URL. */
export function isSelectorRule(rule: Rule): rule is SelectorRule {
  return 'selector' in rule;
}

/** Rules that are found by a URL alone. */
type UrlRule = PixelRule | RedirectRule | OpaqueRule | KeepRule;

const isPixel = (rule: UrlRule): rule is PixelRule => rule.kind === 'pixel';
const isRedirect = (rule: UrlRule): rule is RedirectRule => rule.kind === 'redirect';
const isOpaque = (rule: UrlRule): rule is OpaqueRule => rule.kind === 'opaque';
const isKeep = (rule: UrlRule): rule is KeepRule => rule.kind === 'keep';

/**
 * Compiles rules, an administrator's in front of the built-in ones: among rules for equally specific hosts the earlier wins. The first of
 * two rules with the same id counts, so that a built-in rule can be replaced by its id.
 */
export function compileRules(rules: readonly Rule[], version: string, options: CompileOptions = {}): RuleSet {
  const urls = new Matcher<UrlRule>();
  const params = new ParamMatcher();
  const selectors: SelectorRule[] = [];
  const lists = options.lists ?? [];
  const seen = new Set(options.disable);
  let size = 0;
  for (const rule of rules) {
    if (seen.has(rule.id)) continue;
    seen.add(rule.id);
    size += 1;
    if (isSelectorRule(rule)) selectors.push(rule);
    else if (rule.kind === 'param') params.add(rule);
    else urls.add(rule, rule.match);
  }
  return {
    version,
    size: lists.reduce((sum, list) => sum + list.size, size),
    pixel: (url) => urls.first(url, isPixel) ?? firstOf(lists, url),
    redirects: (url) => urls.all(url, isRedirect),
    opaque: (url) => urls.first(url, isOpaque),
    keep: (url) => urls.first(url, isKeep),
    param: (url, name, value) => params.find(url, name, value),
    selectors,
  };
}

function firstOf(lists: readonly ExternalList[], url: UrlParts): PixelRule | undefined {
  for (const list of lists) {
    const rule = list.pixel(url);
    if (rule !== undefined) return rule;
  }
  return undefined;
}
