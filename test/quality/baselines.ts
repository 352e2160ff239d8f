import type { PixelRule, RuleSet } from '../../src/rules/index.ts';
import { hostMatches, type ExternalList } from '../../src/rules/index.ts';
import { parseUrl } from '../../src/url/index.ts';
import type { DistinctLoad } from './distinct-loads.ts';

/** Another way to tell trackers, measured on the same loads. */
export interface Baseline {
  readonly name: string;
  readonly takes: (load: DistinctLoad) => boolean;
}

const ignoredNames = /^(?:spacer|pixel\.gif|pixel\.png|gap|shim)/;

function number(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number.parseFloat(text);
  return Number.isNaN(value) ? 0 : value;
}

/** MailScanner's rule as documented: an `img` whose width and height attributes are both there and at most 2, less its ignored file names. */
export const mailScannerRule: Baseline = {
  name: 'MailScanner rule',
  takes: ({ url, places }) =>
    places.some(({ place }) => {
      if (place.element?.tag !== 'img') return false;
      const attribute = (name: string) => place.element?.attributes.find((one) => one.name === name)?.value;
      const width = number(attribute('width'));
      const height = number(attribute('height'));
      if (width === undefined || height === undefined || width > 2 || height > 2) return false;
      return !ignoredNames.test(parseUrl(url)?.segments.at(-1) ?? '');
    }),
};

/** Whatever is loaded from a host on a list of domains. */
export function domainList(name: string, hosts: readonly string[]): Baseline {
  return {
    name,
    takes: ({ url }) => {
      const host = parseUrl(url)?.host;
      return host !== undefined && hosts.some((pattern) => hostMatches(pattern, host));
    },
  };
}

/** The hosts that our own pixel rules name, without their path shapes. */
export function hostsOf(rules: readonly PixelRule[]): readonly string[] {
  return [...new Set(rules.flatMap((rule) => rule.match.hosts ?? []))];
}

export function ruleBaseline(rules: RuleSet): Baseline {
  return {
    name: 'our named rules alone',
    takes: ({ url }) => {
      const parts = parseUrl(url);
      return parts !== undefined && rules.pixel(parts) !== undefined;
    },
  };
}

export function listBaseline(name: string, list: ExternalList): Baseline {
  return {
    name,
    takes: ({ url }) => {
      const parts = parseUrl(url);
      return parts !== undefined && list.pixel(parts) !== undefined;
    },
  };
}
