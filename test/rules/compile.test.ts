import { describe, expect, it } from 'vitest';
import { compileRules, parseRulePack, type RuleSet } from '../../src/rules/index.ts';
import { parseUrl, type UrlParts } from '../../src/url/index.ts';

function url(text: string): UrlParts {
  const parsed = parseUrl(text);
  if (parsed === undefined) throw new Error(`no URL: ${text}`);
  return parsed;
}

function rulesOf(yaml: string): ReturnType<typeof parseRulePack>['rules'] {
  const { rules, problems } = parseRulePack(yaml, 'test.yaml');
  expect(problems).toEqual([]);
  return rules;
}

function pixel(id: string, match: string): string {
  return `- { id: ${id}, kind: pixel, operator: X, source: test, must: ['https://a.example/'], match: ${match} }\n`;
}

function setOf(...rules: readonly string[]): RuleSet {
  return compileRules(rulesOf(rules.join('')), 'test');
}

describe('matching', () => {
  it.each([
    ['{ hosts: [t.example.com] }', 'https://t.example.com/any?x=1', true],
    ['{ hosts: [t.example.com] }', 'https://T.Example.COM./any', true],
    ['{ hosts: [t.example.com] }', 'https://u.example.com/', false],
    ["{ paths: ['/'], query: [sv] }", 'https://x.example?sv=1', true],
    ["{ paths: ['/wf/open'], query: [upn] }", 'https://x.example/wf/open?upn=1', true],
    ["{ paths: ['/wf/open'], query: [upn] }", 'https://x.example/wf/open?UPN=1', false],
    ["{ query: ['act=open'] }", 'https://x.example/?act=open', true],
    ["{ query: ['act=open'] }", 'https://x.example/?act=op%65n', true],
    ["{ query: ['act=open'] }", 'https://x.example/?act=opened', false],
    ["{ query: ['act=open'] }", 'https://x.example/?b=1;act=open', true],
    ["{ query: ['id=*,1'] }", 'https://x.example/?id=a/b,1', true],
    ["{ query: ['id=*,1'] }", 'https://x.example/?id=a/b,2', false],
    ["{ query: ['t=a/b'] }", 'https://x.example/?t=a%2Fb', true],
    ["{ query: ['id~hex8'] }", 'https://x.example/?id=0123abcd', true],
    ["{ query: ['id~hex8'] }", 'https://x.example/?id=0123abc', false],
    ["{ query: ['id~hex8'] }", 'https://x.example/?id=zz&id=0123abcd', true],
    ['{ query: [a, b] }', 'https://x.example/?a', false],
    [
      "{ paths: ['/o/*'], segments: { '1': uuid } }",
      'https://x.example/o/00000000-0000-4000-8000-000000000000',
      true,
    ],
    ["{ paths: ['/o/*'], segments: { '1': uuid } }", 'https://x.example/o/1', false],
    ["{ paths: ['/o/**'], segments: { '-1': hex8.gif } }", 'https://x.example/o/a/01234567.gif', true],
    ["{ hosts: [x.example], fragment: 'https:**' }", 'https://x.example/#https://y.example/z', true],
    ["{ hosts: [x.example], fragment: 'https:**' }", 'https://x.example/', false],
  ])('%s on %s: %s', (match, text, expected) => {
    expect(setOf(pixel('a.b', match)).pixel(url(text)) !== undefined).toBe(expected);
  });

  it('prefers the most specific host, then the earlier rule', () => {
    const set = setOf(
      pixel('any', "{ paths: ['/open'] }"),
      pixel('below', "{ hosts: ['*.example.com'] }"),
      pixel('glob', "{ hosts: ['us*.example.com'] }"),
      pixel('exact', "{ hosts: ['us1.example.com'], paths: ['/open'] }"),
      pixel('exact-later', "{ hosts: ['us1.example.com'] }"),
    );
    expect(set.pixel(url('https://us1.example.com/open'))?.id).toBe('exact');
    expect(set.pixel(url('https://us1.example.com/x'))?.id).toBe('exact-later');
    expect(set.pixel(url('https://us2.example.com/open'))?.id).toBe('glob');
    expect(set.pixel(url('https://x.example.com/open'))?.id).toBe('below');
    expect(set.pixel(url('https://example.com/open'))?.id).toBe('any');
  });

  it('keeps the first of two rules with one id, and leaves disabled rules out', () => {
    const mine = rulesOf(pixel('a.b', '{ hosts: [mine.example] }'));
    const theirs = rulesOf(
      pixel('a.b', '{ hosts: [theirs.example] }') + pixel('c.d', '{ hosts: [other.example] }'),
    );
    const set = compileRules([...mine, ...theirs], 'v', { disable: ['c.d'] });
    expect(set.size).toBe(1);
    expect(set.pixel(url('https://mine.example/'))?.id).toBe('a.b');
    expect(set.pixel(url('https://theirs.example/'))).toBeUndefined();
    expect(set.pixel(url('https://other.example/'))).toBeUndefined();
  });

  it('asks an external list last', () => {
    const list = {
      size: 2,
      pixel: (asked: UrlParts) =>
        asked.path === '/listed'
          ? ({ ...rulesOf(pixel('x', '{ hosts: [l.example] }'))[0] } as never)
          : undefined,
    };
    const set = compileRules(rulesOf(pixel('a.b', "{ paths: ['/both'] }")), 'v', { lists: [list] });
    expect(set.size).toBe(3);
    expect(set.pixel(url('https://any.example/listed'))?.id).toBe('x');
    expect(set.pixel(url('https://any.example/both'))?.id).toBe('a.b');
    expect(set.pixel(url('https://any.example/other'))).toBeUndefined();
  });

  it('gives all redirects, best first, and each kind its own', () => {
    const set = setOf(
      `- { id: r.any, kind: redirect, operator: X, source: s, match: { query: [url] }, decode: [{ query: url }], must: [{ url: 'https://a.example/?url=x', to: x }] }\n`,
      `- { id: r.host, kind: redirect, operator: X, source: s, match: { hosts: [r.example] }, decode: [{ query: url }], must: [{ url: 'https://a.example/?url=x', to: x }] }\n`,
      `- { id: o.host, kind: opaque, operator: X, source: s, match: { hosts: [o.example] }, must: ['https://o.example/'] }\n`,
      `- { id: k.host, kind: keep, guard: sign-in, operator: X, source: s, match: { hosts: [k.example] }, must: ['https://k.example/'] }\n`,
    );
    expect(set.redirects(url('https://r.example/?url=x')).map(({ id }) => id)).toEqual(['r.host', 'r.any']);
    expect(set.opaque(url('https://o.example/'))?.id).toBe('o.host');
    expect(set.keep(url('https://k.example/'))?.guard).toBe('sign-in');
    expect(set.pixel(url('https://o.example/'))).toBeUndefined();
  });
});

