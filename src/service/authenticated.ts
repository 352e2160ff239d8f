import type { Authenticated } from '../auth/index.ts';
import type { CleanContext } from '../clean/index.ts';

/** The context with what authentication found: whose mail it is, our field on top, forged ones out, and whether it must stay as it is. */
export function withAuthentication(
  context: CleanContext,
  known: Authenticated,
  protectDmarcReject: boolean,
): CleanContext {
  // Where DNS does not say what the author's domain asks for, the next hop may find out, and reject what was edited.
  const isProtected =
    protectDmarcReject && (known.dmarcPolicy === 'reject' || known.dmarcPolicy === 'unknown');
  const prepend = Buffer.concat([known.field, context.prepend ?? Buffer.alloc(0)]);
  return {
    ...context,
    authenticatedDomains: known.domains,
    dmarc: known.dmarc,
    ...(prepend.length === 0 ? {} : { prepend }),
    removeFields: known.forged,
    reasons: [...(context.reasons ?? []), ...(isProtected ? (['dmarc-reject'] as const) : [])],
  };
}

/** Whom the message came from, as authentication needs it. */
export function authFacts(context: CleanContext): { ip: string; helo: string; sender: string } {
  return {
    ip: context.client?.address ?? '',
    helo: context.client?.helo ?? '',
    sender: context.sender ?? '',
  };
}
