import { REPLIES } from '../reply.ts';
import { answer, endTransaction, type Next, refuse, type SessionState } from '../session-state.ts';
import { TLSSocket } from 'node:tls';

/** RFC 3207: everything said before is forgotten, everything sent ahead in clear is thrown away. */
export async function startTls(state: SessionState, argument: string): Promise<Next> {
  const { tls } = state.context;
  if (tls === undefined || state.secure !== undefined) return refuse(state, REPLIES.notImplemented);
  if (argument !== '') return refuse(state, REPLIES.badSyntax);
  await endTransaction(state);
  answer(state, REPLIES.startTls);
  return secure(state);
}

/** Goes over to TLS, for STARTTLS or from the first octet on. */
export async function secure(state: SessionState): Promise<Next> {
  const { tls, emit } = state.context;
  const ok = tls !== undefined && (await state.wire.startTls(tls));
  const { socket } = state.wire;
  const version = socket instanceof TLSSocket ? (socket.getProtocol() ?? '') : '';
  emit({ kind: 'tls', session: state.id, ok, version });
  if (!ok) return 'end';
  // Now, since nothing can be asked of a socket that a client has reset.
  if (socket instanceof TLSSocket) {
    state.secure = tlsText(socket, state.context.options.listener.tls?.requireClientCert === true);
  }
  state.hello = undefined;
  return 'next';
}

/** With the name in the client's certificate where one is asked for, which is then verified; a name that could be anything else is left out. */
function tlsText(socket: TLSSocket, hasClientCert: boolean): string {
  const text = `${socket.getProtocol()} with cipher ${socket.getCipher().name}`;
  const { subject } = hasClientCert ? socket.getPeerCertificate() : { subject: undefined };
  const name: unknown = subject?.CN;
  return typeof name === 'string' && /^[A-Za-z0-9@._-]{1,64}$/.test(name) ? `${text}, client ${name}` : text;
}
