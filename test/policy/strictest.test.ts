import { describe, expect, it } from 'vitest';
import { defaultPolicy, strictest } from '../../src/policy/index.ts';
import type { Policy } from '../../src/policy/index.ts';

const rows: readonly { name: string; a: Partial<Policy>; b: Partial<Policy>; expected: Partial<Policy> }[] = [
  { name: 'pixels', a: { pixels: 'keep' }, b: { pixels: 'act' }, expected: { pixels: 'act' } },
  {
    name: 'pixels, other way round',
    a: { pixels: 'report' },
    b: { pixels: 'keep' },
    expected: { pixels: 'report' },
  },
  { name: 'mode', a: { mode: 'off' }, b: { mode: 'report' }, expected: { mode: 'report' } },
  {
    name: 'threshold',
    a: { pixelThreshold: 'certain' },
    b: { pixelThreshold: 'possible' },
    expected: { pixelThreshold: 'possible' },
  },
  { name: 'allow of one only', a: { allow: [{ operator: 'A' }] }, b: { allow: [] }, expected: { allow: [] } },
  {
    name: 'allow of both',
    a: { allow: [{ operator: 'A' }] },
    b: { allow: [{ operator: 'A', why: 'x' }] },
    expected: { allow: [{ operator: 'A' }] },
  },
];

describe('strictest of several policies', () => {
  it.each(rows)('$name', ({ a, b, expected }) => {
    const merged = strictest({ ...defaultPolicy, ...a, name: 'a' }, { ...defaultPolicy, ...b, name: 'b' });
    expect(merged).toMatchObject({ ...expected, name: 'mixed' });
  });

  it('is the policy itself where all recipients have the same', () => {
    expect(strictest(defaultPolicy, defaultPolicy, defaultPolicy)).toBe(defaultPolicy);
  });
});
