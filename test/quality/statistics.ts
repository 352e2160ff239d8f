export interface Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const z = 1.959964;

/** Share of hits with its Wilson score interval at 95 %; undefined of nothing. */
export function wilson(hits: number, all: number): Interval | undefined {
  if (all === 0) return undefined;
  const share = hits / all;
  const spread = z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  const middle = share + (z * z) / (2 * all);
  const scale = 1 + (z * z) / all;
  return { share, low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

/** Cohen's kappa of two labellings of the same things; 1 where both always agree. */
export function kappa(pairs: readonly (readonly [string, string])[]): number {
  const first = new Map<string, number>();
  const second = new Map<string, number>();
  let same = 0;
  for (const [a, b] of pairs) {
    first.set(a, (first.get(a) ?? 0) + 1);
    second.set(b, (second.get(b) ?? 0) + 1);
    if (a === b) same += 1;
  }
  const observed = same / pairs.length;
  let chance = 0;
  for (const [label, count] of first) chance += (count * (second.get(label) ?? 0)) / pairs.length ** 2;
  return chance === 1 ? 1 : (observed - chance) / (1 - chance);
}

/** `0.993 [0.981, 0.998] 412/415`. */
export function shown(hits: number, all: number): string {
  const interval = wilson(hits, all);
  if (interval === undefined) return '- (none)';
  const [share, low, high] = [interval.share, interval.low, interval.high].map((value) => value.toFixed(3));
  return `${share} [${low}, ${high}] ${hits}/${all}`;
}
