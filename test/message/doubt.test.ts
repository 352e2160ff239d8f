import { describe, expect, test } from 'vitest';
import { readTexts } from '../../src/message/index.ts';
import { lines, read, restores, strip } from './tools.ts';

const pixel = '<img src="http://tracker.example/p">';
const gone = '<img >';
const mixed = 'Content-Type: multipart/mixed; boundary=b';
const encoded = Buffer.from(pixel).toString('base64');

interface Row {
  readonly name: string;
  readonly octets: Buffer;
  /** Lines of the cleaned message in place of those of the original. */
  readonly expected: Buffer;
}

function same(name: string, ...all: readonly string[]): Row {
  return { name, octets: lines(...all), expected: lines(...all.map((line) => line.replaceAll(pixel, gone))) };
}

const rows: readonly Row[] = [
  same('a comma behind the type', 'Content-Type: text/html, text/plain', '', pixel),
  same('a colon behind the type', 'Content-Type: text/html: charset=utf-8', '', pixel),
  same('a type in single quotes', "Content-Type: 'text/html'", '', pixel),
  same('two Content-Types, HTML last', 'Content-Type: text/plain', 'Content-Type: text/html', '', pixel),
  same('two Content-Types, HTML first', 'Content-Type: text/html', 'Content-Type: text/plain', '', pixel),
  same(
    'multipart and HTML',
    mixed,
    'Content-Type: text/html',
    '',
    pixel,
    '--b',
    'X: y',
    '',
    pixel,
    '--b--',
    pixel,
  ),
  same(
    'multipart and HTML, an attachment',
    'Content-Type: text/html',
    mixed,
    '',
    '--b',
    'Content-Type: application/pdf',
    'Content-Disposition: attachment',
    '',
    pixel,
    '--b--',
  ),
  ...['base64\0', 'base64 7bit', 'base64, 7bit', 'base64=x'].map((value): Row => {
    const head = ['Content-Type: text/html', `Content-Transfer-Encoding: ${value}`, ''];
    return {
      name: `transfer encoding ${JSON.stringify(value)}`,
      octets: lines(...head, encoded),
      expected: lines(...head, Buffer.from(gone).toString('base64')),
    };
  }),
  same(
    'two transfer encodings, identity first',
    'Content-Type: text/html',
    'Content-Transfer-Encoding: 7bit',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    pixel,
  ),
  same(
    'two transfer encodings, base64 first',
    'Content-Type: text/html',
    'Content-Transfer-Encoding: base64',
    'Content-Transfer-Encoding: 7bit',
    '',
    pixel,
  ),
  {
    name: 'two transfer encodings, the data is base64',
    octets: lines(
      'Content-Type: text/html',
      'Content-Transfer-Encoding: 7bit',
      'Content-Transfer-Encoding: base64',
      '',
      encoded,
    ),
    expected: lines(
      'Content-Type: text/html',
      'Content-Transfer-Encoding: 7bit',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(gone).toString('base64'),
    ),
  },
  same(
    'a header line that is no field begins the body for some',
    'Content-Type: text/html',
    `text ${pixel}`,
    'Subject: x',
    '',
    pixel,
  ),
  same('no empty line at all', 'Content-Type: text/html', `text ${pixel}`),
  same('no empty line in a part', mixed, '', '--b', 'Content-Type: text/html', `text ${pixel}`, '--b--'),
  same(
    'a line that only begins like a delimiter',
    mixed,
    '',
    '--b',
    '',
    'x',
    '--bb',
    'Content-Type: text/html',
    '',
    pixel,
    '--b--',
  ),
  {
    name: 'the same, with base64 behind it',
    octets: lines(
      mixed,
      '',
      '--b',
      '',
      'x',
      '--b junk',
      'Content-Type: text/html',
      'Content-Transfer-Encoding: base64',
      '',
      encoded,
      '--b--',
    ),
    expected: lines(
      mixed,
      '',
      '--b',
      '',
      'x',
      '--b junk',
      'Content-Type: text/html',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(gone).toString('base64'),
      '--b--',
    ),
  },
  same(
    'a part behind the close delimiter',
    mixed,
    '',
    '--b',
    '',
    'x',
    '--b--',
    '--b',
    'Content-Type: text/html',
    '',
    pixel,
  ),
  same(
    'a boundary that is not the declared one',
    mixed,
    '',
    '--c',
    'Content-Type: text/html',
    '',
    pixel,
    '--c--',
  ),
  same(
    'no boundary declared',
    'Content-Type: text/html',
    'Content-Type: multipart/mixed',
    '',
    '--c',
    '',
    pixel,
    '--c--',
  ),
  same(
    'two boundaries',
    'Content-Type: multipart/mixed; boundary=a; boundary=b',
    '',
    '--a',
    'Content-Type: text/html',
    '',
    pixel,
    '--b',
    'Content-Type: text/html',
    '',
    pixel,
    '--a--',
  ),
  {
    name: 'delimiters at a bare CR',
    octets: Buffer.from(
      `${mixed}\r\n\r\n--b\r\n\r\nx\r--b\rContent-Type: text/html\r\r${pixel}\r\n--b--\r\n`,
    ),
    expected: Buffer.from(
      `${mixed}\r\n\r\n--b\r\n\r\nx\r--b\rContent-Type: text/html\r\r${gone}\r\n--b--\r\n`,
    ),
  },
  ...[
    [
      'a bare CR in front of a delimiter only',
      `\r\n\r--b\r\nContent-Type: text/html\r\n\r\n${pixel}\r\n--b--\r\n`,
    ],
    ['a bare CR behind a delimiter only', `\r\n--b\rContent-Type: text/html\r\n\r\n${pixel}\r\n--b--\r\n`],
  ].flatMap(([name, rest = '']): readonly Row[] =>
    ['', '--b\r\n\r\nx'].map((first) => {
      const message = `${mixed}\r\n\r\n${first}${rest}`;
      return {
        name: `${String(name)}, ${first === '' ? 'no part before' : 'a part before'}`,
        octets: Buffer.from(message),
        expected: Buffer.from(message.replace(pixel, gone)),
      };
    }),
  ),
  same(
    'two charsets, one with states',
    'Content-Type: text/html; charset=us-ascii',
    'Content-Type: text/html; charset=utf-7',
    '',
    pixel,
  ),
];

