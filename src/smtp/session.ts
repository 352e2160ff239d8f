import { data } from './commands/data.ts';
import { mail, rcpt, rset } from './commands/envelope.ts';
import { extendedHello, plainHello } from './commands/hello.ts';
import { secure, startTls } from './commands/start-tls.ts';
import { greeting, xclient, xforward } from './commands/trusted.ts';
import { hasControl, readCommand } from './command.ts';
import { isLoopback } from './networks.ts';
import { REPLIES } from './reply.ts';
import { answer, finish, type Next, noteLimit, refuse, type SessionState } from './session-state.ts';

const EARLY_TALKER_MS = 100;

/** Runs a session from its greeting to its end. Never rejects; what it holds at the next hop is given back. */
export async function runSession(state: SessionState): Promise<void> {
  try {
    if ((await begin(state)) === 'next') await converse(state);
  } catch (error) {
    state.context.emit({ kind: 'fault', session: state.id, text: String(error) });
    finish(state, REPLIES.shutdown);
  } finally {
    await state.transaction?.end();
    state.wire.end();
  }
}

async function begin(state: SessionState): Promise<Next> {
  const { context, client, wire } = state;
  const { listener, tuning } = context.options;
  if (listener.implicitTls && (await secure(state)) === 'end') return 'end';
  if (!context.isAllowed(client.address)) return finish(state, REPLIES.notAllowed, 'clients');
  if (context.draining) return finish(state, REPLIES.shutdown);
  const isStranger = listener.mode === 'mx' && !state.trusted && listener.clients.length === 0;
  if (isStranger && client.address !== undefined && !isLoopback(client.address)) {
    if (!(await wire.isSilent(tuning?.earlyTalkerMs ?? EARLY_TALKER_MS))) {
      return finish(state, REPLIES.earlyTalker, 'early_talker');
    }
  }
  return answer(state, greeting(state));
}

async function converse(state: SessionState): Promise<void> {
  let next: Next = 'next';
  while (next === 'next') {
    const { limits } = state.context.options;
    if (state.context.draining && state.transaction === undefined) {
      finish(state, REPLIES.shutdown);
      return;
    }
    const lifeLeftMs = limits.sessionLifeMs - (performance.now() - state.startedAt);
    if (lifeLeftMs <= 0) {
      finish(state, REPLIES.lifeOver, 'session_life');
      return;
    }
    const read = await state.wire.readLine(Math.min(limits.commandTimeoutMs, lifeLeftMs));
    switch (read.kind) {
      case 'line':
        next = await handle(state, read.text);
        break;
      case 'bare-lf':
        // What follows may be meant to be read differently by two servers (SMTP smuggling): it is not read at all.
        next = finish(state, REPLIES.bareLf, 'line_ends');
        break;
      case 'too-long':
        next = refuse(state, REPLIES.lineTooLong);
        break;
      case 'timeout':
        if (lifeLeftMs > limits.commandTimeoutMs) next = finish(state, REPLIES.timeout, 'command_timeout');
        break;
      case 'gone':
        return;
      case 'interrupted':
        break;
    }
    if (next === 'next' && state.errors > limits.errors) {
      next = finish(state, REPLIES.tooManyErrors, 'errors');
    }
  }
}

async function handle(state: SessionState, line: string): Promise<Next> {
  state.commands++;
  if (state.commands > state.context.options.limits.commands) {
    noteLimit(state, 'commands');
    return finish(state, REPLIES.tooManyCommands);
  }
  const { verb, argument } = readCommand(line);
  switch (verb) {
    case 'EHLO':
      return state.lmtp ? refuse(state, REPLIES.unknown) : extendedHello(state, argument);
    case 'HELO':
      return state.lmtp ? refuse(state, REPLIES.unknown) : plainHello(state, argument);
    case 'LHLO':
      return state.lmtp ? extendedHello(state, argument) : refuse(state, REPLIES.unknown);
    case 'MAIL':
      return mail(state, argument);
    case 'RCPT':
      return rcpt(state, argument);
    case 'DATA':
      return data(state, argument);
    case 'RSET':
      return rset(state);
    case 'NOOP':
      return answer(state, REPLIES.ok);
    case 'QUIT':
      return finish(state, REPLIES.bye);
    case 'VRFY':
      return hasControl(argument) ? refuse(state, REPLIES.badCharacters) : answer(state, REPLIES.verify);
    case 'HELP':
      return answer(state, REPLIES.help);
    case 'STARTTLS':
      return startTls(state, argument);
    case 'XCLIENT':
      return xclient(state, argument);
    case 'XFORWARD':
      return xforward(state, argument);
    case 'BDAT':
      // Not offered; what follows is a message, and would be taken for commands.
      return finish(state, REPLIES.notImplemented);
    case 'CONNECT':
    case 'GET':
    case 'HEAD':
    case 'OPTIONS':
    case 'POST':
    case 'PUT':
      // A browser that was made to send commands here, in what follows.
      return finish(state, REPLIES.unknown);
    case 'AUTH':
    case 'ETRN':
    case 'EXPN':
    case 'TURN':
      return refuse(state, REPLIES.notImplemented);
    default:
      return refuse(state, REPLIES.unknown);
  }
}
