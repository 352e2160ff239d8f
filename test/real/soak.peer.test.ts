import { describe, expect, test } from 'vitest';
import { soak } from './support/soak/soak.ts';
import { missing } from './support/tools.ts';

const reason = missing('soak: no message is lost', ['postfix']);

describe.skipIf(reason !== undefined)('no message is lost, and none doubled without a reason', () => {
  test(
    '500 messages; mailsluice killed again and again, a next hop that fails at every step',
    { timeout: 420_000 },
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 32);
      const result = await soak(500, seed, () => undefined);
      expect({ seed, missing: result.missing, wrong: result.wrong, unexplained: result.unexplained }).toEqual(
        {
          seed,
          missing: [],
          wrong: [],
          unexplained: [],
        },
      );
      expect(result.kills).toBeGreaterThan(0);
      expect(result.faults.size).toBeGreaterThan(10);
    },
  );
});
