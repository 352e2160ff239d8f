import { parseUrl, type UrlParts } from '../url/index.ts';
import { selectorFaults } from './check-selector.ts';
import { compileRules, isSelectorRule } from './compile.ts';
import { withoutParams } from './cut-params.ts';
import type { DecodeStep, Rule } from './format.ts';
import { originOfFault, type Fault, type Problem } from './problem.ts';
import type { RuleSet } from './rule-set.ts';

/** Follows the steps of a redirect rule; undefined where one fails. */
export type Decode = (steps: readonly DecodeStep[], url: UrlParts) => string | undefined;

/** A rule that a URL alone can match. */
export type UrlRule = Exclude<Rule, { readonly selector: string }>;

/** Whether the URL matches the rule in a set that holds no other. */
export function matchesAlone(set: RuleSet, rule: UrlRule, url: UrlParts): boolean {
  switch (rule.kind) {
    case 'pixel':
      return set.pixel(url) !== undefined;
    case 'redirect':
      return set.redirects(url).length > 0;
    case 'opaque':
      return set.opaque(url) !== undefined;
    case 'keep':
      return set.keep(url) !== undefined;
    case 'param':
      return url.params.some(({ name, rawValue }) => set.param(url, name, rawValue) !== undefined);
  }
}

/** What a rule makes of a URL that it matches; undefined where it can make nothing of it. */
function resultOf(set: RuleSet, rule: UrlRule, url: UrlParts, decode: Decode): string | undefined {
  if (rule.kind === 'redirect') return decode(rule.decode, url);
  if (rule.kind !== 'param') return undefined;
  const spans = url.params
    .filter(({ name, rawValue }) => set.param(url, name, rawValue) !== undefined)
    .map(({ span }) => span);
  return withoutParams(url, spans);
}

/** A redirect that cannot be decoded is left as it is, which is what `must_not` asks for. */
function changes(set: RuleSet, rule: UrlRule, url: UrlParts, decode: Decode): boolean {
  if (!matchesAlone(set, rule, url)) return false;
  return rule.kind !== 'redirect' || resultOf(set, rule, url, decode) !== undefined;
}

function faultsOf(rule: UrlRule, decode: Decode): readonly Fault[] {
  const set = compileRules([rule], '');
  const faults: Fault[] = [];
  const vectors = rule.must.map((vector) =>
    typeof vector === 'string' ? { url: vector, to: undefined } : vector,
  );
  for (const [index, { url: text, to }] of vectors.entries()) {
    const url = parseUrl(text);
    const wrong = (what: string): void =>
      void faults.push({ vector: ['must', index], text: `\`must\` ${text} ${what}` });
    if (url === undefined) wrong('is no absolute http(s) URL');
    else if (!matchesAlone(set, rule, url)) wrong('does not match');
    else if (to !== undefined) {
      const result = resultOf(set, rule, url, decode);
      if (result !== to) wrong(`becomes ${result ?? 'nothing'}, not ${to}`);
    }
  }
  for (const [index, text] of (rule.must_not ?? []).entries()) {
    const url = parseUrl(text);
    const wrong = (what: string): void =>
      void faults.push({ vector: ['must_not', index], text: `\`must_not\` ${text} ${what}` });
    if (url === undefined) wrong('is no absolute http(s) URL');
    else if (changes(set, rule, url, decode)) wrong('matches');
  }
  return faults;
}

/**
 * Runs every rule's own vectors: its `must` must match (and become `to`), its `must_not` must not, whatever other rules there are. For
 * rules on elements, the vectors are HTML. Each problem names the line of the vector.
 */
export function checkRules(rules: readonly Rule[], decode: Decode): readonly Problem[] {
  const problems: Problem[] = [];
  for (const rule of rules) {
    const faults = isSelectorRule(rule) ? selectorFaults(rule) : faultsOf(rule, decode);
    for (const fault of faults) {
      const origin = originOfFault(rule, fault) ?? { file: 'builtin', line: 1, column: 1 };
      problems.push({ ...origin, message: `rule \`${rule.id}\`: ${fault.text}` });
    }
  }
  return problems;
}
