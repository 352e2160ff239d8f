/** Over these the scan goes flat: elements get no parents any more, places are complete all the same. */
export interface ScanCaps {
  /** Open elements at a time. */
  readonly depth: number;
  /** Attributes of one start tag. */
  readonly attributes: number;
  /** Start tags of a text. */
  readonly elements: number;
  /** Characters of a text. */
  readonly characters: number;
}

export const DEFAULT_CAPS: ScanCaps = {
  depth: 512,
  attributes: 256,
  elements: 200_000,
  characters: 8_000_000,
};

/**
 * Documents in documents (srcdoc, data:, imported data: sheets): so deep they are always opened; down to the other depth while they are not
 * too long in all. Below, whatever looks like a URL counts.
 */
export const SURE_NESTING = 5;
export const MAX_NESTING = 40;
