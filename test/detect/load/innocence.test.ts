import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { amid, hostRule, pixelsIn, reader, verdictOn } from './judge.ts';

const md5 = createHash('md5').update(reader.toLowerCase()).digest('hex');
const id = 'q7Xk29LmZ41Tp8';
const links =
  `<a href="https://click.sender.example/c/${id}/1">one</a><a href="https://click.sender.example/c/${id}/2">two</a>` +
  `<a href="https://click.sender.example/c/${id}/3">three</a>`;

describe('layout spacers', () => {
  const rows: readonly string[] = [
    '<img src="https://s.example/images/spacer.gif" width=1 height=1>',
    '<img src="https://s.example/images/1x1.gif" width=1 height=12>',
    '<img src="https://s.example/images/line.gif" width="100%" height=1>',
    '<img src="https://s.example/images/transparent.gif?v=3" width=1 height=1>',
    '<td bgcolor="#e5e5e5" width=1><img src="https://s.example/51/358f94896524e7/greypixel.gif" alt="" width=1 height=1></td><img src="https://s.example/51/358f94896524e7/greypixel.gif" alt="" width=377 height=1>',
    '<img src="https://s.example/51/358f94896524e7/clearpixel.gif" width=1 height=1>',
    '<img src="https://s.example/9/9d08eac.png%0D%0A" width=40 height=1>'.repeat(3),
    '<img src="https://s.example/blank.gif" width=1 height=1 alt="">'.repeat(6),
    '<img src="https://s.example/19f50908-4ce7-4d59-aec7-0914a9f51320/spacer.png" width=20 height=1>',
    '<img src="https://s.example/lib/fe9a15707561/m/1/spacer.gif" width=1 height=1><img width=600 height=90 src="https://s.example/lib/fe9a15707561/m/1/top.jpg">',
  ];
  test.each(rows)('%s', (html) => {
    expect(verdictOn({ html: amid(html) })).toBe('none');
  });
});

describe('content', () => {
  const rows: readonly string[] = [
    '<img src="https://s.example/logo.png" width=120 height=40 alt="Sender">',
    '<img src="https://s.example/logo.png">',
    '<img src="https://cdn.example/6a9f8e7d6c5b4a39/images/07ff8b90-5ec3-4a70-8832-903aa370ac52.png" width=600>',
    '<img src="https://res.example/image/upload/v1718099206/assets/2024/06/banner-720x400.png" width=650>',
    '<a href="https://s.example/"><img src="https://s.example/hero.jpg" alt="Sale"></a>',
    '<div style="display:none"><img src="https://s.example/hero.jpg" width=300 height=200></div>',
  ];
  test.each(rows)('%s', (html) => {
    expect(verdictOn({ html: amid(html) })).toBe('none');
  });
});

describe('an address of somebody who is no known reader', () => {
  const url = 'https://s.example/asgdatck?email=john.doe%40other.example';
  const rows: readonly (readonly [html: string, verdict: string])[] = [
    [`<img src="${url}">`, 'probable'],
    [`<img src="${url}" alt=".">`, 'probable'],
    [`<img src="${url}" width=1 height=1>`, 'certain'],
    [`<img src="${url}" width=48 height=48>`, 'personal'],
    [`<img src="${url}" alt="John Doe">`, 'personal'],
    [`<a href="https://s.example/u/7"><img src="${url}"></a>`, 'personal'],
    ['<img src="https://s.example/logo.png?by=john.doe%40other.example">', 'none'],
    ['<img src="https://s.example/a?from=john.doe%40other">', 'none'],
  ];
  test.each(rows)('%s', (html, verdict) => {
    expect(verdictOn({ html: amid(html) })).toBe(verdict);
  });
});

describe('identifiers shared with the rest of the message', () => {
  const small = `<img src="https://s.example/p/${id}.png" width=1 height=1>`;
  const rows: readonly (readonly [from: string, fields: readonly string[], sender: string, html: string])[] =
    [
      ['click links', [], '', small + links],
      ['List-Unsubscribe', [`List-Unsubscribe: <https://s.example/u/${id}>`], '', small],
      ['List-Unsubscribe mailto', [`List-Unsubscribe: <mailto:u-${id}@s.example>`], '', small],
      ['Return-Path', [`Return-Path: <bounce-${id}@s.example>`], '', small],
      ['envelope sender', [], `bounce+${id}@s.example`, small],
      ['Message-ID', [`Message-ID: <${id}@s.example>`], '', small],
    ];
  test.each(rows)('%s', (_, fields, sender, html) => {
    expect(verdictOn({ html: amid(html), fields, sender }, '/p/')).toBe('certain');
  });
  test('an article’s own number, in the links to it alone, is shared with nothing', () => {
    const html =
      '<a href="https://shop.example/p/83719235"><img src="https://shop.example/i/83719235.jpg"></a>' +
      '<a href="https://shop.example/p/10203346">x</a><a href="https://shop.example/about">y</a>';
    expect(verdictOn({ html: amid(html) }, '/i/')).toBe('none');
  });
});

