import { behindKeyword, hasControl } from '../command.ts';
import type { Envelope } from '../filter.ts';
import { isLoopback } from '../networks.ts';
import type { ClientFacts, Extensions, Reply } from '../next-hop/types.ts';
import { extensionOf, sizeLimit } from '../offer.ts';
import { mayReceive, type Param, type Path, readPath } from '../path.ts';
import { REPLIES, say } from '../reply.ts';
import { answer, endTransaction, type Next, noteLimit, refuse, type SessionState } from '../session-state.ts';
import { openNextHop, Transaction } from '../transaction.ts';

const REVERSE_NAME_MS = 3000;

export async function mail(state: SessionState, argument: string): Promise<Next> {
  if (state.hello === undefined) return refuse(state, REPLIES.helloFirst);
  if (state.transaction !== undefined) return refuse(state, REPLIES.nestedMail);
  const path = readArgument(argument, 'FROM');
  if ('code' in path) return refuse(state, path);
  const unknown = path.params.find(({ keyword, value }) => extensionOf('MAIL', keyword, value) === undefined);
  if (unknown !== undefined) return refuse(state, REPLIES.unknownParameter);
  const { options } = state.context;
  const reverse = await Promise.race([state.reverseName, pause(state.reverseName, REVERSE_NAME_MS)]);
  if (reverse !== undefined) state.client = { ...state.client, name: reverse };
  const id = state.context.nextId();
  const client = clientFacts(state, id);
  const opened = await openNextHop(options, client, options.limits.deadlineMs);
  if (opened.kind === 'unavailable') {
    noteTrouble(state, opened.reply);
    return answer(state, opened.reply);
  }
  const { extensions } = opened.session;
  const trouble = unfit(state, path.params, extensions);
  if (trouble !== undefined) {
    opened.session.release();
    return refuse(state, trouble, trouble === REPLIES.tooBig ? 'max_message' : undefined);
  }
  const begun = await Transaction.begin(
    {
      id,
      options,
      lmtp: state.lmtp,
      client,
      envelope: envelopeOf(client, path),
      sender: path,
      mailArgument: extensions.keywords.has('SIZE') ? path.octets : withoutSize(path),
      utf8: path.params.some(({ keyword }) => keyword === 'SMTPUTF8'),
      onLost: (reply) => noteTrouble(state, reply),
    },
    opened.session,
  );
  if (begun.kind === 'open') state.transaction = begun.transaction;
  else noteTrouble(state, begun.reply);
  return answer(state, begun.reply);
}

export async function rcpt(state: SessionState, argument: string): Promise<Next> {
  const { transaction } = state;
  if (transaction === undefined) return refuse(state, REPLIES.mailFirst);
  const path = readArgument(argument, 'TO');
  if ('code' in path) return refuse(state, path);
  const { options } = state.context;
  const { extensions } = transaction.copies[0]?.hop ?? { extensions: undefined };
  const trouble = extensions === undefined ? undefined : unfitParams(state, 'RCPT', path.params, extensions);
  if (trouble !== undefined) return refuse(state, trouble);
  if (!mayReceive(path, options.listener.recipientDomains)) {
    transaction.refused++;
    return refuse(state, REPLIES.relayDenied, 'relay');
  }
  if (transaction.accepted.length >= options.limits.recipients) {
    noteLimit(state, 'recipients');
    return answer(state, REPLIES.tooManyRecipients);
  }
  const reply = await transaction.rcpt(path.octets, path);
  if (reply === REPLIES.otherPolicy || reply === REPLIES.oneByOne) noteLimit(state, 'policies');
  noteTrouble(state, reply);
  return answer(state, reply);
}

export async function rset(state: SessionState): Promise<Next> {
  await endTransaction(state);
  return answer(state, REPLIES.ok);
}

/** Tells of a next hop that could not be asked, or did not answer. */
function noteTrouble(state: SessionState, reply: Reply): void {
  const { cause, errno, lines } = reply;
  if (reply === REPLIES.nextHopLate) noteLimit(state, 'deadline');
  // Else aborted because this session is over: no trouble of the next hop's.
  else if (cause !== undefined && cause !== 'aborted') {
    state.context.emit({ kind: 'unavailable', session: state.id, cause, errno, text: lines.join(' ') });
  }
}

