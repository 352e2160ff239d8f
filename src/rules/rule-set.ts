import type { UrlParts } from '../url/url-parts.ts';
import type { KeepRule, OpaqueRule, ParamRule, PixelRule, RedirectRule, SelectorRule } from './format.ts';

/**
 * Compiled rule packs. Look-ups cost O(length of the URL), whatever the number of rules, and never throw.
 * Where several rules match, the one with the most specific host wins, then the earlier one.
 */
export interface RuleSet {
  /** Hash over the packs' sources, for metric and log. */
  readonly version: string;
  readonly size: number;
  pixel(url: UrlParts): PixelRule | undefined;
  /** Every matching redirect rule, best first: the next is tried where decoding by the first fails. */
  redirects(url: UrlParts): readonly RedirectRule[];
  opaque(url: UrlParts): OpaqueRule | undefined;
  keep(url: UrlParts): KeepRule | undefined;
  /** The rule by which this parameter (name percent-decoded) is a tracking parameter on this URL. */
  param(url: UrlParts, name: string, value: string): ParamRule | undefined;
  readonly selectors: readonly SelectorRule[];
}
