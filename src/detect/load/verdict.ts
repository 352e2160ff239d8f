import type { Certainty } from '../finding.ts';
import { has, scoreOf, type Weighed } from './evidence.ts';

export interface Verdict {
  readonly certainty: Certainty;
  readonly personal: boolean;
}

const certainFrom = 100;
const probableFrom = 60;
const possibleFrom = 35;

export function certaintyOf(score: number): Certainty | undefined {
  if (score >= certainFrom) return 'certain';
  if (score >= probableFrom) return 'probable';
  return score >= possibleFrom ? 'possible' : undefined;
}

/**
 * Reads the verdict off the evidence. `shown`: the load has something to show to the reader; then no identifier makes it more than a `possible`,
 * personal one, since taking it away would take content away. A rule stands over that: its author has named the place.
 */
export function verdictOf(all: readonly Weighed[], shown: boolean): Verdict | undefined {
  const ruled = all.some(
    (one) => one.name === 'rule' || one.name === 'rule.probable' || one.name === 'selector',
  );
  if (shown && !ruled) {
    const identified = has(all, 'hard') || has(all, 'identifier');
    return identified ? { certainty: 'possible', personal: true } : undefined;
  }
  const certainty = certaintyOf(scoreOf(all));
  return certainty === undefined ? undefined : { certainty, personal: false };
}