/** Each a way for a sender to buy innocence, on a load that is a tracker by rule, by the reader's digest, or by a shared identifier. */
describe('bribes', () => {
  const urls = {
    rule: 'https://tracker.example/o/logo.png',
    recipient: `https://s.example/o/${md5}/logo.png`,
    shared: `https://s.example/o/logo.png?i=${id}`,
  };
  const bribes: readonly (readonly [name: string, dress: (url: string) => string])[] = [
    ['alternative text', (url) => `<img src="${url}" width=1 height=1 alt="Company logo">`],
    ['a link around it', (url) => `<a href="https://s.example/"><img src="${url}" width=1 height=1></a>`],
    ['an asset’s name', (url) => `<img src="${url}" width=1 height=1>`],
    ['a title and a class', (url) => `<img src="${url}" width=1 height=1 title="Logo" class="logo spacer">`],
    ['repetition', (url) => `<img src="${url}" width=1 height=1>`.repeat(8)],
    [
      'repetition among spacers',
      (url) =>
        `<img src="https://s.example/spacer.gif" width=1 height=1>`.repeat(8) +
        `<img src="${url}" width=1 height=1>`,
    ],
    ['a thin line', (url) => `<img src="${url}" width=600 height=1 alt="">`],
    [
      'a media query that hides',
      (url) =>
        `<style>@media (max-width:9999px){.x{display:none}}</style><img class=x src="${url}" width=1 height=1>`,
    ],
    [
      'a media query that shows',
      (url) =>
        `<style>@media (max-width:1px){.x{display:block!important}}</style><div class=x style="display:none"><img src="${url}" width=1 height=1></div>`,
    ],
    [
      'a style sheet that enlarges',
      (url) => `<style>img{width:600px;height:200px}</style><img src="${url}" width=1 height=1>`,
    ],
    ['height:auto', (url) => `<img src="${url}" width=1 height=1 style="width:auto;height:auto">`],
    ['no size, amid the text', (url) => `<img src="${url}">`],
    [
      'no size, in a link, with a text',
      (url) => `<a href="https://s.example/"><img src="${url}" alt="Logo"></a>`,
    ],
  ];
  const cases = Object.entries(urls).flatMap(([by, url]) =>
    bribes.map(([name, dress]) => [by, name, dress(url)] as const),
  );
  test.each(cases)('known by %s, %s', (_, __, html) => {
    const verdict = verdictOn({ html: amid(html + links), rules: [hostRule] }, '/o/');
    expect(verdict).toMatch(/certain|probable/);
  });

  test('a visible size buys no more than being kept and counted', () => {
    for (const url of [urls.recipient, urls.shared]) {
      const html = amid(`<img src="${url}" width=600 height=200>${links}`);
      expect(verdictOn({ html }, '/o/')).toBe('personal');
    }
    expect(
      verdictOn({ html: amid(`<img src="${urls.rule}" width=600 height=200>`), rules: [hostRule] }),
    ).toBe('certain');
  });
});

describe('one URL at several places', () => {
  const url = 'https://s.example/o/3f9a8b7c6d5e4f3a2b1c';
  const rows: readonly (readonly [html: string, verdicts: readonly string[]])[] = [
    [`<img src="${url}" width=1 height=1><img src="${url}">`, ['certain', 'probable']],
    [`<img src="${url}" width=1 height=1><img src="${url}" width=300 height=200>`, ['certain', 'personal']],
    [`<img src="${url}"><img src="${url}">`, ['personal', 'personal']],
  ];
  test.each(rows)('%s', (html, verdicts) => {
    const found = pixelsIn({ html: amid(html) });
    expect(found.map((one) => (one.personal ? 'personal' : one.certainty))).toEqual(verdicts);
  });
});

