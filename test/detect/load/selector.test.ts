import { describe, expect, test } from 'vitest';
import type { Rule } from '../../../src/rules/index.ts';
import { amid, pixelsIn } from './judge.ts';

function rule(selector: string, id = 'site.selector'): Rule {
  return { kind: 'pixel', id, operator: 'Site', source: 'site', selector };
}

describe('selector rules', () => {
  const rows: readonly (readonly [selector: string, html: string, found: boolean])[] = [
    ['img[alt="tracking pixel"]', '<img alt="tracking pixel" width=600 src="https://s.example/a.png">', true],
    ['img[alt="tracking pixel"]', '<img alt="logo" width=600 src="https://s.example/a.png">', false],
    ['td.px > img', '<table><tr><td class=px><img src="https://s.example/a.png"></td></tr></table>', true],
    ['iframe', '<iframe src="https://s.example/"></iframe>', true],
    ['div.bg', '<div class=bg style="background:url(https://s.example/a.png)">x</div>', true],
    ['noscript img', '<noscript><img src="https://s.example/a.png"></noscript>', true],
    ['a', '<a href="https://s.example/">x</a>', false],
    ['img[[', '<img src="https://s.example/a.png">', false],
  ];
  test.each(rows)('%s on %s: %s', (selector, html, found) => {
    const findings = pixelsIn({ html: amid(html), rules: [rule(selector)] });
    const named = findings.filter((one) => one.certainty === 'certain' && one.rule === 'site.selector');
    expect(named.length > 0).toBe(found);
  });

  test('the earlier rule gives its name', () => {
    const rules = [rule('img', 'site.first'), rule('[src]', 'site.second')];
    expect(pixelsIn({ html: amid('<img src="https://s.example/a.png">'), rules })[0]?.rule).toBe(
      'site.first',
    );
  });

  test('no tree is built where the finder went flat, and the text is judged all the same', () => {
    const html = `${'<div>'.repeat(60_000)}<img width=1 height=1 src="https://s.example/o/3f9a8b7c6d5e4f3a2b1c">`;
    expect(pixelsIn({ html, rules: [rule('img')] })).toHaveLength(1);
  });
});
