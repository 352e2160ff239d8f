/**
 * The format of a rule pack (`config/rules/**.yaml`: a list of rules). What is written here is the contract with administrators:
 * host labels, path globs and parameter names, no expressions.
 */

/** Which URLs a rule is about. All given conditions must hold; lists are alternatives but `query`, whose names must all be there. */
export interface RuleMatch {
  /**
   * Host patterns, label by label: `example.com`; `*.example.com` any number (>=1) of labels in front; `us*.example.com` a glob inside
   * one label. None: any host (the rule is about a path shape on the sender's own host).
   */
  readonly hosts?: readonly string[];
  /** Path globs, anchored at both ends: `*` any run without `/`, `**` any run. Case-sensitive, percent-encoding as written. */
  readonly paths?: readonly string[];
  /** Parameters that must be there: `upn`, `act=open` (value, `*` any run), `id~hex16` (value of a shape). */
  readonly query?: readonly string[];
  /** Fragment glob. */
  readonly fragment?: string;
  /** Shape of path segments by index, negative from the end: `{ "1": "uuid" }`. */
  readonly segments?: Readonly<Record<string, TokenShape>>;
}

/** Shapes of a token, each linear to test: `hex16` means at least 16 hex digits, `base64url20` at least 20 of that alphabet. */
export type TokenShape = string;

/** One step from a URL to its destination. Text in, text out; a step that fails ends the decoding (the link stays). */
export type DecodeStep =
  /** Raw value of the (first, or last) parameter with one of these names, percent-decoded once; `+` stays. */
  | { readonly query: string | readonly string[]; readonly last?: boolean }
  /** All that follows `name=` up to the end of the URL, raw. */
  | { readonly query_tail: string }
  /** All that follows the first `?`, raw. */
  | { readonly query_whole: true }
  /** Path segment by index, negative from the end; raw. */
  | { readonly segment: number }
  /** All of the path (query and fragment too) behind this glob prefix, raw. */
  | { readonly path_after: string }
  /** The fragment, raw. */
  | { readonly fragment: true }
  | { readonly percent: true }
  | { readonly base64: true }
  | { readonly base32: true }
  | { readonly hex: true }
  | { readonly inflate: true }
  | { readonly json: string }
  | { readonly jwt: string }
  | { readonly protobuf: number }
  | { readonly sparkpost: number }
  | { readonly split: string; readonly index: number }
  | { readonly prepend: string }
  | { readonly parameter: string }
  | { readonly unescape_html: true }
  | { readonly repair_scheme: true }
  | { readonly cut_signature: string; readonly length: number }
  | { readonly replace: string; readonly with: string }
  | { readonly proofpoint: 1 | 2 | 3 };

interface RuleBase {
  /** Stable, lower case, dotted: `mailchimp.open`. */
  readonly id: string;
  readonly operator: string;
  readonly category?: string;
  readonly match: RuleMatch;
  /** Where the fact comes from: a list and its licence, the operator's documentation, a sample. */
  readonly source: string;
  /** Rests on one list only, no sample: its verdicts are `probable`. */
  readonly probable?: boolean;
}

export interface PixelRule extends RuleBase {
  readonly kind: 'pixel';
  readonly must: readonly string[];
  readonly must_not?: readonly string[];
}

export interface RedirectRule extends RuleBase {
  readonly kind: 'redirect';
  /** `protective` and `affiliate` are kept by default. */
  readonly class?: 'named' | 'protective' | 'affiliate';
  readonly decode: readonly DecodeStep[];
  readonly must: readonly { readonly url: string; readonly to: string }[];
  readonly must_not?: readonly string[];
}

/** A redirect whose destination only its operator knows. */
export interface OpaqueRule extends RuleBase {
  readonly kind: 'opaque';
  readonly must: readonly string[];
  readonly must_not?: readonly string[];
}

/** URLs that are never changed, for the reason named by `guard`. */
export interface KeepRule extends RuleBase {
  readonly kind: 'keep';
  readonly guard: string;
  readonly must: readonly string[];
  readonly must_not?: readonly string[];
}

/** Tracking parameters; without `match.hosts` everywhere. */
export interface ParamRule extends RuleBase {
  readonly kind: 'param';
  /** Exact names, case-sensitive, or a prefix glob `utm_*`. */
  readonly names: readonly string[];
  /** Only values of this shape. */
  readonly value?: TokenShape;
  /** Host patterns on which these stay. */
  readonly except?: readonly string[];
  readonly must: readonly { readonly url: string; readonly to: string }[];
  readonly must_not?: readonly string[];
}

/** An administrator's rule on the element instead of the URL: a CSS selector on `img` and other loading elements. */
export interface SelectorRule extends Omit<RuleBase, 'match'> {
  readonly kind: 'pixel';
  readonly selector: string;
  /** HTML in which it must (not) find an element. */
  readonly must?: readonly string[];
  readonly must_not?: readonly string[];
}

export type Rule = PixelRule | RedirectRule | OpaqueRule | KeepRule | ParamRule | SelectorRule;
