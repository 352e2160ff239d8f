import type { CountedReport } from '../../../src/clean/report.ts';
import type { SmtpEvent } from '../../../src/smtp/events.ts';
import type { MessageFilter } from '../../../src/smtp/filter.ts';
import { type RunningServer, type ServerOptions, startServer, type Tuning } from '../../../src/smtp/index.ts';
import { createNextHop } from '../../../src/smtp/next-hop/index.ts';
import type { ListenerOptions, NextHopOptions, ShellLimits } from '../../../src/smtp/options.ts';
import { WireClient } from './client.ts';
import { type ScriptedNextHop, type ScriptOptions, startScriptedNextHop } from './scripted-next-hop.ts';

export const REPORT: CountedReport = {
  result: 'none',
  step: 'full',
  reasons: [],
  policy: 'default',
  counts: { pixels: 0, links: 0, params: 0, receipts: 0, opaque: 0, kept: 0 },
  operators: [],

  tallies: [],
};

/** Changes nothing: what the next hop gets is what the client sent, with our Received line if there is one. */
export const PLAIN_FILTER: MessageFilter = {
  policyFor: () => 'default',
  filter: (_original, { prepend }) =>
    Promise.resolve({
      edits: prepend?.length ? [{ start: 0, end: 0, replacement: prepend }] : [],
      report: REPORT,
    }),
};

export const LIMITS: ShellLimits = {
  connections: 100,
  connectionsPerClient: 50,
  recipients: 100,
  commands: 1000,
  errors: 20,
  messageBytes: 20_000_000,
  headerBytes: 1_048_576,
  minRateBytes: 100,
  commandTimeoutMs: 10_000,
  sessionLifeMs: 60_000,
  deadlineMs: 10_000,
  rewriteTimeMs: 2000,
  memoryInFlightBytes: 64_000_000,
  hops: 50,
  drainMs: 2000,
};

export interface RelayOptions {
  readonly listener?: Partial<ListenerOptions>;
  readonly nextHop?: Partial<NextHopOptions>;
  readonly limits?: Partial<ShellLimits>;
  readonly filter?: Partial<MessageFilter>;
  readonly tuning?: Tuning;
  readonly shared?: Pick<ServerOptions, 'admission' | 'budget'>;
  readonly hop?: ScriptOptions;
  /** Nobody listens at the next hop. */
  readonly away?: boolean;
}

export interface Relay {
  readonly server: RunningServer;
  readonly hop: ScriptedNextHop;
  readonly events: SmtpEvent[];
  readonly options: ServerOptions;
  client(): Promise<WireClient>;
  /** A client whose greeting was read, and that said EHLO (LHLO). */
  greeted(): Promise<WireClient>;
  close(): Promise<void>;
}

/** Everything on one loopback: scripted next hop, the relay under test, and clients on demand. */
export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  const hop = await startScriptedNextHop(options.hop);
  const protocol = options.hop?.protocol ?? 'smtp';
  if (options.away === true) await hop.close();
  const nextHop: NextHopOptions = {
    protocol,
    endpoints: [hop.endpoint],
    tls: 'off',
    xforward: 'auto',
    xclient: 'off',
    heloName: 'relay.example',
    connectTimeoutMs: 2000,
    commandTimeoutMs: 5000,
    finalReplyTimeoutMs: 5000,
    poolSize: 4,
    ...options.nextHop,
  };
  const events: SmtpEvent[] = [];
  const serverOptions: ServerOptions = {
    listener: {
      protocol: 'smtp',
      endpoint: { kind: 'tcp', host: '127.0.0.1', port: 0 },
      mode: 'mx',
      implicitTls: false,
      trustedPeers: [],
      clients: [],
      recipientDomains: [],
      proxyProtocol: false,
      lineEnds: 'normalize',
      received: false,
      mixedPolicies: 'strictest',
      ptr: false,
      nextHop,
      ...options.listener,
    },
    limits: { ...LIMITS, ...options.limits },
    filter: { ...PLAIN_FILTER, ...options.filter },
    nextHop: createNextHop(nextHop),
    hostname: 'mx.example',
    onEvent: (event) => events.push(event),
    ...options.shared,
    ...(options.tuning === undefined ? {} : { tuning: options.tuning }),
  };
  const server = await startServer(serverOptions);
  const clients: WireClient[] = [];
  const client = async (): Promise<WireClient> => {
    const one = await WireClient.connect(server.address);
    clients.push(one);
    return one;
  };
  return {
    server,
    hop,
    events,
    options: serverOptions,
    client,
    async greeted() {
      const one = await client();
      await one.reply();
      await one.say(`${serverOptions.listener.protocol === 'lmtp' ? 'LHLO' : 'EHLO'} client.example`);
      return one;
    },
    async close() {
      for (const one of clients) one.destroy();
      await server.close();
      serverOptions.nextHop.close();
      if (options.away !== true) await hop.close();
    },
  };
}
