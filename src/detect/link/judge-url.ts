import type { RuleSet } from '../../rules/rule-set.ts';
import { parseUrl, type UrlParts } from '../../url/index.ts';
import type { LinkFinding, ParamFinding } from '../finding.ts';
import { cutParams } from './cut-params.ts';
import { hasPlaceholder } from './destination.ts';
import { isSigned, pageGuard, urlGuard } from './guard/index.ts';
import { outerLayer, unwrap, type Acts, type Layer } from './unwrap.ts';

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
  guard: string | undefined,
  isUnwrapped: boolean,
): Omit<ParamFinding, 'where'> | undefined {
  const cut = cutParams(url, rules, isUnwrapped);
  const first = cut?.rules[0];
  if (cut === undefined || first === undefined) return undefined;
  const reason = guard ?? (isSigned(url, cut.names) ? 'signed' : isUnwrapped ? undefined : pageGuard(url));
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
  const { layers, isEndless } = unwrap(url, rules, acts);
  const outer = layers[0];
  if (outer === undefined) {
    const param = paramsOf(url, rules, outside(text) ?? ownGuard(url, rules), false);
    return param === undefined ? nothing : { param };
  }
  const destination = layers.at(-1)?.destination;
  const steps = layers.flatMap((layer) => (layer.destination === undefined ? [] : [layer.destination]));
  const guard =
    outside(text) ??
    outer.guard ??
    ownGuard(url, rules) ??
    (isEndless ? 'nesting' : undefined) ??
    steps.map((step) => outside(step.text) ?? ownGuard(step, rules)).find((each) => each !== undefined);
  const link = linkOf(layers, guard);
  // Nothing of a redirect that stays is cut: its parameters are the counter's, and often signed.
  const isLeft = guard !== undefined || destination === undefined || !acts(outer.redirect, url);
  const param = isLeft ? undefined : innerParams(destination, rules);
  return { ...(link === undefined ? {} : { link }), ...(param === undefined ? {} : { param }) };
}

/** Parameters of a destination; none where that is itself a redirect which stays (opaque, affiliate, protective). */
function innerParams(url: UrlParts, rules: RuleSet): Omit<ParamFinding, 'where'> | undefined {
  return outerLayer(url, rules) !== undefined ? undefined : paramsOf(url, rules, undefined, true);
}
