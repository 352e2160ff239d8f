import type { Span } from '../span.ts';

/** What the shell knows of a message's way; all of it optional. */
export interface CleanContext {
  readonly recipients?: readonly string[];
  readonly sender?: string;
  /** Domains for which DMARC passed. */
  readonly authenticatedDomains?: readonly string[];
  /** What DMARC said of the message (`pass`, `fail`, `none`, ...); absent where it was not asked. */
  readonly dmarc?: string;
  readonly client?: { readonly address?: string; readonly name?: string; readonly helo?: string };
  /** Name that stands first in the header field: who cleaned (`mx.uni.example`). */
  readonly receivedBy?: string;
  /** Whole header fields (CRLF line ends) of ours to stand above the report field: Received, Authentication-Results. */
  readonly prepend?: Buffer;
  /** Octets of header fields that go: Authentication-Results that claim to be ours. */
  readonly removeFields?: readonly Span[];
  /** Reasons that the shell brings: `outbound`, `exempt` and `off` keep the message from being edited. */
  readonly reasons?: readonly ('line-ends' | 'outbound' | 'exempt' | 'dmarc-reject')[];
  /** The message comes from a mailsluice of the same site, so that its header field stays. */
  readonly trustedPeer?: boolean;
  /** `flat` after the time budget ran out once: linear finder, own attributes and URL evidence only, acting by neutralising. */
  readonly effort?: 'full' | 'flat';
  /** ISO date, for `until:` of allow entries. */
  readonly today?: string;
}
