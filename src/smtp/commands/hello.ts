import { hasControl } from '../command.ts';
import { offeredLines } from '../offer.ts';
import { REPLIES, say } from '../reply.ts';
import { answer, endTransaction, type Next, refuse, type SessionState } from '../session-state.ts';
import { openNextHop } from '../transaction.ts';
import { clientFacts } from './envelope.ts';

/** How long EHLO may wait for a next hop that has not answered to anybody yet. */
const FIRST_ANSWER_MS = 5000;

/** EHLO and LHLO: what we can do and the next hop offers. Ends a transaction like RSET (RFC 5321 4.1.4). */
export async function extendedHello(state: SessionState, name: string): Promise<Next> {
  if (name === '' || hasControl(name)) return refuse(state, REPLIES.badSyntax);
  await endTransaction(state);
  const { options, tls } = state.context;
  if (options.nextHop.lastOffer() === undefined) await askNextHop(state, name);
  const lines = offeredLines({
    nextHop: options.nextHop.lastOffer(),
    maxBytes: options.limits.messageBytes,
    secure: state.secure !== undefined,
    canStartTls: tls !== undefined && state.secure === undefined,
    trusted: state.trusted,
  });
  state.hello = { name, extended: true, offered: new Set(lines.map((line) => line.split(' ', 1)[0] ?? '')) };
  return answer(state, { code: 250, lines: [options.hostname, ...lines] });
}

export async function plainHello(state: SessionState, name: string): Promise<Next> {
  if (name === '' || hasControl(name)) return refuse(state, REPLIES.badSyntax);
  await endTransaction(state);
  state.hello = { name, extended: false, offered: new Set() };
  return answer(state, say(250, state.context.options.hostname));
}

/** The first client of all would else be told less than the next hop can do. The connection waits in the pool for its MAIL. */
async function askNextHop(state: SessionState, helo: string): Promise<void> {
  const client = { ...clientFacts(state, undefined), helo };
  const opened = await openNextHop(state.context.options, client, FIRST_ANSWER_MS);
  if (opened.kind === 'open') opened.session.release();
}
