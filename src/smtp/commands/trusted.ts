import { readAttributes, XCLIENT_ATTRIBUTES, XFORWARD_ATTRIBUTES } from '../peer-facts.ts';
import { plainAddress } from '../networks.ts';
import { REPLIES, say } from '../reply.ts';
import { answer, endTransaction, type Next, refuse, type SessionState } from '../session-state.ts';

/** XCLIENT: the session starts anew as that of another client (Postfix XCLIENT_README). */
export async function xclient(state: SessionState, argument: string): Promise<Next> {
  if (!state.trusted) return refuse(state, REPLIES.notImplemented);
  if (state.transaction !== undefined) return refuse(state, REPLIES.nestedMail);
  const told = readAttributes(argument, XCLIENT_ATTRIBUTES);
  if (told === undefined) return refuse(state, REPLIES.badSyntax);
  await endTransaction(state);
  const { client } = state;
  const address = 'address' in told ? plainAddress(told.address) : client.address;
  state.client = {
    address,
    port: 'port' in told ? told.port : client.port,
    // The name of the peer is not that of the client it speaks for.
    name: 'name' in told ? told.name : 'address' in told ? undefined : client.name,
    login: 'login' in told ? told.login : client.login,
    helo: 'helo' in told ? told.helo : client.helo,
    protocol: 'protocol' in told ? told.protocol : client.protocol,
    destAddress: 'destAddress' in told ? told.destAddress : client.destAddress,
    destPort: 'destPort' in told ? told.destPort : client.destPort,
  };
  // As in Postfix: a proxy that hands on what its client says must not lend it our trust, or it would name itself anew.
  if ('address' in told) state.trusted = address !== undefined && state.context.isTrusted(address);
  state.reverseName = undefined;
  state.hello = undefined;
  return answer(state, greeting(state));
}

/** XFORWARD: who the next transaction's client is, for logs and the next hop (Postfix XFORWARD_README). */
export function xforward(state: SessionState, argument: string): Next {
  if (!state.trusted) return refuse(state, REPLIES.notImplemented);
  if (state.transaction !== undefined) return refuse(state, REPLIES.nestedMail);
  const told = readAttributes(argument, XFORWARD_ATTRIBUTES);
  if (told === undefined) return refuse(state, REPLIES.badSyntax);
  state.forwarded = { ...state.forwarded, ...told };
  return answer(state, REPLIES.ok);
}

export function greeting(state: SessionState): ReturnType<typeof say> {
  return say(220, `${state.context.options.hostname} ${state.lmtp ? 'LMTP' : 'ESMTP'} mailsluice`);
}
