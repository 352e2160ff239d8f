import type { HtmlScan, Place } from '../html/place.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import type { Span } from '../span.ts';

/** A text of the message with the places found in it. One part has several readings where clients differ on its octets. */
export interface ScannedText {
  readonly part: string;
  readonly reading: number;
  readonly kind: 'html' | 'plain' | 'css' | 'amp' | 'calendar';
  readonly text: string;
  readonly places: readonly Place[];
  /** For html only. */
  readonly scan?: HtmlScan;
}

export interface HeaderValue {
  /** Lower case. */
  readonly name: string;
  /** Unfolded, octets as latin1 characters, not decoded further. */
  readonly value: string;
  /** Octets of the whole field in the message. */
  readonly span: Span;
}

/** All that a judge may know of a message. Everything in it is chosen by the sender, but `recipients`, `sender` and `rules`. */
export interface DetectInput {
  readonly texts: readonly ScannedText[];
  /** Top-level header fields, in order. */
  readonly fields: readonly HeaderValue[];
  readonly recipients: readonly string[];
  readonly sender: string;
  /** URLs that parts of the message itself answer, as they say. */
  readonly embedded?: ReadonlySet<string>;
  readonly rules: RuleSet;
}
