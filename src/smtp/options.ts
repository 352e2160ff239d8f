import type { SecureContextOptions } from 'node:tls';

/** `smtp: 127.0.0.1:25`, `lmtp: 127.0.0.1:24`, `lmtp: unix:/run/dovecot/lmtp`. */
export type Endpoint =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export type OutboundTls = 'off' | 'opportunistic' | 'require' | 'verify';
export type Offer = 'auto' | 'off' | 'required';

/** Where accepted mail goes. All times are milliseconds. */
export interface NextHopOptions {
  readonly protocol: 'smtp' | 'lmtp';
  /** Tried in order; the next one where a connection or its greeting fails with a temporary error. */
  readonly endpoints: readonly Endpoint[];
  /** Look up MX (then A/AAAA) of this name instead of using `endpoints`. */
  readonly mx?: string;
  readonly tls: OutboundTls;
  readonly tlsOptions?: SecureContextOptions & { readonly servername?: string };
  readonly auth?: { readonly user: string; readonly password: string };
  readonly xforward: Offer;
  readonly xclient: Offer;
  /** Name we say in EHLO. */
  readonly heloName: string;
  readonly connectTimeoutMs: number;
  /** Greeting, EHLO, MAIL, RCPT, DATA replies. */
  readonly commandTimeoutMs: number;
  /** After the final dot; RFC 5321 4.5.3.2.6. */
  readonly finalReplyTimeoutMs: number;
  /** Idle connections kept; 0 where XCLIENT is used. */
  readonly poolSize: number;
  /** Whether it rejects by DMARC what we edited; absent where nobody said. */
  readonly verifies?: 'no' | 'yes' | 'trusts-us';
}

export interface ListenerOptions {
  readonly protocol: 'smtp' | 'lmtp';
  readonly endpoint: Endpoint;
  readonly mode: 'mx' | 'before-queue' | 'after-queue';
  /** Implicit TLS; otherwise STARTTLS is offered where `tls` is set. */
  readonly implicitTls: boolean;
  readonly tls?: {
    readonly contexts: ReadonlyMap<string, SecureContextOptions>;
    readonly requireClientCert: boolean;
  };
  /** CIDRs that may send XFORWARD, XCLIENT and PROXY, and whose header field of ours is believed. */
  readonly trustedPeers: readonly string[];
  /** CIDRs that may connect; empty: all. */
  readonly clients: readonly string[];
  /** Domains accepted in RCPT (lower case); empty: what the next hop says. */
  readonly recipientDomains: readonly string[];
  readonly proxyProtocol: boolean;
  readonly lineEnds: 'normalize' | 'reject';
  readonly received: boolean;
  readonly mixedPolicies: 'strictest' | 'split';
  readonly ptr: boolean;
  readonly nextHop: NextHopOptions;
}

/** Caps of the shell; each has a metric and a documented default. */
export interface ShellLimits {
  readonly connections: number;
  readonly connectionsPerClient: number;
  readonly recipients: number;
  readonly commands: number;
  readonly errors: number;
  readonly messageBytes: number;
  readonly headerBytes: number;
  /** Octets a second below which a DATA phase is cut, averaged over a minute. */
  readonly minRateBytes: number;
  readonly commandTimeoutMs: number;
  readonly sessionLifeMs: number;
  /**
   * For each step that a client waits for, 451 4.4.2 behind it: MAIL, each RCPT, and from the client's final dot to ours. What the client itself takes
   * is the business of `minRateBytes` and `commandTimeoutMs`, what the next hop takes behind our final dot that of `finalReplyTimeoutMs`.
   */
  readonly deadlineMs: number;
  readonly rewriteTimeMs: number;
  readonly memoryInFlightBytes: number;
  readonly hops: number;
  readonly drainMs: number;
}
