import { describe, expect, it } from 'vitest';
import { decodeRedirect } from '../../../src/detect/link/index.ts';
import { checkRules } from '../../../src/rules/index.ts';
import { outcomeOf, packs } from './support.ts';

const redirects = packs.filter((rule) => rule.kind === 'redirect');

describe('packs of redirects, opaque counters, parameters and links to keep', () => {
  it('meet their own vectors', () => {
    expect(checkRules(packs, decodeRedirect)).toEqual([]);
  });

  it('have at least one near miss each', () => {
    const without = packs.filter((rule) => rule.kind !== 'pixel' && (rule.must_not ?? []).length === 0);
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  // A rule that works alone may be shadowed by another one, by a guard, or lose what it decoded to the destination check.
  it.each(redirects.map((rule) => [rule.id, rule] as const))('%s unwraps among all the others', (_, rule) => {
    for (const { url, to } of rule.must) {
      const outcome = outcomeOf(url);
      expect(outcome).toMatchObject({ url: to, redirect: rule.class ?? 'named' });
    }
  });

  it('name a source for each fact', () => {
    expect(packs.filter((rule) => rule.source.length < 8).map(({ id }) => id)).toEqual([]);
  });
});
