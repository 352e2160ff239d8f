import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { weights } from '../../../src/detect/load/index.ts';

test('the README tells every evidence with its kind and weight', () => {
  const readme = readFileSync('src/detect/load/README.md', 'utf8');
  const rows = [...readme.matchAll(/^\| `([a-z0-9.-]+)` *\| (\w+) *\| *(-?\d+) *\|/gm)];
  const told = Object.fromEntries(
    rows.map(([, name, kind, weight]) => [name, { kind, weight: Number(weight) }]),
  );
  expect(told).toEqual(weights);
});
