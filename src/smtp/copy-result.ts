import type { CountedReport } from '../clean/report.ts';
import type { LimitName } from './events.ts';
import type { MessageStore } from './message-store.ts';
import type { Reply } from './next-hop/types.ts';
import type { Copy } from './transaction.ts';

/** A message whose final dot came. */
export interface Incoming {
  readonly store: MessageStore;
  readonly bytes: number;
  readonly bareLineEnds: number;
  readonly receiveMs: number;
  /** Why it cannot be taken, known before it was all here. */
  readonly trouble: { readonly reply: Reply; readonly limit: LimitName } | undefined;
}

/** What became of one copy of a message. */
export interface CopyResult {
  readonly copy: Copy;
  /** One for each recipient, or one for all. */
  readonly replies: readonly Reply[];
  /** Whether the next hop was asked to take it. */
  readonly asked: boolean;
  readonly limit?: LimitName | undefined;
  readonly report?: CountedReport | undefined;
  readonly bytesOut?: number;
  readonly filterMs?: number;
  readonly nextHopMs?: number;
  readonly messageId?: string | undefined;
}
