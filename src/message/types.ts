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
export type TransferEncoding = 'identity' | 'quoted-printable' | 'base64' | 'uuencode' | 'yenc';

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
  | 'calendar'
  | 'attachment'
  | `flat.${'depth' | 'attributes' | 'size' | 'elements' | 'time'}`
  | 'cut'
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
  /** The delimiter line in front of the part, its line end included; undefined for the root and in message/rfc822. */
  readonly delimiter?: Span;
  /** Not a part in every reading: a preamble or epilogue with parts in it, or all that stands behind a cap. */
  readonly flat?: true;
  /** How its octets are read as text; absent where they are not (no text, or kept). */
  readonly sources?: readonly Source[];
  /** Octets of the body in which no edit may fall: delimiters and headers in another reading, PGP armour. */
  readonly guarded?: readonly Span[];
}

/** Octets under one transfer encoding and charset. Spans are octets of the message. */
export interface Piece {
  readonly span: Span;
  readonly encoding: TransferEncoding;
  /** As declared, lower case; undefined where none is. */
  readonly charset: string | undefined;
}

/** One way to find a text in a part. All but the flat ones have one piece. */
export interface Source {
  readonly pieces: readonly Piece[];
  readonly role: PartRole;
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
  /** Encoding label in which it was read; `octets` for the view in which each octet is a character (U+0000-U+00FF). */
  readonly charset: string;
  /** What to scan it as; differs from the part's role where readers disagree on the type. */
  readonly role: PartRole;
  /** Characters in which nothing may be edited: what inline PGP signs. */
  readonly exempt: readonly Span[];
}

/** An edit of the message's octets, as it will be spliced. Its spans never overlap another's. */
export interface OctetEdit extends Span {
  readonly replacement: Buffer;
}

/** What a re-encoding of base64 changes: the same as the octets say, without the octets that only moved. */
export interface Base64Change {
  /** Spans of the decoded part, and what stood and stands there. */
  readonly edits: readonly { readonly span: Span; readonly before: Buffer; readonly after: Buffer }[];
  /** Characters on a line; undefined where all is on one. */
  readonly lineWidth: number | undefined;
}

/** A line of the journal: what was changed and for which finding; enough to restore the original octet for octet. */
export interface JournalEntry {
  readonly part: string;
  /** Octets of the original message that gave way. */
  readonly span: Span;
  readonly before: Buffer;
  readonly after: Buffer;
  /** Set where the part is base64. */
  readonly base64?: Base64Change;
  /** Indexes into the report's findings; empty for our own header field and what a policy names. */
  readonly findings: readonly number[];
}
