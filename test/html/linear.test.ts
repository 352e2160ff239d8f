import { describe, expect, it } from 'vitest';
import { scanHtml } from '../../src/html/index.ts';
import { newsletter, worst, WORST } from './worst-inputs.ts';

const CHARACTERS = 200_000;

/** Milliseconds of processor time that the best of a few scans takes for each character. */
function cost(text: string): number {
  let best = Infinity;
  for (let run = 0; run < 3; run += 1) {
    const before = process.cpuUsage();
    scanHtml(text);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best / text.length;
}

describe('time grows with the text, whatever stands in it', () => {
  const ordinary = newsletter(CHARACTERS);
  for (let run = 0; run < 5; run += 1) scanHtml(ordinary);
  const yardstick = cost(ordinary);

  // Most are below 4. What holds a place in every few characters (small sheets, frames, comments with tags) is at 10 to 20, as each place costs
  // what a line of text costs; what is quadratic is off by hundreds at this length.
  it.for(Object.keys(WORST))('%s', { timeout: 60_000 }, (name) => {
    scanHtml(worst(name, CHARACTERS / 4));
    expect(cost(worst(name, CHARACTERS)) / yardstick).toBeLessThan(40);
  });
});
