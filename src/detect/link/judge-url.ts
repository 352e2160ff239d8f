import type { RuleSet } from '../../rules/rule-set.ts';
import { parseUrl, type UrlParts } from '../../url/index.ts';
import type { Evidence, LinkFinding, ParamFinding } from '../finding.ts';
import { cutParams } from './cut-params.ts';
import { hasPlaceholder } from './destination.ts';
import { isSigned, pageGuard, urlGuard } from './guard/index.ts';
import { unwrap, type Acts, type Layer } from './unwrap.ts';

/** A verdict on a URL, wherever in the message it stands. */
export interface UrlVerdict {
  readonly link?: Omit<LinkFinding, 'where'>;
  readonly param?: Omit<ParamFinding, 'where'>;
}

/** Filled in step by step: to spread what may be missing costs more than all the rest of a finding. */
type Draft<T> = { -readonly [K in keyof T]: T[K] };

const nothing: UrlVerdict = {};

/** Why a URL must stay that has no placeholder, as a destination that may be written has none. */
function guardWithin(url: UrlParts, rules: RuleSet): string | undefined {
  return rules.keep(url)?.guard ?? urlGuard(url);
}

/** Why this URL must stay as it is, whatever it redirects to. */
function ownGuard(url: UrlParts, rules: RuleSet): string | undefined {
  return guardWithin(url, rules) ?? (hasPlaceholder(url.text) ? 'placeholder' : undefined);
}

function evidenceOf(outer: Layer, inner: readonly Layer[]): readonly Evidence[] {
  if (inner.length === 0) return outer.evidence;
  const nested = inner.map(({ rule, redirect }) => ({
    name: 'link.nested',
    weight: 0,
    detail: rule ?? redirect,
  }));
  return [...outer.evidence, ...nested];
}

function linkOf(layers: readonly Layer[], guard: string | undefined): Omit<LinkFinding, 'where'> | undefined {
  const outer = layers[0];
  if (outer === undefined) return undefined;
  const destination = layers.at(-1)?.destination;
  const link: Draft<Omit<LinkFinding, 'where'>> = {
    kind: 'link',
    redirect: outer.redirect,
    certainty: layers.some((layer) => layer.certainty !== 'certain') ? 'probable' : 'certain',
    evidence: evidenceOf(outer, layers.slice(1)),
  };
  if (outer.operator !== undefined) link.operator = outer.operator;
  if (outer.rule !== undefined) link.rule = outer.rule;
  if (destination !== undefined) link.destination = destination.text;
  if (guard !== undefined) link.guard = guard;
  return link;
}

function paramsOf(
  url: UrlParts,
  rules: RuleSet,
  guardOf: () => string | undefined,
  isUnwrapped: boolean,
): Omit<ParamFinding, 'where'> | undefined {
  const cut = cutParams(url, rules, isUnwrapped);
  const first = cut?.rules[0];
  if (cut === undefined || first === undefined) return undefined;
  const reason =
    guardOf() ?? (isSigned(url, cut.names) ? 'signed' : isUnwrapped ? undefined : pageGuard(url));
  const param: Draft<Omit<ParamFinding, 'where'>> = {
    kind: 'param',
    certainty: cut.rules.some((rule) => rule.probable === true) ? 'probable' : 'certain',
    operator: first.operator,
    rule: first.id,
    evidence: cut.rules.map((rule) => ({ name: 'param.rule', weight: 10, detail: rule.id })),
    names: cut.names,
    result: cut.result,
  };
  if (reason !== undefined) param.guard = reason;
  return param;
}

/**
 * Judges a URL as written. `outside` is a guard by what stands around it in the message, `listed` says the same of a URL that a redirect
 * leads to.
 */
export function judgeUrl(
  text: string,
  rules: RuleSet,
  acts: Acts,
  outside: (text: string) => string | undefined,
): UrlVerdict {
  const url = parseUrl(text);
  if (url === undefined) return nothing;
  const { layers, isEndless, endsInRedirect } = unwrap(url, rules, acts);
  const outer = layers[0];
  if (outer === undefined) {
    const param = paramsOf(url, rules, () => outside(text) ?? ownGuard(url, rules), false);
    return param === undefined ? nothing : { param };
  }
  const destination = layers.at(-1)?.destination;
  const guard =
    outside(text) ??
    outer.guard ??
    (isEndless ? 'nesting' : undefined) ??
    // An opaque redirect stays in any case.
    (destination === undefined ? undefined : guardOfAll(url, layers, rules, outside));
  const link = linkOf(layers, guard);
  // Nothing of a redirect that stays is cut: its parameters are the counter's, and often signed. Nor of one that it leads to.
  const isLeft =
    guard !== undefined || destination === undefined || endsInRedirect || !acts(outer.redirect, url);
  const param = isLeft ? undefined : paramsOf(destination, rules, () => undefined, true);
  const verdict: Draft<UrlVerdict> = {};
  if (link !== undefined) verdict.link = link;
  if (param !== undefined) verdict.param = param;
  return verdict;
}

/** A guard of the redirect, or of any URL that it leads to on its way. */
function guardOfAll(
  url: UrlParts,
  layers: readonly Layer[],
  rules: RuleSet,
  outside: (text: string) => string | undefined,
): string | undefined {
  const own = ownGuard(url, rules);
  if (own !== undefined) return own;
  for (const { destination } of layers) {
    const guard =
      destination === undefined ? undefined : (outside(destination.text) ?? guardWithin(destination, rules));
    if (guard !== undefined) return guard;
  }
  return undefined;
}