describe('a place is neutralised in each reading in which it loads', () => {
  test.each(rows)('$name', ({ octets, expected }) => {
    const stripped = strip(octets);
    expect(stripped.octets.toString('latin1')).toBe(expected.toString('latin1'));
    expect(restores(stripped, octets)).toBe(true);
  });
});

describe('what is structure in another reading stays', () => {
  test.each([
    {
      name: 'a field behind a header line that is none',
      octets: lines('Content-Type: text/html', 'no field', 'X-Field: http://tracker.example/p', '', 'x'),
    },
  ])('$name', ({ octets }) => {
    const stripped = strip(octets);
    expect(stripped.octets.equals(octets)).toBe(true);
    expect([...stripped.reasons.values()]).toEqual(['ambiguous-mime']);
  });

  test('readings that want different text in the same octets: the first one gets it', () => {
    const octets = lines('Content-Type: text/html; charset=utf-7', '', 'a+AGI-c');
    const stripped = strip(octets, {}, (text) => [
      { start: 0, end: 2, replacement: text.slice(1, 2), findings: [7] },
    ]);
    expect(stripped.reasons.get('1')).toBe('ambiguous-mime');
    expect(restores(stripped, octets)).toBe(true);
  });
});

test('a MIME field behind a bare CR in the header is reported', () => {
  const octets = Buffer.from('Subject: x\rContent-Type: text/html\r\n\r\nx');
  expect(read(octets).reasons).toEqual(['ambiguous-mime']);
});

test('most messages have one reading a part', () => {
  const message = read(
    lines(mixed, '', '--b', 'Content-Type: text/html; charset=utf-8', '', 'x', '--b', '', 'y', '--b--'),
  );
  expect(message.parts.map((part) => readTexts(message, part).length)).toEqual([0, 1, 1]);
});
