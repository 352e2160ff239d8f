import { describe, expect, it } from 'vitest';
import { scanHtml } from '../../src/html/index.ts';
import { newsletter, worst, WORST } from './worst-inputs.ts';

const CHARACTERS = 200_000;

/** Milliseconds of processor time that the best of a few scans takes for each character. */
function cost(text: string): number {
  let best = Infinity;
  for (let run = 0; run < 5; run += 1) {
    const before = process.cpuUsage();
    scanHtml(text);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best / text.length;
}

describe('time grows with the text, whatever stands in it', () => {
  const ordinary = newsletter(CHARACTERS);
  for (let run = 0; run < 15; run += 1) scanHtml(ordinary);
  const yardstick = cost(ordinary);

  // Measured: 14 at most, where a document or sheet of its own stands in every 30 to 40 characters, or a tag begins in every three that shares
  // its attributes with all others; most are below 6. What is quadratic is off by hundreds at this length.
  it.for(Object.keys(WORST))('%s', { timeout: 60_000 }, (name) => {
    scanHtml(worst(name, CHARACTERS / 4));
    expect(cost(worst(name, CHARACTERS)) / yardstick).toBeLessThan(36);
  });
});
