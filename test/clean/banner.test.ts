import { describe, expect, it } from 'vitest';
import { cleanMessage } from '../../src/clean/index.ts';
import type { Policy } from '../../src/policy/index.ts';
import { findDifference } from '../commands/independent-compare.ts';
import { compiledPolicy } from '../support/compiled.ts';

const pixel =
  '<img src="https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789" width=1 height=1>';
const plainLink = 'https://www.example.org/page?utm_source=mail&utm_medium=x';

function message(type: string, body: string, encoding = '7bit'): Buffer {
  const content = encoding === 'base64' ? Buffer.from(body).toString('base64') : body;
  return Buffer.from(
    `Subject: =?utf-8?Q?caf=C3=A9?=\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${content}\r\n`,
  );
}

function banner(
  position: 'top' | 'bottom',
  html = 'Removed: {pixels} by {operators} – café',
): Partial<Policy> {
  return { banner: { position, html, plain: 'Removed: {params} – café' } };
}

const line = '>Removed: 1 by Mailchimp &#8211; caf&#233;</div>';

const rows: readonly { name: string; input: Buffer; policy: Partial<Policy>; expected: RegExp }[] = [
  {
    name: 'behind the body tag',
    input: message('text/html', `<!-- <body> --><html><body class=x><p>a</p>${pixel}</body></html>`),
    policy: banner('top'),
    expected: new RegExp(`<body class=x><div [^>]*${line}<p>a</p>`),
  },
  {
    name: 'at the start of a body without the tag',
    input: message('text/html', `<p>a</p>${pixel}`),
    policy: banner('top'),
    expected: new RegExp(`\r\n\r\n<div [^>]*${line}<p>a</p>`),
  },
  {
    name: 'in front of the closing body tag',
    input: message('text/html', `<html><body><p>a</p>${pixel}</body></html>`),
    policy: banner('bottom'),
    expected: new RegExp(`${line}</body></html>`),
  },
  ...(['top', 'bottom'] as const).map((position) => ({
    name: `in a text that is cut, ${position}`,
    input: message('text/html', `${'<a/href='.repeat(50_000)}${pixel}</body>`),
    policy: banner(position, 'Removed: {pixels} – café'),
    expected: /\r\n\r\n<div [^>]*>Removed: 1 &#8211; caf&#233;<\/div>\r\n$/,
  })),
  {
    name: 'on top of plain text',
    input: message('text/plain', `See ${plainLink} there`),
    policy: banner('top'),
    expected: /\r\n\r\nRemoved: 1 {2}cafe\r\n\r\nSee https:\/\/www\.example\.org\/page there/,
  },
  {
    name: 'at the end of plain text',
    input: message('text/plain', `See ${plainLink} there`),
    policy: banner('bottom'),
    expected: /there\r\nRemoved: 1 {2}cafe\r\n$/,
  },
];

describe('the line for the reader', () => {
  it.each(rows)('stands $name', ({ input, policy, expected }) => {
    const { octets, report } = cleanMessage(input, {}, compiledPolicy(policy));
    expect(octets.toString('latin1')).toMatch(expected);
    expect(findDifference(input, octets, report.journal)).toBeUndefined();
  });

  it('is put into a base64 part in its encoding', () => {
    const input = message('text/html; charset=utf-8', `<body>${pixel}</body>`, 'base64');
    const { octets } = cleanMessage(input, {}, compiledPolicy(banner('top')));
    const body = octets.toString('latin1').split('\r\n\r\n')[1] ?? '';
    expect(Buffer.from(body, 'base64').toString()).toMatch(new RegExp(`<body><div [^>]*${line}`));
  });

  it.each([
    ['nothing was edited', message('text/html', '<body>a</body>'), banner('top')],
    [
      'the site only looks',
      message('text/html', `<body>${pixel}</body>`),
      { ...banner('top'), mode: 'report' as const },
    ],
    ['it is off', message('text/html', `<body>${pixel}</body>`), {}],
  ])('is not there where %s', (_name, input, policy) => {
    const { octets } = cleanMessage(input, {}, compiledPolicy(policy));
    expect(octets.toString('latin1')).not.toContain('Removed:');
  });
});

describe('the subject tag', () => {
  const tagged = compiledPolicy({ subjectTag: '[cleaned]' });

  it('stands in front of the subject of an edited message, once', () => {
    const input = message('text/html', `<body>${pixel}</body>`);
    const once = cleanMessage(input, {}, tagged).octets;
    expect(once.toString('latin1')).toContain('\r\nSubject: [cleaned] =?utf-8?Q?caf=C3=A9?=\r\n');
    expect(
      cleanMessage(once, {}, tagged)
        .octets.toString('latin1')
        .match(/\[cleaned\]/g),
    ).toHaveLength(1);
  });

  it('is not put on a message that was left alone', () => {
    expect(cleanMessage(message('text/html', 'a'), {}, tagged).octets.includes('[cleaned]')).toBe(false);
  });
});
