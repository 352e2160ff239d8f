import type { Extensions } from './next-hop/types.ts';
import { XCLIENT_ATTRIBUTES, XFORWARD_ATTRIBUTES } from './peer-facts.ts';

/** Extensions that we can carry and whose meaning is the next hop's; none of them is offered without it. */
const CARRIED = ['8BITMIME', 'ENHANCEDSTATUSCODES', 'DSN', 'SMTPUTF8', 'REQUIRETLS'];
/** What EHLO says as long as the next hop has never answered. */
const BEFORE_FIRST_ANSWER = ['8BITMIME', 'ENHANCEDSTATUSCODES'];

export interface OfferFacts {
  readonly nextHop: Extensions | undefined;
  readonly maxBytes: number;
  readonly secure: boolean;
  readonly canStartTls: boolean;
  readonly trusted: boolean;
}

/** The smaller of our own limit and the next hop's SIZE (RFC 1870: none or 0 says nothing). */
export function sizeLimit(maxBytes: number, nextHop: Extensions | undefined): number {
  const text = nextHop?.keywords.get('SIZE') ?? '';
  const theirs = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return theirs > 0 ? Math.min(maxBytes, theirs) : maxBytes;
}

/** The lines of an EHLO or LHLO reply behind the first: what we can do and the next hop offers. */
export function offeredLines(facts: OfferFacts): readonly string[] {
  const theirs = facts.nextHop?.keywords;
  const carried = CARRIED.filter((keyword) => {
    if (theirs === undefined) return BEFORE_FIRST_ANSWER.includes(keyword);
    // RFC 8689 5: only over TLS, on either side.
    return theirs.has(keyword) && (keyword !== 'REQUIRETLS' || facts.secure);
  });
  return [
    'PIPELINING',
    `SIZE ${sizeLimit(facts.maxBytes, facts.nextHop)}`,
    ...(facts.canStartTls ? ['STARTTLS'] : []),
    ...carried,
    ...(facts.trusted ? [`XCLIENT ${XCLIENT_ATTRIBUTES.join(' ')}`] : []),
    ...(facts.trusted ? [`XFORWARD ${XFORWARD_ATTRIBUTES.join(' ')}`] : []),
  ];
}

/** The extension that a MAIL or RCPT parameter belongs to; undefined: none that we carry. */
export function extensionOf(command: 'MAIL' | 'RCPT', keyword: string, value: string): string | undefined {
  if (command === 'RCPT') return keyword === 'NOTIFY' || keyword === 'ORCPT' ? 'DSN' : undefined;
  switch (keyword) {
    case 'SIZE':
      return 'SIZE';
    case 'BODY':
      return /^(7BIT|8BITMIME)$/i.test(value) ? '8BITMIME' : undefined;
    case 'SMTPUTF8':
    case 'REQUIRETLS':
      return value === '' ? keyword : undefined;
    case 'RET':
    case 'ENVID':
      return 'DSN';
    default:
      return undefined;
  }
}
