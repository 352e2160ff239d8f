import { loadSettings } from '../config/index.ts';
import type { Settings } from '../config/index.ts';
import type { ListenerOptions } from '../smtp/options.ts';

/** The product's defaults, with one listener on loopback in front of the mailbox. */
export function demoSettings(port: number, mailboxPort: number): Settings {
  const loaded = loadSettings(undefined, { serving: false, environment: {} });
  if (loaded.kind === 'bad') throw new Error('the defaults are no configuration');
  const listener: ListenerOptions = {
    protocol: 'smtp',
    endpoint: { kind: 'tcp', host: '127.0.0.1', port },
    mode: 'mx',
    implicitTls: false,
    trustedPeers: [],
    clients: [],
    recipientDomains: [],
    proxyProtocol: false,
    lineEnds: 'normalize',
    received: true,
    mixedPolicies: 'strictest',
    ptr: false,
    nextHop: {
      protocol: 'smtp',
      endpoints: [{ kind: 'tcp', host: '127.0.0.1', port: mailboxPort }],
      tls: 'off',
      xforward: 'off',
      xclient: 'off',
      heloName: 'mailsluice.demo',
      connectTimeoutMs: 5_000,
      commandTimeoutMs: 10_000,
      finalReplyTimeoutMs: 30_000,
      poolSize: 0,
    },
  };
  const { settings } = loaded;
  return {
    ...settings,
    hostname: 'mailsluice.demo',
    clean: { ...settings.clean, headerId: 'mailsluice.demo' },
    listeners: [listener],
    workers: 1,
  };
}
