import type { Certainty } from '../finding.ts';
import { scoreOf, type Weighed } from './evidence.ts';

export interface Verdict {
  readonly certainty: Certainty;
  readonly personal: boolean;
}

/** What the evidence must add up to. */
export const certaintyFrom: Readonly<Record<Certainty, number>> = {
  certain: 100,
  probable: 60,
  possible: 35,
};

export function certaintyOf(score: number): Certainty | undefined {
  if (score >= certaintyFrom.certain) return 'certain';
  if (score >= certaintyFrom.probable) return 'probable';
  return score >= certaintyFrom.possible ? 'possible' : undefined;
}

/**
 * Reads the verdict off the evidence. `shows`: the load may have something to show to the reader; then an identifier (`personal`) makes it no
 * more than a possible, personal one, since taking it away would take content away. A rule stands over that: its author has named the place.
 */
export function verdictOf(all: readonly Weighed[], shows: boolean, personal: boolean): Verdict | undefined {
  const ruled = all.some(
    (one) => one.name === 'rule' || one.name === 'rule.probable' || one.name === 'selector',
  );
  if (shows && !ruled) return personal ? { certainty: 'possible', personal: true } : undefined;
  const certainty = certaintyOf(scoreOf(all));
  return certainty === undefined ? undefined : { certainty, personal: false };
}