describe('the text of a broken style sheet', () => {
  test('swallowed links are no loads, and a rule still counts', () => {
    const html = `<p>x</p><style>.a{color:red} <p>${links}<img src="https://tracker.example/a.png" width=99>`;
    const found = pixelsIn({ html, rules: [hostRule] });
    expect(found.map((one) => one.rule)).not.toContain(undefined);
    expect(found.length).toBeGreaterThan(0);
  });
});

describe('tokens by shape', () => {
  const rows: readonly (readonly [path: string, verdict: RegExp])[] = [
    ['/e/o/550e8400-e29b-41d4-a716-446655440000', /certain/],
    ['/email/61f0c5d2a7b84e9f.gif', /certain/],
    ['/x?eyJhbGciOiJIUzI1NiJ9.eyJ1IjoxfQ.c2lnbmF0dXJl', /certain/],
    ['/q/UT619TgVGzJbgljcPVnbRg~~/AAAAARA~', /certain/],
    ['/i?id=8237', /probable|certain/],
    ['/open.php', /probable/],
    ['/2024/06/12/header-image.png', /none/],
    ['/newsletter-summer-2024-v2.gif', /none/],
    ['/HeaderLogoImage2024.gif', /none/],
    ['/20240612/600x400.png', /none/],
  ];
  test.each(rows)('1x1 %s: %s', (path, verdict) => {
    expect(verdictOn({ html: amid(`<img src="https://s.example${path}" width=1 height=1>`) })).toMatch(
      verdict,
    );
  });
});

describe('short numbers in the path of a 1x1', () => {
  const logo = '<img width=90 height=60 src="https://s.example/77001/88002/logo.png">';
  const rows: readonly (readonly [path: string, verdict: RegExp])[] = [
    ['/do/12337/850395/1.gif', /probable/],
    ['/m/4711/815/a.gif', /probable/],
    ['/4711/images/a.gif', /none/],
    ['/2024/202406/a.gif', /none/],
    ['/4711/815/spacer.gif', /none/],
    ['/77001/4711/a.gif', /none/],
  ];
  test.each(rows)('%s: %s', (path, verdict) => {
    const html = amid(`${logo}<img width=1 height=1 src="https://s.example${path}">`);
    expect(verdictOn({ html }, path)).toMatch(verdict);
  });
  test('a spacer is repeated', () => {
    const html = amid('<img width=1 height=1 src="https://s.example/do/4711/815/a.gif">'.repeat(3));
    expect(verdictOn({ html })).toBe('none');
  });
  test('a larger image has them from where it is stored', () => {
    expect(verdictOn({ html: amid('<img width=90 src="https://s.example/do/4711/815/a.gif">') })).toBe(
      'none',
    );
  });
});

describe('an image that is named after reporting', () => {
  const rows: readonly (readonly [html: string, verdict: string])[] = [
    ['<img width=10 height=8 src="https://s.example/img/openrate.gif">', 'probable'],
    ['<img src="https://s.example/img/open-tracker.png">', 'probable'],
    ['<img src="https://s.example/mail_open.gif">', 'probable'],
    ['<img width=300 height=200 src="https://s.example/img/openrate.gif">', 'none'],
    ['<img width=10 height=8 alt="Open rate" src="https://s.example/img/openrate.gif">', 'none'],
    ['<img width=16 height=16 src="https://s.example/icons/email-open.png">', 'none'],
    ['<img width=14 height=14 alt="Opened" src="https://s.example/icons/email_opened.png">', 'none'],
    ['<img alt="Read message" src="https://s.example/icons/message-open.png">', 'none'],
    ['<img style="max-width:100%" src="https://s.example/newsletter-open.jpg">', 'none'],
    ['<img class=icon src="https://s.example/email-open.png">', 'none'],
    ['<img class=icon src="https://s.example/email-open.png?m=8237">', 'probable'],
    ['<img style="display:block" src="https://s.example/img/openrate.gif">', 'probable'],
    ['<img width=12 height=12 src="https://s.example/email-open.png">', 'probable'],
    ['<a href="https://s.example/"><img src="https://s.example/img/openrate.gif"></a>', 'none'],
    ['<img width=10 height=8 src="https://s.example/img/open.gif">', 'none'],
    ['<img width=10 height=8 src="https://s.example/img/open-house.gif">', 'none'],
    ['<img width=10 height=8 src="https://s.example/img/track-and-field.gif">', 'none'],
  ];
  test.each(rows)('%s: %s', (html, verdict) => {
    expect(verdictOn({ html: amid(html) })).toBe(verdict);
  });
});
