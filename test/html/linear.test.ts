import { describe, expect, it } from 'vitest';
import { scanHtml } from '../../src/html/index.ts';
import { cpuRatio } from '../support/cpu.ts';
import { newsletter, worst, WORST } from './worst-inputs.ts';

const CHARACTERS = 200_000;

describe('time grows with the text, whatever stands in it', () => {
  const ordinary = newsletter(CHARACTERS);
  for (let run = 0; run < 15; run += 1) scanHtml(ordinary);

  // Measured: below 30 on a quiet machine, where a document or sheet of its own stands in every 30 to 40 characters, or a tag begins in every few that shares
  // its attributes or their end with all others; half are below 4. What is quadratic is off by hundreds at this length.
  it.for(Object.keys(WORST))('%s', { timeout: 60_000 }, (name) => {
    const text = worst(name, CHARACTERS);
    const limit = (36 * text.length) / ordinary.length;
    expect(
      cpuRatio(
        () => scanHtml(text),
        () => scanHtml(ordinary),
        limit,
      ),
    ).toBeLessThan(limit);
  });
});
