import type { CleanContext } from '../clean/context.ts';
import { loopToken, receivedField, withKeyword } from './received.ts';
import type { SessionState } from './session-state.ts';
import type { Copy, Transaction } from './transaction.ts';

interface ContextFacts {
  readonly bareLineEnds: number;
  /** The topmost Received field is a mailsluice's. */
  readonly fromMailsluice: boolean;
  readonly prepend: Buffer;
}

/** What the filter is told about one copy of the message. */
export function contextOf(
  state: SessionState,
  transaction: Transaction,
  copy: Copy,
  facts: ContextFacts,
): CleanContext {
  const { bareLineEnds, fromMailsluice, prepend } = facts;
  const { client, sender, options } = transaction.parts;
  const reasons = [
    ...(bareLineEnds > 0 ? (['line-ends'] as const) : []),
    ...(client.login === undefined ? [] : (['outbound'] as const)),
  ];
  return {
    recipients: copy.recipients,
    sender: sender.address,
    client: {
      ...(client.address === undefined ? {} : { address: client.address }),
      ...(client.name === undefined ? {} : { name: client.name }),
      ...(client.helo === undefined ? {} : { helo: client.helo }),
    },
    receivedBy: options.hostname,
    prepend,
    reasons,
    // A trusted Postfix carries strangers' mail too: the message must come from a mailsluice itself, not only past one.
    trustedPeer: state.trusted && fromMailsluice,
  };
}

/** Our Received field for one copy; empty where it is configured off. */
export function received(state: SessionState, transaction: Transaction, copy: Copy): string {
  const { options, client, lmtp, id, utf8 } = transaction.parts;
  if (!options.listener.received) return '';
  const { secure } = state;
  const [only, ...others] = copy.recipients;
  return receivedField({
    helo: client.helo,
    name: client.name,
    address: client.address,
    by: options.hostname,
    protocol: withKeyword({
      lmtp,
      extended: state.hello?.extended === true,
      secure: secure !== undefined,
      authenticated: client.login !== undefined,
      utf8,
    }),
    tls: secure,
    id,
    token: tokenOf(state, copy),
    // RFC 6532: only a message that came with SMTPUTF8 may have such a header.
    recipient: others.length === 0 && (utf8 || isAscii(only)) ? only : undefined,
    date: new Date(),
  });
}

const isAscii = (text: string | undefined): boolean => text !== undefined && /^[\x20-\x7e]*$/.test(text);

/** Our mark in the Received field of this copy. */
export function tokenOf(state: SessionState, copy: Copy): string {
  return loopToken(state.context.loopSecret, copy.recipients);
}
