/**
 * Why a reply is ours and not the next hop's. `refused`: no connection; `timeout`: no answer in time; `tls`: no TLS as
 * configured; `closed`: the connection ended; `protocol`: an answer that is no SMTP reply or not allowed at this step;
 * `dns`: no address; `auth`: our credentials failed; `config`: a required extension is not offered; `aborted`: we stopped.
 */
export type Cause =
  'refused' | 'timeout' | 'tls' | 'closed' | 'protocol' | 'dns' | 'auth' | 'config' | 'shutdown' | 'aborted';

/** An SMTP reply: the next hop's as received, or ours (`cause`) in its place, which is always 4xx. */
export interface Reply {
  readonly code: number;
  /** The text of each line, without the code and its separator; octets as latin1 characters. Never empty. */
  readonly lines: readonly string[];
  readonly cause?: Cause;
  /** The system's own code of a connection that failed, such as ECONNREFUSED. */
  readonly errno?: string;
  /** The final dot was sent and its reply did not come: the message may have been accepted. */
  readonly possibleDouble?: boolean;
}

/** What EHLO or LHLO offered. Keywords in upper case, with the text behind them (`''` if none). */
export interface Extensions {
  readonly keywords: ReadonlyMap<string, string>;
}

/** Who the mail comes from, for XFORWARD and XCLIENT. Unknown facts are undefined. */
export interface ClientFacts {
  /** IP address without brackets or `IPV6:`. */
  readonly address: string | undefined;
  readonly port: number | undefined;
  /** Host name found by a reverse look-up or told by a trusted peer. */
  readonly name: string | undefined;
  readonly helo: string | undefined;
  readonly protocol: 'SMTP' | 'ESMTP' | 'LMTP' | undefined;
  /** Queue id or other identifier of the message at the client or here. */
  readonly ident: string | undefined;
  readonly source: 'LOCAL' | 'REMOTE' | undefined;
  readonly login: string | undefined;
  readonly destAddress: string | undefined;
  readonly destPort: number | undefined;
}

/**
 * A message: CRLF line ends, dots not stuffed. A large one comes in slices; each is done with before the next one is asked for, so that they may
 * share their memory.
 */
export type Octets = Buffer | AsyncIterable<Buffer>;

export interface NextHop {
  /** Opens a transaction's connection (or takes an idle one). Never rejects: trouble is `unavailable` with a 4xx of ours. */
  open(client: ClientFacts, options?: { readonly signal?: AbortSignal }): Promise<NextHopOpened>;
  /** What the next hop offered last; undefined until it has answered once. */
  lastOffer(): Extensions | undefined;
  /** Ends idle connections with QUIT; sessions in use are not touched. */
  close(): void;
}

export type NextHopOpened =
  | { readonly kind: 'open'; readonly session: NextHopSession }
  | { readonly kind: 'unavailable'; readonly reply: Reply };

/**
 * One connection to the next hop, one caller at a time. No method rejects: infrastructure trouble is a `Reply` 4xx with a
 * cause, and every later call then answers with the same cause.
 */
export interface NextHopSession {
  readonly extensions: Extensions;
  /** `argument`: the octets behind `MAIL FROM:` as latin1 characters, sent as they are. Only 2xx, 4xx, 5xx come back. */
  mail(argument: string): Promise<Reply>;
  /** `argument`: the octets behind `RCPT TO:`. */
  rcpt(argument: string): Promise<Reply>;
  /**
   * Sends DATA and the message. One reply for SMTP; for LMTP one for each accepted
   * recipient, in the order of RCPT. When `signal` fires before the final dot the connection closes without one.
   */
  data(message: Octets, options?: { readonly signal?: AbortSignal }): Promise<readonly Reply[]>;
  /** Keeps the connection alive while the client is slow. */
  noop(): Promise<Reply>;
  /** Ends the transaction (RSET); the connection can carry another one. */
  reset(): Promise<void>;
  /** The caller is done: back to the pool if clean, else QUIT. */
  release(): void;
  /** Closes at once, without a final dot. */
  abort(): void;
}
