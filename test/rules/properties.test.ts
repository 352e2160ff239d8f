import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRules, isSelectorRule, parseRulePack, type Rule } from '../../src/rules/index.ts';
import { loadBuiltin } from '../../src/rules/load.ts';
import { parseUrl } from '../../src/url/index.ts';
import { leastCpuMs } from '../support/cpu.ts';

const { rules } = loadBuiltin();
const all = compileRules(rules, 'test');

const piece = fc.stringMatching(/^[a-z0-9/%?#&;=.*~:@\\+-]{0,12}$/);
const address = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.string({ unit: 'binary', maxLength: 60 }).map((rest) => `https://mail.example.com/${rest}`),
  fc.array(piece, { maxLength: 30 }).map((pieces) => `https://a.${pieces.join('/')}`),
  fc
    .tuple(fc.constantFrom(...rules.flatMap(mustOf)), fc.nat(), piece)
    .map(
      ([text, at, more]) =>
        text.slice(0, 10 + (at % text.length)) + more + text.slice(10 + (at % text.length)),
    ),
);

function mustOf(rule: Rule): readonly string[] {
  if (isSelectorRule(rule)) return [];
  return rule.must.map((vector) => (typeof vector === 'string' ? vector : vector.url));
}

function matchedIds(rule: Rule, set: typeof all, text: string): readonly (string | undefined)[] {
  const url = parseUrl(text);
  if (url === undefined) return [];
  if (rule.kind === 'pixel') return [set.pixel(url)?.id];
  if (rule.kind === 'redirect') return set.redirects(url).map(({ id }) => id);
  if (rule.kind === 'opaque') return [set.opaque(url)?.id];
  if (rule.kind === 'keep') return [set.keep(url)?.id];
  return url.params.map(({ name, rawValue }) => set.param(url, name, rawValue)?.id);
}

describe('properties of matching', () => {
  it('never throws, whatever the URL', () => {
    fc.assert(
      fc.property(address, (text) => {
        const url = parseUrl(text);
        if (url === undefined) return;
        all.pixel(url);
        all.redirects(url);
        all.opaque(url);
        all.keep(url);
        for (const { name, rawValue } of url.params) all.param(url, name, rawValue);
      }),
      { numRuns: 3_000 },
    );
  });

  it('matches each rule’s own URLs in any mixture with other rules, in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...rules], { minLength: 1, maxLength: 60 }), (some) => {
        const set = compileRules(some, 'mixture');
        for (const rule of some) {
          for (const text of mustOf(rule)) {
            const ids = matchedIds(rule, set, text);
            // Another rule may win, but then one of the same mixture and kind does.
            expect([rule.id, text, ids.some((id) => id !== undefined)]).toEqual([rule.id, text, true]);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same answer as trying every rule alone', () => {
    const alone = rules.flatMap((rule) =>
      rule.kind === 'pixel' && !isSelectorRule(rule) ? [compileRules([rule], 'alone')] : [],
    );
    fc.assert(
      fc.property(address, (text) => {
        const url = parseUrl(text);
        if (url === undefined) return;
        const expected = alone.some((set) => set.pixel(url) !== undefined);
        expect(all.pixel(url) !== undefined).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('parses any text into rules or problems, never into an exception', () => {
    const yaml = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc
        .array(
          fc.constantFrom(
            '- id: a',
            '\n',
            '  kind: pixel',
            ' match:',
            '{',
            '}',
            '[',
            '*a',
            '&a ',
            "'",
            ': ',
            '- ',
          ),
          { maxLength: 20 },
        )
        .map((pieces) => pieces.join('')),
      fc
        .array(
          fc.record(
            {
              id: fc.string(),
              kind: fc.constantFrom('pixel', 'param', 'redirect'),
              match: fc.anything(),
              must: fc.anything(),
              decode: fc.anything(),
            },
            { requiredKeys: [] },
          ),
          { maxLength: 3 },
        )
        .map((value) => JSON.stringify(value) ?? ''),
    );
    fc.assert(
      fc.property(yaml, (text) => {
        const { rules: read, problems } = parseRulePack(text, 'any.yaml');
        for (const { line, column, message } of problems) {
          expect([line >= 1, column >= 1, message.length > 0]).toEqual([true, true, true]);
        }
        compileRules(read, 'any');
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes linear time for URLs made to be slow', () => {
    const slow = [
      `https://a.example${'/open'.repeat(20_000)}`,
      `https://a.example/?${'utm_source=1&'.repeat(8_000)}`,
      `https://a.example/?${'u=1;id=2&'.repeat(10_000)}`,
      `https://a.example/track/open.php?${'u'.repeat(100_000)}=1`,
      `https://a.example/r/http${'pixel.gif/'.repeat(10_000)}`,
      `https://t.emltrk.com/${'a/'.repeat(50_000)}`,
    ];
    for (const text of slow) {
      const url = parseUrl(text);
      if (url === undefined) continue;
      const askAll = (): void => {
        all.pixel(url);
        all.redirects(url);
        all.keep(url);
        all.opaque(url);
        for (const { name, rawValue } of url.params) all.param(url, name, rawValue);
      };
      expect(leastCpuMs(1_500, askAll)).toBeLessThan(1_500);
    }
  });
});
