import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { systemCode } from '../../errors.ts';
import type { NextHopOptions } from '../options.ts';
import { ours } from './reply.ts';
import type { Candidate } from './resolve.ts';
import type { Reply } from './types.ts';

export type Connected = { readonly socket: Socket } | { readonly reply: Reply };

/** Opens a socket to the address within `timeoutMs`. Never rejects. */
export async function connect(to: Candidate, timeoutMs: number, signal?: AbortSignal): Promise<Connected> {
  if (signal?.aborted === true) return { reply: ours('aborted', 'Given up') };
  const socket =
    to.kind === 'unix' ? connectTcp({ path: to.path }) : connectTcp({ host: to.address, port: to.port });
  return settled(socket, 'connect', timeoutMs, 'refused', signal);
}

/**
 * TLS on a socket whose STARTTLS was answered with 220, TLS 1.2 at least (RFC 8996). Under `verify` the certificate must be
 * trusted and bear `servername`, or else the name of the endpoint. Never rejects; the socket is closed on failure.
 */
export async function startTls(
  socket: Socket,
  to: Candidate,
  options: Pick<NextHopOptions, 'tls' | 'tlsOptions'>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Connected> {
  const { servername, ...context } = options.tlsOptions ?? {};
  const name = servername ?? (to.kind === 'tcp' ? to.name : 'localhost');
  try {
    const secure = connectTls({
      minVersion: 'TLSv1.2',
      ...context,
      socket,
      host: name,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      rejectUnauthorized: options.tls === 'verify',
    });
    return await settled(secure, 'secureConnect', timeoutMs, 'tls', signal);
  } catch {
    // A key or certificate that OpenSSL does not take throws here.
    socket.destroy();
    return { reply: ours('tls', 'TLS to the next hop could not be set up') };
  }
}

async function settled(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
  cause: 'refused' | 'tls',
  signal: AbortSignal | undefined,
): Promise<Connected> {
  return new Promise((resolve) => {
    const what = cause === 'tls' ? 'TLS to the next hop failed' : 'The next hop does not answer';
    const finish = (result: Connected): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off(event, onDone).off('error', onError).off('close', onError);
      // Whatever comes before the next owner listens must not be thrown.
      socket.on('error', () => undefined);
      if ('reply' in result) socket.destroy();
      resolve(result);
    };
    const onDone = (): void => finish({ socket });
    const onError = (error: unknown): void => {
      const errno = systemCode(error);
      finish({ reply: { ...ours(cause, what), ...(errno === undefined ? {} : { errno }) } });
    };
    const onAbort = (): void => finish({ reply: ours('aborted', 'Given up') });
    const timer = setTimeout(
      () => finish({ reply: ours(cause === 'tls' ? 'tls' : 'refused', what) }),
      timeoutMs,
    );
    socket.once(event, onDone).once('error', onError).once('close', onError);
    signal?.addEventListener('abort', onAbort);
  });
}