describe('parameters', () => {
  const must = "must: [{ url: 'https://a.example/?utm_source=1', to: 'https://a.example/' }]";
  const set = setOf(
    `- { id: p.utm, kind: param, operator: X, source: s, names: ['utm_*', gclid], except: ['*.keep.example'], ${must} }\n`,
    `- { id: p.s, kind: param, operator: Drip, source: s, names: [__s], value: alnum6, ${must} }\n`,
    `- { id: p.host, kind: param, operator: X, source: s, names: [ref], match: { hosts: ['*.shop.example'] }, ${must} }\n`,
  );
  it.each([
    ['https://a.example/', 'utm_source', 'x', 'p.utm'],
    ['https://a.example/', 'utm', 'x', undefined],
    ['https://a.example/', 'gclid', '', 'p.utm'],
    ['https://a.example/', 'gclid2', '', undefined],
    ['https://x.keep.example/', 'gclid', '', undefined],
    ['https://a.example/', '__s', 'abc123', 'p.s'],
    ['https://a.example/', '__s', 'abc', undefined],
    ['https://www.shop.example/', 'ref', 'x', 'p.host'],
    ['https://www.other.example/', 'ref', 'x', undefined],
  ])('%s %s=%s: %s', (text, name, value, expected) => {
    expect(set.param(url(text), name, value)?.id).toBe(expected);
  });
});
