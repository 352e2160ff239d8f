/** A small generator of numbers (mulberry32): the same seed, the same run. */
export interface Random {
  /** 0 <= n < below. */
  below(below: number): number;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
  chance(percent: number): boolean;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (values) => values[below(values.length)] ?? values[0],
    chance: (percent) => below(100) < percent,
  };
}
