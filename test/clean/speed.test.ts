import { Parser } from 'htmlparser2';
import { describe, expect, test } from 'vitest';
import { cleanMessage } from '../../src/clean/index.ts';
import { compiledPolicy } from '../support/compiled.ts';
import { cpuRatio } from '../support/cpu.ts';
import { newsletterHtml, newsletterMail } from '../support/sample-mail.ts';

// Ratios of CPU time with wide margins: they catch a quadratic slip, not a slow machine. `npm run bench:core` has the figures.

const compiled = compiledPolicy();

function times(count: number, run: () => void): () => void {
  return () => {
    for (let time = 0; time < count; time += 1) run();
  };
}

describe('speed of the core', () => {
  test('a newsletter costs no more than 40 times a bare pass of htmlparser2 over its HTML', () => {
    const html = newsletterHtml(1, 60_000, 40);
    const mail = newsletterMail(1, 60_000, 40);
    let events = 0;
    const count = (): void => {
      events += 1;
    };
    const handler = { onopentag: count, onclosetag: count, ontext: count, oncomment: count };
    const bare = times(10, () => {
      const parser = new Parser(handler);
      parser.write(html);
      parser.end();
    });
    const core = times(10, () => cleanMessage(mail, {}, compiled));
    expect(cpuRatio(core, bare, 40)).toBeLessThan(40);
    expect(events).toBeGreaterThan(0);
  }, 60_000);

  test.each([
    { name: 'newsletters', mail: (size: number) => newsletterMail(2, size * 60_000, size * 40) },
    { name: 'redirects only', mail: (size: number) => newsletterMail(3, 0, size * 60) },
  ])(
    'eight times the octets cost at most twelve times the time: $name',
    ({ mail }) => {
      const small = mail(1);
      const large = mail(8);
      const once = times(8, () => cleanMessage(small, {}, compiled));
      const eight = (): void => void cleanMessage(large, {}, compiled);
      // Eight small ones are as many octets as the large one.
      const limit = (12 / 8) * Math.max(1, large.length / small.length / 8);
      expect(cpuRatio(eight, once, limit)).toBeLessThan(limit);
    },
    60_000,
  );
});
