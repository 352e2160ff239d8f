import type { Span } from '../span.ts';

/** A header field as it stands in the message. Spans are octets of the message. */
export interface HeaderField {
  /** Lower-case ASCII; an empty string for a line that is no field. */
  readonly name: string;
  /** The whole field with its line end(s), folded lines included. */
  readonly span: Span;
  /** Behind the colon up to the last line end, exclusive. */
  readonly valueSpan: Span;
}

/** As mail clients read it; unknown encodings count as identity. */
export type TransferEncoding = 'identity' | 'quoted-printable' | 'base64';

/** What a leaf is to us. `html`, `plain`, `css`, `svg` and `xhtml` are edited; `amp` and `calendar` are read and reported. */
export type PartRole = 'html' | 'xhtml' | 'plain' | 'css' | 'svg' | 'amp' | 'calendar' | 'other';

/** Why a part (or the message) is left as it is, or was treated with less than the full means. Stands in the header's `reason`. */
export type Reason =
  | 'part.signed'
  | 'part.encrypted'
  | 'signed.malformed'
  | 'ambiguous-mime'
  | 'charset'
  | 'size'
  | 'nested'
  | 'amp'
  | 'attachment'
  | `flat.${'depth' | 'attributes' | 'size' | 'elements' | 'time'}`
  | 'limit.parts'
  | 'limit.time'
  | 'line-ends'
  | 'off'
  | 'outbound'
  | 'exempt'
  | 'dmarc-reject'
  | 'error';

export interface ContentType {
  /** `type/subtype`, lower case. */
  readonly type: string;
  /** Lower-case names, RFC 2231 continuations joined, values unquoted. */
  readonly params: ReadonlyMap<string, string>;
}

/** A MIME entity. All spans are octets of the message; the tree's spans nest and never overlap otherwise. */
export interface Part {
  /** IMAP part number; `1` for the only part of a message that is no multipart. The root multipart is ``. */
  readonly id: string;
  readonly header: Span;
  readonly body: Span;
  readonly fields: readonly HeaderField[];
  readonly contentType: ContentType;
  readonly encoding: TransferEncoding;
  readonly role: PartRole;
  /** undefined: may be edited. */
  readonly keep: Reason | undefined;
  readonly children: readonly Part[];
  readonly depth: number;
}

export interface Message {
  readonly octets: Buffer;
  /** The line end of the message's first line. */
  readonly lineEnd: '\r\n' | '\n' | '\r';
  /** An mbox `From ` line in front, its line end included. */
  readonly mboxLine: Span | undefined;
  readonly fields: readonly HeaderField[];
  readonly root: Part;
  /** All parts in document order, root first. */
  readonly parts: readonly Part[];
  /** Reasons that concern the whole message (`limit.parts`, `ambiguous-mime` at the top ...). */
  readonly reasons: readonly Reason[];
}

export interface ReadLimits {
  readonly maxParts: number;
  readonly maxDepth: number;
  readonly nested: 'keep' | 'edit';
}

/**
 * One way in which some client reads the octets of a part as text. Most parts have one reading; a part whose charset or
 * encoding clients read differently has several, and a place is neutralised in each.
 */
export interface TextReading {
  readonly part: Part;
  readonly index: number;
  readonly text: string;
  readonly charset: string;
}

/** An edit of the message's octets, as it will be spliced. Its spans never overlap another's. */
export interface OctetEdit extends Span {
  readonly replacement: Buffer;
}

/** A line of the journal: what was changed and for which finding; enough to restore the original octet for octet. */
export interface JournalEntry {
  readonly part: string;
  /** Octets of the original message that gave way. */
  readonly span: Span;
  readonly before: Buffer;
  readonly after: Buffer;
  /** Indexes into the report's findings; empty for our own header field and what a policy names. */
  readonly findings: readonly number[];
}
