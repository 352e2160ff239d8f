import { authenticate } from 'mailauth';
import { capHeader } from './cap-header.ts';
import { MessageResolver } from './resolver.ts';
import type { Lookup } from './resolver.ts';
import type { AuthCaps, AuthFacts, AuthResult, Verdict } from './types.ts';

const verdicts: ReadonlySet<string> = new Set([
  'pass',
  'fail',
  'softfail',
  'neutral',
  'none',
  'policy',
  'temperror',
  'permerror',
] satisfies readonly Verdict[]);

function isVerdict(result: string): result is Verdict {
  return verdicts.has(result);
}

function verdict(result: string | undefined): Verdict {
  return result !== undefined && isVerdict(result) ? result : 'none';
}

function policyOf(text: string | undefined): AuthResult['dmarcPolicy'] {
  return text === 'reject' || text === 'quarantine' ? text : 'none';
}

function nothing(id: string, result: Verdict, capped: readonly string[], hadDnsTrouble: boolean): AuthResult {
  const dmarc = result;
  const authResults = `${id};\r\n dkim=${result};\r\n dmarc=${result}`;
  return {
    spf: 'none',
    dkim: [],
    dmarc,
    dmarcPolicy: 'none',
    fromDomain: '',
    arc: 'none',
    arcOpen: false,
    authResults,
    hadDnsTrouble,
    capped,
  };
}

async function run(
  octets: Buffer,
  facts: AuthFacts,
  id: string,
  resolver: MessageResolver,
): Promise<AuthResult> {
  const found = await authenticate(octets, {
    // A client that is not known has no SPF; mailauth then leaves it out.
    ...(facts.ip === '' ? {} : { ip: facts.ip }),
    helo: facts.helo,
    sender: facts.sender,
    mta: id,
    strict: true,
    disableBimi: true,
    resolver: (name, type) => resolver.resolve(name, type),
  });
  const { dmarc, arc, spf } = found;
  const line = /^Authentication-Results: ([^]*?)\r\n(?! )/m.exec(found.headers);
  const arcResult = arc ? arc.status.result : 'none';
  return {
    spf: verdict(spf ? spf.status.result : undefined),
    dkim: found.dkim.results.map(({ signingDomain, selector, status }) => ({
      domain: (signingDomain ?? '').toLowerCase(),
      selector: selector ?? '',
      result: verdict(status.result),
    })),
    dmarc: verdict(dmarc ? dmarc.status.result : undefined),
    dmarcPolicy: policyOf(dmarc ? dmarc.policy : undefined),
    fromDomain: (dmarc ? (dmarc.status.header?.from ?? '') : '').toLowerCase(),
    arc: arcResult === 'pass' || arcResult === 'fail' ? arcResult : 'none',
    arcOpen: arc ? arcResult === 'none' || arcResult === 'pass' || arc.status.shouldSeal === true : false,
    authResults: line?.[1] ?? `${id}; none`,
    hadDnsTrouble: resolver.hadTrouble,
    capped: [],
  };
}

/**
 * Checks SPF, DKIM, DMARC (RFC 9989, tree walk) and ARC of a message as received, strictly by their RFCs. Never rejects: trouble is
 * `temperror`, a message over the caps `permerror`.
 */
export async function verifyMessage(
  octets: Buffer,
  facts: AuthFacts,
  id: string,
  lookup: Lookup,
  caps: AuthCaps,
): Promise<AuthResult> {
  const { octets: bounded, capped } = capHeader(octets, caps);
  if (bounded === undefined) return nothing(id, 'permerror', capped, false);
  const resolver = new MessageResolver(lookup, caps.dnsQueries, caps.dnsTimeoutMs);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<AuthResult>((resolve) => {
    timer = setTimeout(() => resolve(nothing(id, 'temperror', capped, true)), caps.deadlineMs);
  });
  try {
    const result = await Promise.race([run(bounded, facts, id, resolver), late]);
    return { ...result, capped };
  } catch {
    return nothing(id, 'temperror', capped, true);
  } finally {
    clearTimeout(timer);
  }
}

/** Domains whose mail this is beyond doubt: the author's, where DMARC passed. */
export function authenticatedDomains(result: AuthResult): readonly string[] {
  return result.dmarc === 'pass' && result.fromDomain !== '' ? [result.fromDomain] : [];
}
