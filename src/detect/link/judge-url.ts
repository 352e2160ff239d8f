import type { RuleSet } from '../../rules/rule-set.ts';
import { parseUrl, type UrlParts } from '../../url/index.ts';
import type { LinkFinding, ParamFinding } from '../finding.ts';
import { cutParams } from './cut-params.ts';
import { hasPlaceholder } from './destination.ts';
import { isSigned, pageGuard, urlGuard } from './guard/index.ts';
import { unwrap, type Acts, type Layer } from './unwrap.ts';

/** A verdict on a URL, wherever in the message it stands. */
export interface UrlVerdict {
  readonly link?: Omit<LinkFinding, 'where'>;
  readonly param?: Omit<ParamFinding, 'where'>;
}

const nothing: UrlVerdict = {};

/** Why this URL must stay as it is, whatever it redirects to. */
function ownGuard(url: UrlParts, rules: RuleSet): string | undefined {
  return rules.keep(url)?.guard ?? urlGuard(url) ?? (hasPlaceholder(url.text) ? 'placeholder' : undefined);
}

function linkOf(layers: readonly Layer[], guard: string | undefined): Omit<LinkFinding, 'where'> | undefined {
  const outer = layers[0];
  if (outer === undefined) return undefined;
  const destination = layers.at(-1)?.destination;
  const inner = layers
    .slice(1)
    .map((layer) => ({ name: 'link.nested', weight: 0, detail: layer.rule ?? layer.redirect }));
  const certainty = layers.some((layer) => layer.certainty !== 'certain') ? 'probable' : 'certain';
  return {
    kind: 'link',
    redirect: outer.redirect,
    certainty,
    evidence: [...outer.evidence, ...inner],
    ...(outer.operator === undefined ? {} : { operator: outer.operator }),
    ...(outer.rule === undefined ? {} : { rule: outer.rule }),
    ...(destination === undefined ? {} : { destination: destination.text }),
    ...(guard === undefined ? {} : { guard }),
  };
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
  return {
    kind: 'param',
    certainty: cut.rules.some((rule) => rule.probable === true) ? 'probable' : 'certain',
    operator: first.operator,
    rule: first.id,
    evidence: cut.rules.map((rule) => ({ name: 'param.rule', weight: 10, detail: rule.id })),
    names: cut.names,
    result: cut.result,
    ...(reason === undefined ? {} : { guard: reason }),
  };
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
  return { ...(link === undefined ? {} : { link }), ...(param === undefined ? {} : { param }) };
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
      destination === undefined ? undefined : (outside(destination.text) ?? ownGuard(destination, rules));
    if (guard !== undefined) return guard;
  }
  return undefined;
}
