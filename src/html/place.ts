import type { Span, TextEdit } from '../span.ts';

/**
 * How a client comes to fetch a URL. All but the last three are loads (fetched unasked, on open, scroll, print or hover).
 * `hint` is what a mail client never needs: prefetch, preconnect, dns-prefetch, manifest, compression-dictionary. `tail` is all that stands
 * behind the point where a text had cost more than any mail does: nobody has read it, and it may load anything.
 */
export type Channel =
  | 'image'
  | 'style'
  | 'font'
  | 'frame'
  | 'media'
  | 'object'
  | 'script'
  | 'refresh'
  | 'hint'
  | 'ping'
  | 'tail'
  | 'anchor'
  | 'form'
  | 'text';

/** An attribute as written. All spans are character offsets in the text of the part. */
export interface Attribute {
  /** Lower-case ASCII, prefix kept (`xlink:href`). */
  readonly name: string;
  /** Character references decoded. */
  readonly value: string;
  /** From the name's first character to behind the closing quote. */
  readonly span: Span;
  /** The value's own characters, without quotes; empty where the attribute has none. */
  readonly valueSpan: Span;
  readonly quote: '"' | "'" | '';
  /** With it gone, what stands behind it would be the value of the one in front. */
  readonly separates: boolean;
}

/** A start tag as the finder met it, linked to the start tags that are open around it. */
export interface ElementInfo {
  /** Lower-case name as written, prefix kept (`v:fill`). */
  readonly tag: string;
  /** First of each name wins, as in browsers; the others are in `attributes` too, behind it. */
  readonly attributes: readonly Attribute[];
  /** The start tag, `<` to behind `>` (or the end of text where it is unclosed). */
  readonly span: Span;
  /** undefined at the top, and for every element once the scan went flat. */
  readonly parent: ElementInfo | undefined;
  readonly depth: number;
  /** The tag as it is written, from its name on, where that says all of it and is not long: tags that are written alike are alike. */
  readonly written: string | undefined;
  /** The value of the first attribute with this name (lower case), character references decoded. Cheap where there is none. */
  valueOf(name: string): string | undefined;
  /** Text between the start tag and its end tag; for `a` only, where an end tag was found. */
  contentSpan?: Span;
}

/**
 * One encoding around the URL's characters, outermost first. A rewriter writes a URL through all of them, innermost first.
 * `comment` and `raw` mark text that is no markup in some readings (conditional comment, CDATA, noscript, textarea ...).
 */
export type Layer =
  | { readonly kind: 'attribute'; readonly quote: '"' | "'" | '' }
  | { readonly kind: 'css-string'; readonly quote: '"' | "'" }
  | { readonly kind: 'css-url' }
  | { readonly kind: 'srcset' }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'data-url'; readonly base64: boolean }
  | { readonly kind: 'comment' }
  | { readonly kind: 'raw' };

/** A place where a URL stands, or a text's `tail` (last, and with `urls` that say nothing). */
export interface Place {
  readonly channel: Channel;
  /** The element that carries it (`style` element or the element with the `style` attribute for CSS); undefined in plain text. */
  readonly element: ElementInfo | undefined;
  readonly attribute: Attribute | undefined;
  /** Where it stands in CSS: the property or at-rule (lower case), and the rule's selector text if any. */
  readonly css?: { readonly property: string; readonly selector?: string } | undefined;
  /** The URL decoded of every layer, as its author meant it; not resolved, not normalised. */
  readonly value: string;
  /** What it means to a client, WHATWG-parsed (`new URL(value, base).href`), one entry a reading; empty: never remote. */
  readonly urls: readonly string[];
  /** The URL's own characters in the text: what goes when only the URL may go. */
  readonly span: Span;
  readonly layers: readonly Layer[];
  /** It is an element in some readings only, so that nothing but the URL's characters may be cut. */
  readonly doubtful: boolean;
  /** What goes (and what comes in its stead) where that is not simply the attribute: a srcset's candidate, an attribute that has a twin. */
  readonly unit?: readonly TextEdit[] | undefined;
  /** The whole start tag may go: it takes no space, and no reading's tree hangs on it. */
  readonly removable?: true | undefined;
}

/** What was not read of a text, if it was not read to its end. */
export function tailOf(places: readonly Place[]): Place | undefined {
  const last = places.at(-1);
  return last?.channel === 'tail' ? last : undefined;
}

/** A CSS rule of the message's own `<style>` elements whose declarations bear on size or visibility. */
export interface StyleRule {
  readonly selector: string;
  /** As written and in that order: which of one property wins hangs on what browsers take, and on `!important`. */
  readonly declarations: readonly (readonly [name: string, value: string])[];
  /** The media queries that it hangs on, if any; `@…` for another condition. What a condition hides is no evidence of hiding. */
  readonly media?: string;
}

export type FlatReason = 'depth' | 'attributes' | 'size' | 'elements' | 'time';

/** All that the finder saw in one text. */
export interface HtmlScan {
  readonly places: readonly Place[];
  readonly styleRules: readonly StyleRule[];
  /** Characters of the first and last visible content (text that is not blank, or a visible image), for "first or last in the body". */
  readonly firstText: number;
  readonly lastText: number;
  /** Set when a cap was met: elements behind it have no parents, `styleRules` may be short, places are complete all the same. */
  readonly flat: FlatReason | undefined;
}