/** The client as the next hop shall see it: XFORWARD's word over the connection's. `ident`: our id of the message. */
export function clientFacts(state: SessionState, ident: string | undefined): ClientFacts {
  const { client, forwarded, hello, lmtp } = state;
  const own = lmtp ? 'LMTP' : hello?.extended === false ? 'SMTP' : 'ESMTP';
  const base = {
    name: client.name,
    address: client.address,
    port: client.port,
    helo: client.helo ?? hello?.name,
    protocol: client.protocol ?? own,
    source: client.address === undefined || isLoopback(client.address) ? 'LOCAL' : 'REMOTE',
  } as const;
  const told = forwarded === undefined ? base : { ...NOBODY, source: base.source, ...forwarded };
  return {
    ...told,
    ident: forwarded?.ident ?? ident,
    login: client.login,
    destAddress: client.destAddress,
    destPort: client.destPort,
  };
}

/** A peer that forwards anything forwards all it knows: the rest is not its own connection's. */
const NOBODY = {
  name: undefined,
  address: undefined,
  port: undefined,
  helo: undefined,
  protocol: undefined,
} as const;

type ReadPath = Path & { readonly octets: string };

function readArgument(argument: string, keyword: 'FROM' | 'TO'): ReadPath | Reply {
  if (hasControl(argument)) return REPLIES.badCharacters;
  const octets = behindKeyword(argument, keyword);
  if (octets === undefined) return REPLIES.badSyntax;
  const path = readPath(octets);
  if (path === undefined) {
    return keyword === 'FROM'
      ? say(501, '5.1.7 Bad sender address syntax')
      : say(501, '5.1.3 Bad recipient address syntax');
  }
  return { ...path, octets };
}

function envelopeOf(client: ClientFacts, path: Path): Envelope {
  const { address = '', name, helo = '' } = client;
  return { sender: path.address, client: { address, name, helo } };
}

function unfit(state: SessionState, params: readonly Param[], extensions: Extensions): Reply | undefined {
  const size = params.find(({ keyword }) => keyword === 'SIZE');
  if (size !== undefined) {
    if (!/^\d{1,20}$/.test(size.value)) return REPLIES.badSyntax;
    if (Number(size.value) > sizeLimit(state.context.options.limits.messageBytes, extensions)) {
      return REPLIES.tooBig;
    }
  }
  if (params.some(({ keyword }) => keyword === 'REQUIRETLS') && state.secure === undefined) {
    return REPLIES.requireTlsInClear;
  }
  return unfitParams(state, 'MAIL', params, extensions);
}

/** A parameter whose extension this next hop does not have: nothing is downgraded on the way (RFC 3461 5.1, RFC 6531 3.6). */
function unfitParams(
  state: SessionState,
  command: 'MAIL' | 'RCPT',
  params: readonly Param[],
  extensions: Extensions,
): Reply | undefined {
  for (const { keyword, value } of params) {
    const extension = extensionOf(command, keyword, value);
    if (extension === undefined) return REPLIES.unknownParameter;
    if (extension === 'SIZE' || extensions.keywords.has(extension)) continue;
    // We said that it is there: the next hop changed its mind, or another one answered.
    if (state.hello?.offered.has(extension) === true) {
      return say(451, '4.5.0 The next hop does not take a parameter now');
    }
    return extension === 'REQUIRETLS' ? REPLIES.requireTlsNotAhead : REPLIES.unknownParameter;
  }
  return undefined;
}

function withoutSize(path: ReadPath): string {
  const words = path.octets.slice(path.end).split(' ');
  const kept = words.filter((word) => !/^SIZE(=|$)/i.test(word)).join(' ');
  return path.octets.slice(0, path.end) + kept;
}

async function pause(unless: unknown, ms: number): Promise<undefined> {
  if (unless === undefined) return undefined;
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}
