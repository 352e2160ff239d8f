import type { TLSSocketOptions } from 'node:tls';
import type { Admission } from './admission.ts';
import type { SmtpEvent } from './events.ts';
import type { MessageFilter } from './filter.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { NextHop } from './next-hop/types.ts';
import type { ListenerOptions, ShellLimits } from './options.ts';

/** Everything that a reload may replace. */
export interface ServerOptions {
  readonly listener: ListenerOptions;
  readonly limits: ShellLimits;
  readonly filter: MessageFilter;
  readonly nextHop: NextHop;
  /** Our name: in the greeting, in EHLO's reply, in Received. */
  readonly hostname: string;
  readonly onEvent?: (event: SmtpEvent) => void;
  readonly tuning?: Tuning;
  /** With it a message's event carries its Message-ID as a hash. */
  readonly messageIdKey?: string;
  /** Of the process: to be shared where several servers run in it; else each has its own of `limits.memoryInFlightBytes`. */
  readonly budget?: MemoryBudget;
  /** Likewise; else each counts its own connections. */
  readonly admission?: Admission;
}

/** What no administrator needs to set. */
export interface Tuning {
  /** A stranger that speaks within this time before the greeting is a robot. */
  readonly earlyTalkerMs?: number;
  /** `min_rate` is looked at in steps of this. */
  readonly rateWindowMs?: number;
  /** A next hop that waits for a slow client hears a NOOP this often. */
  readonly keepAliveMs?: number;
  /** Whom `ptr` asks; by default the system's. */
  readonly nameServers?: readonly string[];
  /** Where large messages are kept while they come in. */
  readonly spoolDirectory?: string;
  /** Shared by all workers and instances of a site, so that loops through any of them are seen; random where not given. */
  readonly loopSecret?: string;
}

/** What a session shares with all others of its server. Options are read anew for each command, so that a reload reaches it. */
export interface ServerContext {
  readonly options: ServerOptions;
  readonly tls: TLSSocketOptions | undefined;
  readonly isTrusted: (address: string | undefined) => boolean;
  readonly isAllowed: (address: string | undefined) => boolean;
  readonly draining: boolean;
  readonly budget: MemoryBudget;
  readonly admission: Admission;
  readonly loopSecret: string;
  readonly spoolDirectory: string;
  readonly emit: (event: SmtpEvent) => void;
  /** A name that no other session or message of this process has. */
  readonly nextId: () => string;
}
