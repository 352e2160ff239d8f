import { scanParts } from '../clean/index.ts';
import type { Report } from '../clean/index.ts';
import type { Settings } from '../config/index.ts';
import { readMessage } from '../message/index.ts';
import { compileRules, hostMatches, isSelectorRule, matchesAlone } from '../rules/index.ts';
import type { Rule, RuleMatch, UrlRule } from '../rules/index.ts';
import { parseUrl } from '../url/index.ts';
import type { UrlParts } from '../url/url-parts.ts';

/** A URL that was left although a rule knows its host. */
export interface NearMiss {
  readonly part: string;
  readonly url: string;
  readonly rule: string;
  /** What the rule asks for and the URL does not have: `paths: /track/open.php`. */
  readonly misses: readonly string[];
}

const mostMisses = 20;
/** Each URL is held against every rule, so a message of a million URLs is looked at in part. */
const mostUrls = 2_000;

function said(condition: RuleMatch[keyof RuleMatch]): string {
  if (Array.isArray(condition)) return condition.join(' or ');
  return typeof condition === 'string' ? condition : JSON.stringify(condition);
}

/** The conditions of a rule that a URL on one of its hosts does not fulfil. */
function missing(rule: UrlRule, url: UrlParts): readonly string[] {
  const { hosts, ...conditions } = rule.match;
  if (hosts === undefined) return [];
  return (Object.keys(conditions) as (keyof typeof conditions)[])
    .filter((key) => {
      const only = { ...rule, match: { hosts, [key]: conditions[key] } };
      return !matchesAlone(compileRules([only], ''), only, url);
    })
    .map((key) => `${key}: ${said(conditions[key])}`);
}

function wants(rule: Rule, isLoad: boolean): rule is UrlRule {
  if (isSelectorRule(rule)) return false;
  return isLoad ? rule.kind === 'pixel' : rule.kind === 'redirect' || rule.kind === 'opaque';
}

/**
 * Loads and links that nothing was found about although a rule names their host, with what the rule asks for beyond it: why not. At most
 * twenty, each URL once, of the first URLs of the message.
 */
export function nearMisses(
  octets: Buffer,
  report: Report,
  settings: Settings,
  rules: readonly Rule[],
): readonly NearMiss[] {
  const { limits } = settings.clean;
  const message = readMessage(octets, { maxParts: limits.parts, maxDepth: limits.nesting, nested: 'keep' });
  const found = new Set(
    report.findings.flatMap(({ finding: { where } }) => (where.kind === 'place' ? where.place.urls : [])),
  );
  const links: ReadonlySet<string> = new Set(['anchor', 'form', 'text']);
  const misses = new Map<string, NearMiss>();
  const seen = new Set(found);
  for (const { part, scanned } of scanParts(message, limits, 'full').texts) {
    for (const { urls, channel } of scanned.places) {
      for (const text of urls) {
        if (misses.size >= mostMisses || seen.size >= found.size + mostUrls) return [...misses.values()];
        const url = seen.has(text) ? undefined : parseUrl(text);
        seen.add(text);
        if (url === undefined) continue;
        const rule = rules.find(
          (each): each is UrlRule =>
            wants(each, !links.has(channel)) &&
            each.match.hosts?.some((pattern) => hostMatches(pattern, url.host)) === true,
        );
        if (rule === undefined) continue;
        misses.set(text, { part: part.id, url: text, rule: rule.id, misses: missing(rule, url) });
      }
    }
  }
  return [...misses.values()];
}
