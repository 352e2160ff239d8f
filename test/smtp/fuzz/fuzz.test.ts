import { expect, it } from 'vitest';
import { fuzzDialogue } from './fuzz.ts';

// 30 s in CI; `npm run fuzz -- 300 SEED` runs it for longer, or again.
const seconds = Number(process.env['MAILSLUICE_FUZZ_SECONDS'] ?? 3);
const seed = Number(process.env['MAILSLUICE_FUZZ_SEED'] ?? Date.now() % 1_000_000);

it(
  `no dialogue crashes the relay, leaks a descriptor or gets a bare line end past it (seed ${seed})`,
  async () => {
    const { problems, messages } = await fuzzDialogue(seconds, seed);
    expect(problems).toEqual([]);
    expect(messages).toBeGreaterThan(0);
  },
  seconds * 1000 + 120_000,
);
