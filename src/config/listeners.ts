import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { messageOf } from '../errors.ts';
import type { Endpoint, ListenerOptions, NextHopOptions } from '../smtp/options.ts';
import { defined } from './defined.ts';
import { parseEndpoint } from './endpoint.ts';
import { locate } from './located.ts';
import type { Problem } from './problem.ts';
import type { Source } from './read-config.ts';
import type { ListenerConfig, NextHopConfig } from './schema.ts';
import { durationMs } from './units.ts';

/** Name of the certificate that is shown where no other name fits. */
const defaultContext = '*';

interface Reader {
  /** Whether OpenSSL takes them together; what it says otherwise is a problem at this path. */
  readonly tls: (options: SecureContextOptions, path: readonly PropertyKey[]) => void;
  /** Text of a file, or of nothing; a file that cannot be read is a problem at this path. */
  readonly file: (name: string, path: readonly PropertyKey[]) => string;
  readonly hostname: string;
}

function endpoints(value: string | readonly string[] | undefined): readonly Endpoint[] {
  const texts = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return texts.map(parseEndpoint).filter((endpoint) => endpoint !== undefined);
}

function authOf(
  auth: NextHopConfig['auth'],
  reader: Reader,
  path: readonly PropertyKey[],
): NextHopOptions['auth'] {
  if (auth === undefined) return undefined;
  const secret =
    auth.password_file === undefined
      ? (auth.password ?? '')
      : reader.file(auth.password_file, [...path, 'auth', 'password_file']).replace(/\r?\n$/, '');
  return { user: auth.user, password: secret };
}

function tlsOut(
  hop: NextHopConfig,
  reader: Reader,
  path: readonly PropertyKey[],
): NextHopOptions['tlsOptions'] {
  const options = defined({
    ca: hop.ca === undefined ? undefined : reader.file(hop.ca, [...path, 'ca']),
    cert: hop.certificate === undefined ? undefined : reader.file(hop.certificate, [...path, 'certificate']),
    key: hop.key === undefined ? undefined : reader.file(hop.key, [...path, 'key']),
    servername: hop.server_name,
  });
  if (Object.keys(options).length === 0) return undefined;
  reader.tls(options, path);
  return options;
}

function nextHopOptions(
  hop: NextHopConfig,
  mode: ListenerConfig['mode'],
  reader: Reader,
  path: readonly PropertyKey[],
): NextHopOptions {
  return {
    protocol: hop.lmtp === undefined ? 'smtp' : 'lmtp',
    endpoints: [...endpoints(hop.smtp), ...endpoints(hop.lmtp)],
    ...defined({
      mx: hop.mx,
      tlsOptions: tlsOut(hop, reader, path),
      auth: authOf(hop.auth, reader, path),
      verifies: hop.verifies,
    }),
    tls: hop.tls,
    xforward: hop.xforward,
    xclient: hop.xclient,
    heloName: hop.helo_name === '' ? reader.hostname : hop.helo_name,
    connectTimeoutMs: durationMs(hop.connect_timeout),
    commandTimeoutMs: durationMs(hop.command_timeout),
    // Postfix gives a before-queue filter 100 s (smtpd_proxy_timeout); elsewhere RFC 5321 4.5.3.2.6.
    finalReplyTimeoutMs: durationMs(hop.final_reply_timeout ?? (mode === 'before-queue' ? '95s' : '600s')),
    poolSize: hop.pool_size,
  };
}

function tlsIn(
  listener: ListenerConfig,
  reader: Reader,
  path: readonly PropertyKey[],
): ListenerOptions['tls'] {
  const { certificate, key, names, client_certificate: client } = listener.tls;
  if (certificate === undefined || key === undefined) return undefined;
  const context = (cert: string, secret: string, at: readonly PropertyKey[]): SecureContextOptions => {
    const options = {
      cert: reader.file(cert, [...at, 'certificate']),
      key: reader.file(secret, [...at, 'key']),
      minVersion: 'TLSv1.2',
    } as const;
    reader.tls(options, at);
    return options;
  };
  const contexts = new Map([[defaultContext, context(certificate, key, [...path, 'tls'])]]);
  names.forEach((each, index) => {
    contexts.set(
      each.name.toLowerCase(),
      context(each.certificate, each.key, [...path, 'tls', 'names', index]),
    );
  });
  return { contexts, requireClientCert: client === 'required' };
}

function listenerOptions(
  listener: ListenerConfig,
  endpoint: Endpoint,
  hop: NextHopConfig,
  reader: Reader,
  path: readonly PropertyKey[],
): ListenerOptions {
  return {
    protocol: listener.lmtp === undefined ? 'smtp' : 'lmtp',
    endpoint,
    mode: listener.mode,
    implicitTls: listener.tls.implicit === 'on',
    ...defined({ tls: tlsIn(listener, reader, path) }),
    trustedPeers: listener.trusted_peers,
    clients: listener.clients,
    recipientDomains: listener.recipient_domains.map((name) => name.toLowerCase()),
    proxyProtocol: listener.proxy_protocol === 'on',
    lineEnds: listener.line_ends,
    received: listener.received === 'on',
    mixedPolicies: listener.mixed_policies,
    ptr: listener.ptr === 'on',
    nextHop: nextHopOptions(hop, listener.mode, reader, [...path, 'next_hop']),
  };
}

/**
 * The listeners that can be served. Those without a next hop, or with an address that is none, are left out here: `relayProblems` says what is
 * wrong with them.
 */
export function compileListeners(
  { config, root }: Source,
  hostname: string,
): { readonly listeners: readonly ListenerOptions[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const file = (name: string, path: readonly PropertyKey[]): string => {
    try {
      return readFileSync(name, 'utf8');
    } catch (error) {
      problems.push({ at: locate(root, path), message: `cannot be read: ${messageOf(error)}` });
      return '';
    }
  };
  const tls = (options: SecureContextOptions, path: readonly PropertyKey[]): void => {
    try {
      // Here only: TLS is a part of every start that not every command needs.
      process.getBuiltinModule('node:tls').createSecureContext(options);
    } catch (error) {
      problems.push({
        at: locate(root, path),
        message: `certificate and key cannot be used: ${messageOf(error)}`,
      });
    }
  };
  const listeners = config.listeners.flatMap((listener, index) => {
    const endpoint = parseEndpoint(listener.smtp ?? listener.lmtp ?? '');
    if (endpoint === undefined || listener.next_hop === undefined) return [];
    return [
      listenerOptions(listener, endpoint, listener.next_hop, { file, tls, hostname }, ['listeners', index]),
    ];
  });
  return { listeners, problems };
}
