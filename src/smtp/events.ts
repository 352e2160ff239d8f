import type { Counts, Result } from '../clean/report.ts';
import type { Cause } from './next-hop/types.ts';

/** A cap of `limits:`, or of the system, that acted; each has a metric of this name. */
export type LimitName =
  | 'connections'
  | 'connections_per_client'
  | 'descriptors'
  | 'clients'
  | 'recipients'
  | 'commands'
  | 'errors'
  | 'max_message'
  | 'header_bytes'
  | 'min_rate'
  | 'command_timeout'
  | 'session_life'
  | 'deadline'
  | 'memory_in_flight'
  | 'spool'
  | 'hops'
  | 'early_talker'
  | 'pipelining'
  | 'line_ends'
  | 'policies'
  | 'relay';

/**
 * How a message left us. `relayed`: the next hop took it (LMTP: at least one recipient's copy); `refused`: a 5xx, `deferred`: a 4xx was the
 * answer; `gone`: the client left before our final dot, so nothing was sent on.
 */
export type Outcome = 'relayed' | 'refused' | 'deferred' | 'gone';

/** One copy of one message, once its fate is known. Holds no address, subject or URL but in `nextHopText`. */
export interface MessageEvent {
  readonly kind: 'message';
  readonly id: string;
  readonly session: string;
  /** The queue id that a trusted peer told by XFORWARD IDENT, by which its log names the message. */
  readonly queueId: string | undefined;
  /** Message-ID as a keyed hash; undefined where no key was given, or the message has none. */
  readonly messageId: string | undefined;
  readonly protocol: string;
  readonly outcome: Outcome;
  /** Code and enhanced code that the client got, and those of the next hop if it was asked. */
  readonly code: number;
  readonly enhanced: string | undefined;
  readonly nextHopCode: number | undefined;
  /** The next hop's words, which may repeat an address: for a log that holds such things only. */
  readonly nextHopText: string | undefined;
  readonly cause: Cause | undefined;
  /** The cap that made us refuse. */
  readonly limit: LimitName | undefined;
  readonly recipients: number;
  readonly recipientsRefused: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly spooled: boolean;
  readonly lineEnds: number;
  /** undefined: the message did not get as far as the filter, or the filter failed and the original went on. */
  readonly result: Result | undefined;
  readonly step: 'full' | 'flat' | 'untouched' | undefined;
  readonly reasons: readonly string[];
  readonly policy: string | undefined;
  readonly counts: Counts | undefined;
  readonly operators: readonly string[];
  /** The final reply did not come: the next hop may have the message, and the client will send it again. */
  readonly possibleDouble: boolean;
  /** The next hop took it, and the client was gone before it heard so: it may send it again. */
  readonly clientGone: boolean;
  readonly receiveMs: number;
  readonly filterMs: number;
  readonly nextHopMs: number;
}

export type SmtpEvent =
  | MessageEvent
  | {
      readonly kind: 'opened';
      readonly session: string;
      readonly trusted: boolean;
      readonly connections: number;
    }
  | {
      readonly kind: 'closed';
      readonly session: string;
      readonly messages: number;
      readonly connections: number;
      readonly ms: number;
    }
  | { readonly kind: 'limit'; readonly session: string; readonly limit: LimitName }
  | { readonly kind: 'tls'; readonly session: string; readonly ok: boolean; readonly version: string }
  | {
      readonly kind: 'unavailable';
      readonly session: string;
      readonly cause: Cause | undefined;
      /** The system's own code (ECONNREFUSED), where a connection failed. */
      readonly errno: string | undefined;
      readonly text: string;
    }
  /** The system did not give what a message or a connection needs; `errno` is its own code (ENOSPC, EMFILE). */
  | {
      readonly kind: 'system';
      readonly session: string;
      readonly what: 'spool' | 'accept';
      readonly errno: string;
    }
  /** A fault of ours that the session survived or died of; `text` is that of the exception. */
  | { readonly kind: 'fault'; readonly session: string; readonly text: string };
