import type { Decided } from '../clean/index.ts';
import type { Evidence, LinkFinding, ParamFinding, PixelFinding } from '../detect/finding.ts';
import { certaintyFrom, scoreOf, weights } from '../detect/load/index.ts';
import type { Weighed } from '../detect/load/index.ts';

/** What would be lost; by the name of the guard, which a rule may have given it. */
const guards: Readonly<Record<string, string>> = {
  unsubscribe: 'the link acts for this reader',
  preferences: 'the link acts for this reader',
  view: 'the link shows this reader’s own copy',
  list: 'it stands in a List field of the header, too',
  confirm: 'the link may work only once',
  verify: 'the link may work only once',
  reset: 'the link may work only once',
  invite: 'the link may work only once',
  'one-time': 'the link may work only once',
  payment: 'a payment could go astray',
  'sign-in': 'what looks like a destination is where the sign-in returns to',
  placeholder: 'the sender left a placeholder in it, which is filled in on the way',
  nesting: 'it has more redirects inside one another than anybody means to write',
  signed: 'a signature may cover what would be cut',
  account: 'it leads to an account, not to a page of content',
  counter: 'it leads to a counter that no rule names',
  simulation: 'cutting it would spoil a training against phishing',
};

function isWeighed(evidence: Evidence): evidence is Weighed {
  return evidence.name in weights;
}

function ofPixel({ personal, certainty, evidence }: PixelFinding): string | undefined {
  if (personal) {
    return 'it may show something to the reader, so that no identifier makes it more than possible; personal_images: neutralise takes it out';
  }
  const wanted = certainty === 'possible' ? 'probable' : 'certain';
  const score = scoreOf(evidence.filter(isWeighed));
  const missing = certaintyFrom[wanted] - score;
  return missing > 0
    ? `the evidence adds up to ${score}; ${wanted} begins at ${certaintyFrom[wanted]}, ${missing} more`
    : undefined;
}

function ofGuard({ guard = '' }: LinkFinding | ParamFinding): string {
  if (guard.startsWith('destination.')) return 'the destination is a private or disguised host';
  return guards[guard] ?? 'it carries a URL and is no redirect';
}

/** Of what was found and left: what is missing for the other decision, or what it would break; undefined where the policy says all. */
export function whyNot({ finding, action, because }: Decided): string | undefined {
  if (action !== 'kept') return undefined;
  if (finding.kind === 'pixel') {
    const byEvidence = because.includes(': thresholds.pixels=') || because.includes(': personal_images=');
    return byEvidence ? ofPixel(finding) : undefined;
  }
  if (because.startsWith('guard ') && finding.kind !== 'receipt') return ofGuard(finding);
  if (because.startsWith('opaque:')) {
    return 'no rule and no decoder finds a whole http(s) URL in it, and cutting it would break the link';
  }
  return undefined;
}
