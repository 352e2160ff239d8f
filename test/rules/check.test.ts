import { describe, expect, it } from 'vitest';
import { checkRules, parseRulePack, problemText, withoutParams } from '../../src/rules/index.ts';
import { parseUrl, percentDecode } from '../../src/url/index.ts';

/** The decoder is the judge's; here a stand-in that takes the first parameter. */
function faultsOf(yaml: string): readonly string[] {
  const { rules, problems } = parseRulePack(yaml, 'my.yaml');
  expect(problems).toEqual([]);
  return checkRules(rules, (_, url) => percentDecode(url.params[0]?.rawValue ?? '')).map(problemText);
}

const head = '- id: a.x\n  operator: A\n  source: test\n';

describe('the vectors of a rule', () => {
  it.each([
    [
      "kind: pixel, match: { paths: [/open] }, must: ['https://a.example/open'], must_not: ['https://a.example/click']",
      [],
    ],
    [
      "kind: pixel, match: { paths: [/open] }, must: ['https://a.example/opened']",
      ['`must` https://a.example/opened does not match'],
    ],
    [
      "kind: pixel, match: { paths: [/open] }, must: ['a.example/open']",
      ['`must` a.example/open is no absolute http(s) URL'],
    ],
    [
      "kind: pixel, match: { paths: [/open] }, must: ['https://a.example/open'], must_not: ['https://b.example/open?x']",
      ['`must_not` https://b.example/open?x matches'],
    ],
    [
      "kind: redirect, decode: [{ query: u }], match: { hosts: [a.example] }, must: [{ url: 'https://a.example/?u=https%3A%2F%2Fb.example%2F', to: 'https://b.example/' }]",
      [],
    ],
    [
      "kind: redirect, decode: [{ query: u }], match: { hosts: [a.example] }, must: [{ url: 'https://a.example/?u=x', to: y }]",
      ['`must` https://a.example/?u=x becomes x, not y'],
    ],
    [
      "kind: opaque, match: { hosts: [a.example] }, must: ['https://b.example/']",
      ['`must` https://b.example/ does not match'],
    ],
    [
      "kind: keep, guard: sign-in, match: { query: [SAMLRequest] }, must: ['https://a.example/?SAMLRequest=x']",
      [],
    ],
    [
      "kind: param, names: [utm_*], must: [{ url: 'https://a.example/?utm_source=x&b=1#c', to: 'https://a.example/?b=1#c' }], must_not: ['https://a.example/?utm=1']",
      [],
    ],
    [
      "kind: param, names: [x], must: [{ url: 'https://a.example/?x=1', to: 'https://a.example' }]",
      ['`must` https://a.example/?x=1 becomes https://a.example/, not https://a.example'],
    ],
    [
      'kind: pixel, selector: \'img[alt="pixel"]\', must: [\'<img alt="pixel" src=x>\'], must_not: [\'<img alt="Our team" src=x>\']',
      [],
    ],
    [
      "kind: pixel, selector: 'img[alt=pixel]', must: ['<img alt=other>']",
      ['`must` <img alt=other> has no element that the selector finds'],
    ],
    [
      "kind: pixel, selector: 'img[alt'",
      [expect.stringContaining('`selector` img[alt is no CSS selector: ')],
    ],
  ])('%s', (rest, expected) => {
    const yaml = `- { id: a.x, operator: A, source: test, ${rest} }\n`;
    const texts = faultsOf(yaml).map((text) => text.replace(/^my\.yaml:1:\d+: rule `a\.x`: /, ''));
    expect(texts).toEqual(expected);
  });

  it('name their own line, and a selector that is none the line of the rule', () => {
    const yaml = `# comment

${head}  kind: pixel
  match: { hosts: [a.example] }
  must:
    - https://a.example/
    - https://b.example/
  must_not: [https://c.example/, https://a.example/x]
- id: a.y
  operator: A
  source: test
  kind: pixel
  selector: img[alt=pixel]
  must:
    - <img alt=other>
- { id: a.z, operator: A, source: test, kind: pixel, selector: 'img[alt' }
- id: a.to
  operator: A
  source: test
  kind: param
  names: [x]
  must:
    - url: https://a.example/?x=1
      to: https://b.example/
`;
    expect(faultsOf(yaml).map((text) => text.slice(0, text.indexOf(': rule')))).toEqual([
      'my.yaml:10:7',
      'my.yaml:11:34',
      'my.yaml:18:7',
      'my.yaml:19:3',
      'my.yaml:26:7',
    ]);
  });
});

describe('cutting parameters', () => {
  it.each([
    ['https://a.example/?x=1&b=2', 'https://a.example/?b=2'],
    ['https://a.example/?b=2&x=1', 'https://a.example/?b=2'],
    ['https://a.example/?a=1&x=1&b=2', 'https://a.example/?a=1&b=2'],
    ['https://a.example/?a=1;x=1;b=2', 'https://a.example/?a=1;b=2'],
    ['https://a.example/?x=1&x=2', 'https://a.example/'],
    ['https://a.example/?x=1#frag?x=1', 'https://a.example/#frag?x=1'],
    ['https://a.example?x=1', 'https://a.example'],
    ['https://a.example/?&x=1&b', 'https://a.example/?&b'],
    ['https://a.example/%7e?q=%20+&x', 'https://a.example/%7e?q=%20+'],
    ['https://a.example/?b=1', 'https://a.example/?b=1'],
  ])('%s: %s', (text, expected) => {
    const url = parseUrl(text);
    const spans = url?.params.filter(({ name }) => name === 'x').map(({ span }) => span) ?? [];
    expect(url === undefined ? undefined : withoutParams(url, spans)).toBe(expected);
  });
});
