import type { Certainty } from '../detect/finding.ts';

/** What a knob says, in the order keep < report < act (`mixed_policies: strictest` takes the value further along). */
export type Knob = 'keep' | 'report' | 'act';

export interface LinkKnobs {
  readonly named: Knob;
  readonly generic: Knob;
  readonly affiliate: 'keep' | 'unwrap';
  /** `foreign`: unwrap those of others, keep our own tenant's (`ownRewriters`). */
  readonly protective: 'keep' | 'foreign' | 'unwrap';
  readonly opaque: 'keep';
}

/** One line of an administrator's allow list: all given fields must match. */
export interface AllowEntry {
  readonly operator?: string;
  /** Host pattern as in rules. */
  readonly host?: string;
  /** Address or domain of the sender. */
  readonly sender?: string;
  readonly rule?: string;
  /** ISO date; the entry is void from then on. */
  readonly until?: string;
  readonly why?: string;
  /** Where it stands in the configuration, for `explain`: `file:line`. */
  readonly at?: string;
}

/** Compiled once, shared by all messages it is chosen for. */
export interface Policy {
  readonly name: string;
  readonly mode: 'clean' | 'report' | 'off';
  readonly pixels: Knob;
  /** The least certainty on which pixels are acted on. */
  readonly pixelThreshold: Certainty;
  readonly personalImages: 'keep' | 'neutralise';
  readonly links: LinkKnobs;
  /** Certainty needed for the generic decoder to act. */
  readonly genericThreshold: Certainty;
  /** Host patterns of our own tenant's protective rewriters. */
  readonly ownRewriters: readonly string[];
  readonly params: Knob;
  readonly receipts: 'keep' | 'remove';
  readonly amp: 'keep' | 'drop';
  readonly nested: 'keep' | 'edit';
  readonly banner: {
    readonly position: 'off' | 'top' | 'bottom';
    readonly html: string;
    readonly plain: string;
  };
  /** Put in front of the subject of an edited message; empty: off. */
  readonly subjectTag: string;
  readonly allow: readonly AllowEntry[];
}

/** Caps and budgets of the pure core; see `limits:` in config/mailsluice.yaml. */
export interface CoreLimits {
  /** Over this a message is relayed untouched. */
  readonly messageBytes: number;
  readonly parts: number;
  readonly nesting: number;
  /** Over these the html finder goes flat. */
  readonly htmlBytes: number;
  readonly htmlDepth: number;
  readonly htmlAttributes: number;
  readonly htmlElements: number;
}
