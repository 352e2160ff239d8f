import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../src/rules/index.ts';
import { requiredWords } from '../../src/rules/glob.ts';
import { leastCpuMs } from '../support/cpu.ts';

describe('globs', () => {
  it.each([
    ['/open', '/open', true],
    ['/open', '/open/', false],
    ['/open', '/Open', false],
    ['/open*', '/open.gif', true],
    ['/open*', '/open/a', false],
    ['/open**', '/open/a/b', true],
    ['/o/*', '/o/', true],
    ['/o/*', '/o/a/b', false],
    ['/*/o.gif', '/a/o.gif', true],
    ['/*/o.gif', '/a/b/o.gif', false],
    ['/**/o.gif', '/a/b/o.gif', true],
    ['**/lt.php', '/lt.php', true],
    ['/a*b*c', '/axbxbc', true],
    ['/a*b*c', '/axb/c', false],
    ['/a**b*c', '/a/x/b/bc', true],
    ['/a**b*c', '/a/x/b/b/c', false],
    ['/t/*-o-*/o.gif', '/t/t-o-abc-def/o.gif', true],
    ['/t/*-o-*/o.gif', '/t/t-l-abc-def/o.gif', false],
    ['/x***y', '/x/1/y', true],
    ['/ab*b', '/ab', false],
    ['', '', true],
    ['', '/', false],
  ])('%s against %s: %s', (glob, text, expected) => {
    expect(compileGlob(glob).matches(text)).toBe(expected);
  });

  it('finds the shortest prefix', () => {
    expect(compileGlob('/r/*/').prefixLength('/r/abc/https://example.com/x')).toBe('/r/abc/'.length);
    expect(compileGlob('/r/').prefixLength('/s/abc')).toBeUndefined();
  });

  it('matches as the obvious backtracking matcher does, on all short texts', () => {
    const naive = (glob: string, text: string): boolean => {
      if (glob === '') return text === '';
      if (glob.startsWith('**')) {
        const rest = glob.slice(2);
        return naive(rest, text) || (text !== '' && naive(glob, text.slice(1)));
      }
      if (glob.startsWith('*')) {
        const rest = glob.slice(1);
        return naive(rest, text) || (text !== '' && !text.startsWith('/') && naive(glob, text.slice(1)));
      }
      return text.startsWith(glob.charAt(0)) && naive(glob.slice(1), text.slice(1));
    };
    const texts = [''];
    for (let at = 0; at < texts.length && (texts[at]?.length ?? 0) < 5; at += 1) {
      for (const next of 'a/b') texts.push(`${texts[at]}${next}`);
    }
    for (const glob of ['a*b', '*a', 'a**', '**b*', '*/*', '**/a*b', 'a*b**a', '*', '**', 'a/*b']) {
      const compiled = compileGlob(glob);
      for (const text of texts)
        expect([glob, text, compiled.matches(text)]).toEqual([glob, text, naive(glob, text)]);
    }
  });

  it('takes linear time on text made against backtracking', () => {
    const text = `/${'a'.repeat(200_000)}`;
    const glob = compileGlob('/**a*a**a*a**a*b');
    expect(glob.matches(text)).toBe(false);
    expect(leastCpuMs(2_000, () => glob.matches(text))).toBeLessThan(2_000);
  });

  it.each([
    ['/wf/open', ['wf', 'open']],
    ['/open*', []],
    ['/open/*', ['open']],
    ['**/lt.php', ['lt', 'php']],
    ['/a/*b/c', ['a', 'c']],
    ['*', []],
    ['/q/*/*/RgR*', ['q']],
  ])('every match of %s has the words %j', (glob, words) => {
    expect(requiredWords(glob)).toEqual(words);
  });
});
