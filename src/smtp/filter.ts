import type { CleanContext } from '../clean/context.ts';
import type { CountedReport } from '../clean/report.ts';
import type { OctetEdit } from '../message/types.ts';
import type { Original } from './original.ts';

/** What the relay asks of the rest of the product about one message. Implementations never reject and never throw. */
export interface MessageFilter {
  /**
   * `policyFor` names the policy of a recipient (asked at RCPT time, for `mixed_policies`); `filter` cleans the whole message
   * (CRLF line ends, dots unstuffed) under the policies of its recipients. It answers within `budgetMs` (flat, then untouched).
   */
  policyFor(recipient: string, envelope: Envelope): string;
  filter(
    original: Original,
    context: CleanContext & { readonly policies: readonly string[] },
    budgetMs: number,
  ): Promise<Filtered>;
}

export interface Filtered {
  /** What is to be done to the original, in order. */
  readonly edits: readonly OctetEdit[];
  /** undefined where the filter failed and the original goes on. */
  readonly report: CountedReport | undefined;
  /** `on_error: tempfail` and the filter failed: answer 451 4.3.0. */
  readonly tempfail?: boolean;
}

export type { Original } from './original.ts';

export interface Envelope {
  readonly sender: string;
  readonly client: { readonly address: string; readonly name: string | undefined; readonly helo: string };
}
