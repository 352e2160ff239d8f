import { createSecureContext, type SecureContext, type TLSSocketOptions } from 'node:tls';
import type { ListenerOptions } from './options.ts';

/** Name of the certificate that is shown where no other fits. */
const DEFAULT_NAME = '*';

/** Makes what a TLS handshake needs: the certificate by SNI (exact name, then `*.rest`, then the default), TLS 1.2 at least. */
export function tlsSocketOptions(tls: NonNullable<ListenerOptions['tls']>): TLSSocketOptions {
  const contexts = new Map<string, SecureContext>();
  for (const [name, options] of tls.contexts) {
    contexts.set(name.toLowerCase(), createSecureContext({ ...options, minVersion: 'TLSv1.2' }));
  }
  const fallback = contexts.get(DEFAULT_NAME) ?? [...contexts.values()][0];
  const choose = (name: string): SecureContext | undefined => {
    const lower = name.toLowerCase();
    return contexts.get(lower) ?? contexts.get(`*${lower.slice(lower.indexOf('.'))}`) ?? fallback;
  };
  return {
    ...(fallback === undefined ? {} : { secureContext: fallback }),
    SNICallback: (name, done) => done(null, choose(name)),
    requestCert: tls.requireClientCert,
    rejectUnauthorized: tls.requireClientCert,
  };
}
