import { describe, expect, test } from 'vitest';
import { parseLabels } from './labels.ts';
import { kappa, wilson } from './statistics.ts';

describe('wilson', () => {
  const rows: readonly (readonly [hits: number, all: number, low: number, high: number])[] = [
    [0, 10, 0, 0.278],
    [10, 10, 0.722, 1],
    [5, 10, 0.237, 0.763],
    [995, 1000, 0.988, 0.998],
  ];
  test.each(rows)('%i of %i: %f to %f', (hits, all, low, high) => {
    const interval = wilson(hits, all);
    expect(interval?.low).toBeCloseTo(low, 3);
    expect(interval?.high).toBeCloseTo(high, 3);
  });
  test('of nothing there is none', () => expect(wilson(0, 0)).toBeUndefined());
});

describe('kappa', () => {
  const rows: readonly (readonly [
    name: string,
    pairs: readonly (readonly [string, string])[],
    value: number,
  ])[] = [
    [
      'always alike',
      [
        ['T', 'T'],
        ['C', 'C'],
      ],
      1,
    ],
    [
      'always one label',
      [
        ['C', 'C'],
        ['C', 'C'],
      ],
      1,
    ],
    [
      'by chance',
      [
        ['T', 'T'],
        ['T', 'C'],
        ['C', 'T'],
        ['C', 'C'],
      ],
      0,
    ],
    [
      'never alike',
      [
        ['T', 'C'],
        ['C', 'T'],
      ],
      -1,
    ],
  ];
  test.each(rows)('%s', (_, pairs, value) => expect(kappa(pairs)).toBeCloseTo(value, 6));
});

test('a table of labels', () => {
  const text = 'message\tload\ta\tb\tagreed\naa\tbb\tT\tS\tT\ncc\tdd\tC\t-\tC\n';
  expect(parseLabels(text)).toEqual([
    { message: 'aa', load: 'bb', a: 'T', b: 'S', agreed: 'T' },
    { message: 'cc', load: 'dd', a: 'C', b: undefined, agreed: 'C' },
  ]);
  expect(() => parseLabels('x\naa\tbb\t?\t-\tC\n')).toThrow('no label');
});
