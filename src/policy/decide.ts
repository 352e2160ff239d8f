import type {
  Certainty,
  Finding,
  LinkFinding,
  ParamFinding,
  PixelFinding,
  RedirectClass,
} from '../detect/finding.ts';
import { allowing } from './allow.ts';
import type { AllowContext } from './allow.ts';
import { hostMatches } from '../rules/matching.ts';
import { parseUrl } from '../url/index.ts';
import type { AllowEntry, Knob, Policy } from './policy.ts';

/** What the policy wants done about a finding; whether the octets allow it is for the editor to say. */
export type Wish = 'remove' | 'rewrite' | 'keep';

export interface Decision {
  readonly wish: Wish;
  /** What decided, for people: `policy default: pixels=act`, `guard unsubscribe`, `allow mailsluice.yaml:41 (why)`. */
  readonly because: string;
}

const rank: Readonly<Record<Certainty, number>> = { possible: 0, probable: 1, certain: 2 };

function keep(because: string): Decision {
  return { wish: 'keep', because };
}

function byKnob(policy: Policy, key: string, knob: Knob, wish: Wish): Decision {
  return { wish: knob === 'act' ? wish : 'keep', because: `policy ${policy.name}: ${key}=${knob}` };
}

function decidePixel(finding: PixelFinding, policy: Policy): Decision {
  if (finding.needless) return byKnob(policy, 'pixels', policy.pixels, 'remove');
  if (finding.personal) {
    const wish = policy.personalImages === 'neutralise' && policy.pixels === 'act' ? 'remove' : 'keep';
    return { wish, because: `policy ${policy.name}: personal_images=${policy.personalImages}` };
  }
  if (rank[finding.certainty] < rank[policy.pixelThreshold]) {
    return keep(
      `policy ${policy.name}: thresholds.pixels=${policy.pixelThreshold}, this is ${finding.certainty}`,
    );
  }
  return byKnob(policy, 'pixels', policy.pixels, finding.destination === undefined ? 'remove' : 'rewrite');
}

/** Whether a protective rewriter's link runs through a host of our own tenant. */
function isOwnRewriter(host: string, policy: Policy): boolean {
  return policy.ownRewriters.some((pattern) => hostMatches(pattern, host));
}

/** Whether the policy takes redirects of this class off; nested ones are followed only as far as it does. */
export function takesOff(redirect: RedirectClass, host: string, policy: Policy): boolean {
  const { links } = policy;
  switch (redirect) {
    case 'named':
      return links.named === 'act';
    case 'generic':
      return links.generic === 'act';
    case 'affiliate':
      return links.affiliate === 'unwrap';
    case 'protective':
      return (
        links.protective === 'unwrap' || (links.protective === 'foreign' && !isOwnRewriter(host, policy))
      );
  }
}

function hostOf(finding: LinkFinding): string {
  return finding.where.kind === 'place' ? (parseUrl(finding.where.place.urls[0] ?? '')?.host ?? '') : '';
}

function decideLink(finding: LinkFinding, policy: Policy): Decision {
  if (finding.destination === undefined) return keep('opaque: the destination is known to its operator only');
  const { links } = policy;
  switch (finding.redirect) {
    case 'named':
      return byKnob(policy, 'links.named', links.named, 'rewrite');
    case 'generic':
      if (rank[finding.certainty] < rank[policy.genericThreshold]) {
        return keep(
          `policy ${policy.name}: thresholds.generic=${policy.genericThreshold}, this is ${finding.certainty}`,
        );
      }
      return byKnob(policy, 'links.generic', links.generic, 'rewrite');
    case 'affiliate':
    case 'protective':
      return {
        wish: takesOff(finding.redirect, hostOf(finding), policy) ? 'rewrite' : 'keep',
        because: `policy ${policy.name}: links.${finding.redirect}=${links[finding.redirect]}`,
      };
  }
}

/** ` (why; until day)`, what is given of them. */
function noteOf({ why, until }: AllowEntry): string {
  const words = [why, until === undefined ? undefined : `until ${until}`].filter(
    (word) => word !== undefined,
  );
  return words.length === 0 ? '' : ` (${words.join('; ')})`;
}

function guardOf(finding: Finding): string | undefined {
  return finding.kind === 'link' || finding.kind === 'param' ? finding.guard : undefined;
}

/**
 * What this policy does about a finding. An `allow` entry and a guard come before every knob. `link` is the decision about the
 * redirect at the same place: parameters of a destination go only where the link is rewritten.
 */
export function decide(finding: Finding, policy: Policy, context: AllowContext, link?: Decision): Decision {
  const allowed = allowing(finding, policy.allow, context);
  if (allowed !== undefined) {
    return keep(`allow ${allowed.at ?? policy.name}${noteOf(allowed)}`);
  }
  const guard = guardOf(finding);
  if (guard !== undefined) return keep(`guard ${guard}`);
  switch (finding.kind) {
    case 'pixel':
      return decidePixel(finding, policy);
    case 'link':
      return decideLink(finding, policy);
    case 'param':
      return decideParam(finding, policy, link);
    case 'receipt':
      return {
        wish: policy.receipts === 'remove' ? 'remove' : 'keep',
        because: `policy ${policy.name}: receipts=${policy.receipts}`,
      };
  }
}

function decideParam(_finding: ParamFinding, policy: Policy, link: Decision | undefined): Decision {
  if (link !== undefined && link.wish === 'keep') return keep(link.because);
  return byKnob(policy, 'params', policy.params, 'rewrite');
}
