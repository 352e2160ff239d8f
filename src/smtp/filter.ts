import type { CleanContext } from '../clean/context.ts';
import type { Report } from '../clean/report.ts';

/** What the relay asks of the rest of the product about one message. Implementations never reject and never throw. */
export interface MessageFilter {
  /**
   * `policyFor` names the policy of a recipient (asked at RCPT time, for `mixed_policies`); `filter` cleans the whole message
   * (CRLF line ends, dots unstuffed) under the policies of its recipients. It answers within `budgetMs` (flat, then untouched).
   * Where there is `again`, the memory of `octets` may be moved away; `again` then brings the message once more, or rejects.
   */
  policyFor(recipient: string, envelope: Envelope): string;
  filter(
    octets: Buffer,
    context: CleanContext & { readonly policies: readonly string[] },
    budgetMs: number,
    again?: () => Promise<Buffer>,
  ): Promise<Filtered>;
}

export interface Filtered {
  readonly octets: Buffer;
  /** undefined where the filter failed and the original goes on. */
  readonly report: Report | undefined;
  /** `on_error: tempfail` and the filter failed: answer 451 4.3.0. */
  readonly tempfail?: boolean;
}

export interface Envelope {
  readonly sender: string;
  readonly client: { readonly address: string; readonly name: string | undefined; readonly helo: string };
}
