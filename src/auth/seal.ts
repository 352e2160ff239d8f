import { sealMessage } from 'mailauth';
import { asStream } from './as-stream.ts';
import { capHeader } from './cap-header.ts';
import { defaultAuthCaps } from './types.ts';
import type { ArcOptions, AuthResult } from './types.ts';

/** Header fields covered by the message signature, where the message has them (RFC 8617 4.1.2: never ARC fields or A-R). */
const headerList =
  'From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:Content-Type:Content-Transfer-Encoding:' +
  'In-Reply-To:References:List-Id:List-Unsubscribe:List-Unsubscribe-Post:DKIM-Signature';

/**
 * The ARC set of ours (ARC-Seal, ARC-Message-Signature, ARC-Authentication-Results in this order, CRLF) to stand on top of `octets`, which
 * are final: nothing may be edited afterwards. undefined where it must not be sealed: a DNS answer is missing, so that a chain that may be
 * sound would be sealed as failed; or a chain that came in failed was sealed as failed before (RFC 8617 5.1.2).
 */
export async function arcSet(
  octets: Buffer,
  result: AuthResult,
  options: ArcOptions,
): Promise<Buffer | undefined> {
  if (result.hadDnsTrouble || !result.arcOpen) return undefined;
  // What costs too much to check costs as much to seal.
  if (capHeader(octets, defaultAuthCaps).octets === undefined) return undefined;
  const cv = result.arc;
  const set = await sealMessage(asStream(octets), {
    signingDomain: options.domain,
    selector: options.selector,
    privateKey: options.privateKey,
    authResults: result.authResults,
    cv,
    headerList,
    strict: true,
  });
  return set.length === 0 ? undefined : set;
}
