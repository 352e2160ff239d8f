import { describe, expect, it } from 'vitest';
import { scanHtml } from '../../src/html/index.ts';
import { cpuRatio } from '../support/cpu.ts';
import { newsletter, worst, WORST } from './worst-inputs.ts';

const CHARACTERS = 200_000;
const LIMIT = 60;

describe('time grows with the text, whatever stands in it', () => {
  const ordinary = newsletter(CHARACTERS);
  for (let run = 0; run < 15; run += 1) scanHtml(ordinary);

  // `npm run bench:worst` has the figures. Here is only a bound that a busy machine does not reach: what is quadratic is off by hundreds at this length.
  it.for(Object.keys(WORST))('%s', { timeout: 60_000 }, (name) => {
    const text = worst(name, CHARACTERS);
    const limit = (LIMIT * text.length) / ordinary.length;
    expect(
      cpuRatio(
        () => scanHtml(text),
        () => scanHtml(ordinary),
        limit,
      ),
    ).toBeLessThan(limit);
  });
});
