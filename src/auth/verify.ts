import { authenticate } from 'mailauth';
import { asStream } from './as-stream.ts';
import { capHeader } from './cap-header.ts';
import { noResult } from './no-result.ts';
import { resultsValue } from './results-value.ts';
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

type Dmarc = Awaited<ReturnType<typeof authenticate>>['dmarc'];

function policyOf(dmarc: Dmarc): AuthResult['dmarcPolicy'] {
  if (!dmarc) return 'none';
  const { policy } = dmarc;
  if (policy === undefined) return dmarc.status.result === 'temperror' ? 'unknown' : 'none';
  const isReject = policy === 'reject' || (policy === 'quarantine' && dmarc.testMode);
  if (isReject) return 'reject';
  return policy === 'quarantine' ? 'quarantine' : 'none';
}

async function run(
  octets: Buffer,
  facts: AuthFacts,
  id: string,
  resolver: MessageResolver,
): Promise<AuthResult> {
  const found = await authenticate(asStream(octets), {
    ...(facts.ip === '' ? {} : { ip: facts.ip }),
    helo: facts.helo,
    sender: facts.sender,
    mta: id,
    strict: true,
    disableBimi: true,
    resolver: (name, type) => resolver.resolve(name, type),
  });
  const { dmarc, arc, spf } = found;
  const { hadTrouble } = resolver;
  // RFC 8617 knows no temporary failure, so mailauth calls a chain whose key did not arrive failed; we say nothing of it then.
  const saysArc = !(hadTrouble && arc && arc.status.result === 'fail');
  const arcResult = arc && saysArc ? arc.status.result : 'none';
  // Of a client that is not known there is nothing to say; mailauth calls it trouble.
  const saysSpf = facts.ip !== '';
  const statements = [
    ...found.dkim.results.map(({ info }) => info),
    ...(spf && saysSpf ? [spf.info] : []),
    ...(arc && saysArc ? [arc.info] : []),
    // Its comment repeats what was said of the chain.
    ...(dmarc ? [saysArc ? dmarc.info : dmarc.info?.replace(' arc=fail', '')] : []),
  ].filter((info) => info !== undefined);
  return {
    spf: verdict(spf && saysSpf ? spf.status.result : undefined),
    dkim: found.dkim.results.map(({ signingDomain, selector, status }) => ({
      domain: (signingDomain ?? '').toLowerCase(),
      selector: selector ?? '',
      result: verdict(status.result),
    })),
    dmarc: verdict(dmarc ? dmarc.status.result : undefined),
    dmarcPolicy: policyOf(dmarc),
    fromDomain: (dmarc ? (dmarc.status.header?.from ?? '') : '').toLowerCase(),
    arc: arcResult === 'pass' || arcResult === 'fail' ? arcResult : 'none',
    arcOpen:
      arc && saysArc ? arcResult === 'none' || arcResult === 'pass' || arc.status.shouldSeal === true : false,
    authResults: resultsValue(id, statements),
    hadDnsTrouble: hadTrouble,
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
  const { octets: bounded, author, capped } = capHeader(octets, caps);
  const resolver = new MessageResolver(lookup, caps.dnsQueries, caps.dnsTimeoutMs);
  const overCaps = noResult(id, 'permerror', capped);
  const check = async (): Promise<AuthResult> => {
    if (bounded !== undefined) return { ...(await run(bounded, facts, id, resolver)), capped };
    if (author === undefined) return overCaps;
    const { dmarcPolicy, hadDnsTrouble } = await run(author, { ...facts, ip: '' }, id, resolver);
    return { ...overCaps, dmarcPolicy, hadDnsTrouble };
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<AuthResult>((resolve) => {
    timer = setTimeout(() => resolve(noResult(id, 'temperror', capped)), caps.deadlineMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return noResult(id, 'temperror', capped);
  } finally {
    clearTimeout(timer);
  }
}
