import type { RedirectRule } from '../../rules/format.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import type { UrlParts } from '../../url/index.ts';
import type { Certainty, Evidence, RedirectClass } from '../finding.ts';
import { decodeRedirect } from './decode/index.ts';
import { checkDestination } from './destination.ts';
import { withFragment } from './fragment.ts';
import { genericRedirect } from './generic.ts';

/** Wrappers nest: four deep in real mail, ten in a chain of dereferrers. What is deeper stays behind the eighth. */
const maxLayers = 8;

/** One redirect taken off. */
export interface Layer {
  readonly redirect: RedirectClass;
  readonly certainty: Certainty;
  readonly operator?: string;
  readonly rule?: string;
  readonly evidence: readonly Evidence[];
  /** undefined: opaque, or refused for the reason in `guard`. */
  readonly destination: UrlParts | undefined;
  readonly guard?: string;
}

/** Whether the policy takes off a redirect of this class with this URL. */
export type Acts = (redirect: RedirectClass, url: UrlParts) => boolean;

const rawTail: ReadonlySet<string> = new Set([
  'fragment',
  'path_after',
  'query_tail',
  'query_whole',
  'proofpoint',
]);

/** The destination with the redirect's fragment, unless the steps have taken that along. */
function complete(text: string, rule: RedirectRule, url: UrlParts): string {
  if (url.fragment === undefined) return text;
  const hasTail = rule.decode.some((step) => Object.keys(step).some((key) => rawTail.has(key)));
  return hasTail ? text : withFragment(text, url);
}

function ofRule(rule: RedirectRule): Omit<Layer, 'destination'> {
  return {
    redirect: rule.class ?? 'named',
    certainty: rule.probable === true ? 'probable' : 'certain',
    operator: rule.operator,
    rule: rule.id,
    evidence: [{ name: 'link.rule', weight: rule.probable === true ? 6 : 10, detail: rule.id }],
  };
}

function named(url: UrlParts, rules: RuleSet): Layer | undefined {
  let fallback: Layer | undefined;
  for (const rule of rules.redirects(url)) {
    const text = decodeRedirect(rule.decode, url);
    const destination = text === undefined ? undefined : checkDestination(complete(text, rule, url));
    if (destination?.kind === 'good') return { ...ofRule(rule), destination: destination.url };
    const guard = destination?.kind === 'refused' ? { guard: destination.guard } : {};
    fallback ??= { ...ofRule(rule), ...guard, destination: undefined };
  }
  return fallback;
}

function opaque(url: UrlParts, rules: RuleSet): Layer | undefined {
  const rule = rules.opaque(url);
  if (rule === undefined) return undefined;
  return {
    redirect: 'named',
    certainty: rule.probable === true ? 'probable' : 'certain',
    operator: rule.operator,
    rule: rule.id,
    evidence: [{ name: 'link.opaque-rule', weight: 10, detail: rule.id }],
    destination: undefined,
  };
}

/** The redirect that this URL is, if any: by a rule, by an opaque rule, or by the generic decoder. */
export function outerLayer(url: UrlParts, rules: RuleSet): Layer | undefined {
  const known = named(url, rules);
  if (known?.destination !== undefined || known?.guard !== undefined) return known;
  const unknown = opaque(url, rules) ?? known;
  if (unknown !== undefined) return unknown;
  const generic = genericRedirect(url);
  if (generic === undefined) return undefined;
  return {
    redirect: 'generic',
    certainty: 'certain',
    evidence: generic.evidence,
    destination: generic.destination,
  };
}

export interface Unwrapped {
  /** From outside in; empty where the URL is no redirect. */
  readonly layers: readonly Layer[];
  /** More layers than anybody means to write, or a circle: a second pass would go on, so that none is taken off. */
  readonly isEndless: boolean;
  /** What stands at the end is itself a redirect: opaque, or one that the policy keeps. */
  readonly endsInRedirect: boolean;
}

function isSeen(destination: UrlParts | undefined, url: UrlParts, layers: readonly Layer[]): boolean {
  if (destination === undefined) return false;
  const { text } = destination;
  return text === url.text || layers.some((layer) => layer.destination?.text === text);
}

/**
 * Takes off redirects from outside in, the first whatever its class, further ones only where the policy acts on their class: what stands
 * at the end is what a second pass would leave alone.
 */
export function unwrap(url: UrlParts, rules: RuleSet, acts: Acts): Unwrapped {
  const layers: Layer[] = [];
  let at: UrlParts | undefined = url;
  while (at !== undefined) {
    const layer = outerLayer(at, rules);
    if (layer === undefined) break;
    // Behind the first, what cannot be read or may not be taken off is the destination itself.
    if (layers.length > 0 && (layer.destination === undefined || !acts(layer.redirect, at))) {
      return { layers, isEndless: false, endsInRedirect: true };
    }
    if (layers.length === maxLayers || isSeen(layer.destination, url, layers)) {
      return { layers, isEndless: true, endsInRedirect: true };
    }
    layers.push(layer);
    at = layer.destination;
  }
  return { layers, isEndless: false, endsInRedirect: false };
}
