import type { Span } from '../span.ts';

/** A parameter of a query or fragment; spans are offsets in `UrlParts.text`. */
export interface UrlParam {
  /** Percent-decoded once; `+` stays. */
  readonly name: string;
  /** As written. */
  readonly rawValue: string;
  /** `name=value`, without the separator. */
  readonly span: Span;
}

/** An absolute http(s) URL taken apart without changing a character of it. */
export interface UrlParts {
  /** As written (leading and trailing white space gone). */
  readonly text: string;
  readonly scheme: 'http' | 'https';
  /** As a client resolves it: lower case, A-labels, no trailing dot. */
  readonly host: string;
  /** Empty where it is the scheme's default. */
  readonly port: string;
  readonly hasUserinfo: boolean;
  /** From the first `/` behind the authority up to `?` or `#`; as written. */
  readonly path: string;
  /** Behind `?` up to `#`, as written; undefined without `?`. */
  readonly query: string | undefined;
  /** Behind `#`, as written; undefined without `#`. */
  readonly fragment: string | undefined;
  readonly pathStart: number;
  /** Path segments as written, without the leading slash. */
  readonly segments: readonly string[];
  /** Parameters of the query, `&` and `;` separated, in order. */
  readonly params: readonly UrlParam[];
}
