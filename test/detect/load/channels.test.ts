import { describe, expect, test } from 'vitest';
import type { Rule } from '../../../src/rules/index.ts';
import { amid, hostRule, inputOf, pixelsIn, verdictOn } from './judge.ts';
import { judgeLoads } from '../../../src/detect/load/index.ts';

describe('a rule on a host', () => {
  const url = 'https://tracker.example/any.png';
  const places: readonly string[] = [
    `<img src="${url}" width=600 height=400 alt="A logo">`,
    `<a href="https://sender.example/"><img src="${url}" width=600></a>`,
    `<img srcset="${url} 2x" src="data:,">`,
    `<table background="${url}"><tr><td>x</table>`,
    `<div style="background:url(${url})">x</div>`,
    `<style>@font-face{font-family:a;src:url(${url})}</style>`,
    `<style>@import "${url}";</style>`,
    `<link rel=stylesheet href="${url}">`,
    `<iframe src="${url}"></iframe>`,
    `<object data="${url}"></object>`,
    `<video poster="${url}"></video>`,
    `<script src="${url}"></script>`,
    `<link rel=prefetch href="${url}">`,
    `<meta http-equiv=refresh content="9;url=${url}">`,
    `<a ping="${url}" href="https://sender.example/">x</a>`,
    `<svg><image href="${url}"/></svg>`,
    `<!--[if mso]><v:fill src="${url}"/><![endif]-->`,
  ];
  test.each(places)('is certain in %s', (html) => {
    const found = pixelsIn({ html: amid(html), rules: [hostRule] });
    expect(found.map((one) => [one.certainty, one.personal, one.rule, one.operator])).toContainEqual([
      'certain',
      false,
      'test.host',
      'Tracker Inc.',
    ]);
  });
  test('of a single list is probable', () => {
    const rules: readonly Rule[] = [{ ...hostRule, probable: true }];
    expect(verdictOn({ html: amid(`<img src="${url}">`), rules })).toBe('probable');
  });
  test('touches no link', () => {
    expect(
      pixelsIn({ html: amid(`<a href="${url}">x</a><form action="${url}"></form>`), rules: [hostRule] }),
    ).toEqual([]);
  });
});

describe('what a mail client never needs', () => {
  const rows: readonly string[] = [
    '<link rel=prefetch href="https://cdn.example/a.css">',
    '<link rel=preconnect href="https://cdn.example">',
    '<link rel=dns-prefetch href="//cdn.example">',
    '<link rel=manifest href="https://cdn.example/m.json">',
    '<meta http-equiv="refresh" content="0;url=https://cdn.example/">',
    '<a href="https://sender.example/" ping="https://cdn.example/p">x</a>',
    '<bgsound src="https://cdn.example/a.wav">',
  ];
  test.each(rows)('%s goes', (html) => {
    const found = pixelsIn({ html: amid(html) });
    expect(found).toMatchObject([{ certainty: 'certain', needless: true, personal: false }]);
  });
});

describe('loads that are no images', () => {
  const token = '3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c';
  const rows: readonly (readonly [html: string, verdict: string])[] = [
    ['<link rel=stylesheet href="https://fonts.googleapis.com/css?family=Lato:400,700">', 'none'],
    [
      '<style>@import url(https://fonts.googleapis.com/css2?family=Lato:ital,wght@0,400&display=swap);</style>',
      'none',
    ],
    [`<link rel=stylesheet href="https://s.example/t.css?u=${token}">`, 'personal'],
    ['<link rel=stylesheet href="https://s.example/t.css?e=bob.jansen@uni.example">', 'certain'],
    [`<iframe src="https://s.example/f/${token}"></iframe>`, 'probable'],
    ['<iframe src="https://player.example/"></iframe>', 'possible'],
    ['<script src="https://s.example/a.js"></script>', 'none'],
    [`<div style="display:none;background:url(https://s.example/o/${token})"></div>`, 'certain'],
    ['<td background="https://s.example/header.jpg">x</td>', 'none'],
    ['<video poster="https://s.example/p.jpg" src="https://s.example/v.mp4"></video>', 'none'],
  ];
  test.each(rows)('%s: %s', (html, verdict) => {
    expect(verdictOn({ html: amid(html) })).toBe(verdict);
  });
});

describe('what is never remote', () => {
  const rows: readonly string[] = [
    '<img src="cid:logo@sender.example" width=1 height=1>',
    '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width=1 height=1>',
    '<img src="open.gif?u=3f9a8b7c6d5e4f3a2b1c" width=1 height=1>',
    '<img src="" width=1 height=1>',
    '<img src="https://" width=1 height=1>',
  ];
  test.each(rows)('%s is no finding', (html) => {
    expect(pixelsIn({ html: amid(html) })).toEqual([]);
  });
});

describe('image proxies of mailbox providers', () => {
  const open = 'https://tracker.example/o?u=7';
  const rows: readonly (readonly [url: string, verdict: string])[] = [
    [`https://ci3.googleusercontent.com/proxy/AbCdEf0123456789_x=s0-d-e1-ft#${open}`, 'certain'],
    [`https://ci6.googleusercontent.com/meips/AbCdEf0123456789_x=s0-d-e1-ft#${open}`, 'certain'],
    [`https://ecp.yusercontent.com/mail?url=${encodeURIComponent(open)}&t=1610330278`, 'certain'],
    [`https://imgproxy-eu.outlook.com/proxy/?u=${encodeURIComponent(open)}`, 'certain'],
    [
      'https://ci3.googleusercontent.com/proxy/AbCdEf0123456789_x=s0-d-e1-ft#https://s.example/logo.png',
      'none',
    ],
    ['https://lh3.googleusercontent.com/logo.png#https://tracker.example/o', 'none'],
  ];
  test.each(rows)('%s: %s', (url, verdict) => {
    expect(verdictOn({ html: amid(`<img width=90 src="${url}">`), rules: [hostRule] })).toBe(verdict);
  });
});

describe('requests for read receipts', () => {
  const rows: readonly (readonly [name: string, found: boolean])[] = [
    ['Disposition-Notification-To', true],
    ['Return-Receipt-To', true],
    ['X-Confirm-Reading-To', true],
    ['Read-Receipt-To', true],
    ['Return-Receipt-Requested', true],
    ['X-pmrqc', true],
    ['Reply-To', false],
    ['List-Unsubscribe', false],
  ];
  test.each(rows)('%s: %s', (name, found) => {
    const findings = judgeLoads(inputOf({ html: '<p>x</p>', fields: [`${name}: <a@b.example>`] }));
    const expected = {
      kind: 'receipt',
      certainty: 'certain',
      where: { kind: 'field', name: name.toLowerCase() },
    };
    expect(findings).toMatchObject(found ? [expected] : []);
  });
});
