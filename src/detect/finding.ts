import type { Place } from '../html/place.ts';
import type { Span } from '../span.ts';

export type FindingKind = 'pixel' | 'link' | 'param' | 'receipt';
export type Certainty = 'certain' | 'probable' | 'possible';

/** One reason for a verdict: its name is stable (documented, printed by `explain`), its weight adds up, negative for innocence. */
export interface Evidence {
  readonly name: string;
  readonly weight: number;
  readonly detail?: string;
}

/** Where a finding stands: a place in a text of a part, or a header field of the message. */
export type Where =
  | { readonly kind: 'place'; readonly part: string; readonly reading: number; readonly place: Place }
  | { readonly kind: 'field'; readonly name: string; readonly span: Span };

interface FindingBase {
  readonly certainty: Certainty;
  /** Name from a rule file, never text of the message. */
  readonly operator?: string;
  readonly rule?: string;
  readonly evidence: readonly Evidence[];
  readonly where: Where;
}

/** A load judged to track, or a visible image with an identifier (`personal`). */
export interface PixelFinding extends FindingBase {
  readonly kind: 'pixel';
  /** It shows something to the reader: kept, unless `personal_images: neutralise`. */
  readonly personal: boolean;
  /** A visible image that only runs through a counter: the real URL inside (to be written instead). */
  readonly destination?: string;
  /** What a mail client never needs (hint, ping, refresh): goes under every policy that cleans. */
  readonly needless: boolean;
}

export type RedirectClass = 'named' | 'generic' | 'protective' | 'affiliate';

/** A link through a counter. */
export interface LinkFinding extends FindingBase {
  readonly kind: 'link';
  readonly redirect: RedirectClass;
  /** ASCII http(s) URL to be written instead; undefined: opaque, the destination cannot be read. */
  readonly destination?: string;
  /** Why it is left although it could be read (`unsubscribe`, `signed`, `sign-in`, ...). */
  readonly guard?: string;
}

/** Tracking parameters to cut from a link (or from its destination when a LinkFinding at the same place gives one). */
export interface ParamFinding extends FindingBase {
  readonly kind: 'param';
  readonly names: readonly string[];
  /** The URL after the cuts, every other octet as it was. */
  readonly result: string;
  readonly guard?: string;
}

/** A header field that asks the reader's client for a receipt. */
export interface ReceiptFinding extends FindingBase {
  readonly kind: 'receipt';
}

export type Finding = PixelFinding | LinkFinding | ParamFinding | ReceiptFinding;
