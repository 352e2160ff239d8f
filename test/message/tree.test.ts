import { describe, expect, test } from 'vitest';
import { bodyOf, lines, outline, read } from './tools.ts';

interface Row {
  readonly name: string;
  readonly octets: Buffer;
  /** `id type role keep` of each part. */
  readonly parts: readonly string[];
  /** Bodies of the leaves. */
  readonly bodies?: readonly string[];
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
const mixed = 'Content-Type: multipart/mixed; boundary=b';

const rows: readonly Row[] = [
  { name: 'empty', octets: text(''), parts: ['1 text/plain plain'], bodies: [''] },
  { name: 'header only', octets: lines('Subject: x'), parts: ['1 text/plain plain'], bodies: [''] },
  { name: 'body only', octets: lines('', 'hello'), parts: ['1 text/plain plain'], bodies: ['hello\r\n'] },
  { name: 'no newline at all', octets: text('hello'), parts: ['1 text/plain plain'], bodies: [''] },
  {
    name: 'bare LF',
    octets: text(`${mixed}\n\n--b\nContent-Type: text/html\n\nx\n--b--\n`),
    parts: ['- multipart/mixed other', '1 text/html html'],
    bodies: ['x'],
  },
  {
    name: 'bare CR only',
    octets: text(`${mixed}\r\r--b\rContent-Type: text/html\r\rx\r--b--\r`),
    parts: ['- multipart/mixed other', '1 text/html html'],
    bodies: ['x'],
  },
  {
    name: 'LF and CRLF mixed',
    octets: text(`${mixed}\r\n\n--b\nContent-Type: text/html\r\n\r\nx\r\n--b--\n`),
    parts: ['- multipart/mixed other', '1 text/html html'],
    bodies: ['x'],
  },
  {
    name: 'CR CR LF',
    octets: text(
      `Subject: x\r\r\n${mixed}\r\r\n\r\r\n--b\r\r\nContent-Type: text/html\r\r\n\r\r\nx\r\r\n--b--\r\r\n`,
    ),
    parts: ['- multipart/mixed other', '1 text/html html'],
    bodies: ['x\r'],
  },
  {
    name: 'preamble and epilogue are no parts',
    octets: lines(mixed, '', 'preamble', '--b', '', 'x', '--b--', 'epilogue'),
    parts: ['- multipart/mixed other', '1 text/plain plain'],
    bodies: ['x'],
  },
  {
    name: 'missing close delimiter',
    octets: lines(mixed, '', '--b', '', 'x', '--b', 'Content-Type: text/html', '', 'y'),
    parts: ['- multipart/mixed other', '1 text/plain plain', '2 text/html html'],
    bodies: ['x', 'y\r\n'],
  },
  {
    name: 'a boundary that is the beginning of another',
    octets: lines(
      mixed,
      '',
      '--b',
      'Content-Type: multipart/alternative; boundary=bb',
      '',
      '--bb',
      '',
      'x',
      '--bb--',
      '--b',
      '',
      'y',
      '--b--',
    ),
    parts: [
      '- multipart/mixed other',
      '1 multipart/alternative other',
      '1.1 text/plain plain',
      '2 text/plain plain',
    ],
    bodies: ['x', 'y'],
  },
  {
    name: 'an outer delimiter ends what is open inside',
    octets: lines(
      mixed,
      '',
      '--b',
      'Content-Type: multipart/mixed; boundary=i',
      '',
      '--i',
      '',
      'x',
      '--b',
      '',
      'y',
      '--b--',
    ),
    parts: [
      '- multipart/mixed other',
      '1 multipart/mixed other',
      '1.1 text/plain plain',
      '2 text/plain plain',
    ],
    bodies: ['x', 'y'],
  },
  {
    name: 'the same boundary inside and outside',
    octets: lines(mixed, '', '--b', mixed, '', '--b', '', 'x', '--b--', '--b', '', 'y', '--b--'),
    parts: [
      '- multipart/mixed other',
      '1 multipart/mixed other',
      '1.1 text/plain plain',
      '2 text/plain plain',
    ],
    bodies: ['x', 'y'],
  },
  {
    name: 'blanks behind the delimiter',
    octets: lines(mixed, '', '--b \t', '', 'x', '--b-- '),
    parts: ['- multipart/mixed other', '1 text/plain plain'],
    bodies: ['x'],
  },
  {
    name: 'header-only parts',
    octets: lines(mixed, '', '--b', 'Content-Type: text/html', '--b', 'Content-Type: text/plain', '--b--'),
    parts: ['- multipart/mixed other', '1 text/html html', '2 text/plain plain'],
    bodies: ['', ''],
  },
  {
    name: 'empty parts',
    octets: lines(mixed, '', '--b', '--b', '', '--b--'),
    parts: ['- multipart/mixed other', '1 text/plain plain', '2 text/plain plain'],
    bodies: ['', ''],
  },
  {
    name: 'no boundary parameter: no parts',
    octets: lines('Content-Type: multipart/mixed', '', '--b', '', 'x', '--b--'),
    parts: ['1 multipart/mixed other'],
  },
  {
    name: 'digest: the default type is a message',
    octets: lines(
      'Content-Type: multipart/digest; boundary=b',
      '',
      '--b',
      '',
      'Subject: in',
      '',
      'x',
      '--b--',
    ),
    parts: ['- multipart/digest other', '1 message/rfc822 other nested', '1.1 text/plain plain nested'],
  },
  {
    name: 'a message in a message',
    octets: lines(
      mixed,
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Content-Type: multipart/mixed; boundary=i',
      '',
      '--i',
      'Content-Type: text/html',
      '',
      'x',
      '--i--',
      '--b',
      '',
      'y',
      '--b--',
    ),
    parts: [
      '- multipart/mixed other',
      '1 message/rfc822 other nested',
      '1.TEXT multipart/mixed other nested',
      '1.1 text/html html nested',
      '2 text/plain plain',
    ],
  },
  {
    name: 'a transfer-encoded message is opaque',
    octets: lines('Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', 'AAAA'),
    parts: ['1 message/rfc822 other'],
  },
  {
    name: 'an mbox line in front',
    octets: lines('From someone@example.org Mon Jan  1 00:00:00 2024', 'Content-Type: text/html', '', 'x'),
    parts: ['1 text/html html'],
    bodies: ['x\r\n'],
  },
  {
    name: '8-bit octets and NUL in the header',
    octets: lines('Subject: \xff\x00\xfe', 'X\xff: y', 'Content-Type: text/html', '', 'x'),
    parts: ['1 text/html html'],
    bodies: ['x\r\n'],
  },
  {
    name: 'a header line over 998 octets',
    octets: lines(`Subject: ${'x'.repeat(5000)}`, 'Content-Type: text/html', '', 'x'),
    parts: ['1 text/html html'],
  },
  {
    name: 'blanks before the colon',
    octets: lines('Content-Type : text/html', '', 'x'),
    parts: ['1 text/html html'],
  },
  {
    name: 'folded, commented, quoted parameters',
    octets: lines(
      'Content-Type: (a (nested) comment) multipart/mixed (b);',
      '\tboundary (c) = "a\\"b;c" (d)',
      '',
      '--a"b;c',
      'Content-Type: text/html',
      '',
      'x',
      '--a"b;c--',
    ),
    parts: ['- multipart/mixed other', '1 text/html html'],
    bodies: ['x'],
  },
  {
    name: 'RFC 2231 continuations of a boundary',
    octets: lines(
      "Content-Type: multipart/mixed; boundary*1=d; boundary*0*=us-ascii'en'a%62c",
      '',
      '--abcd',
      'Content-Type: text/html',
      '',
      'x',
      '--abcd--',
    ),
    parts: ['- multipart/mixed other', '1 text/html html'],
    bodies: ['x'],
  },
  {
    name: 'two boundaries: what either delimits is a part',
    octets: lines(
      'Content-Type: multipart/mixed; boundary=a; boundary=b',
      '',
      '--a',
      'Content-Type: text/html',
      '',
      'x',
      '--b',
      'Content-Type: text/html',
      '',
      'y',
      '--a--',
    ),
    parts: ['- multipart/mixed other', '1 text/html html', '2 text/html html'],
    bodies: ['x', 'y'],
  },
  {
    name: 'an unquoted boundary with a blank: both ways to read it',
    octets: lines(
      'Content-Type: multipart/mixed; boundary=a b',
      '',
      '--a b',
      'Content-Type: text/html',
      '',
      'x',
      '--a b--',
    ),
    parts: ['- multipart/mixed other', '1 text/html html'],
    bodies: ['x'],
  },
  {
    name: 'a type without its semicolon',
    octets: lines('Content-Type: text/html charset=utf-8', '', 'x'),
    parts: ['1 text/html html'],
  },
  {
    name: 'parts in the epilogue are read flat',
    octets: lines(mixed, '', '--b', '', 'x', '--b--', '--b', 'Content-Type: text/html', '', '<p>y'),
    parts: ['- multipart/mixed other', '1 text/plain plain', '~epilogue multipart/mixed html'],
  },
  {
    name: 'parts under another boundary are read flat',
    octets: lines(mixed, '', '--other', 'Content-Type: text/html', '', '<p>y', '--other--'),
    parts: ['- multipart/mixed other', '~preamble multipart/mixed html'],
  },
];

describe('the span tree', () => {
  test.each(rows)('$name', ({ octets, parts, bodies }) => {
    const message = read(octets);
    expect(outline(message)).toEqual(parts);
    if (bodies) {
      const leaves = message.parts.filter(({ children }) => children.length === 0);
      expect(leaves.map((part) => bodyOf(message, part))).toEqual(bodies);
    }
  });

  test.each(rows)('spans nest: $name', ({ octets }) => {
    const message = read(octets);
    for (const part of message.parts) {
      expect(part.header.start).toBeLessThanOrEqual(part.header.end);
      expect(part.header.end).toBeLessThanOrEqual(part.body.start);
      expect(part.body.start).toBeLessThanOrEqual(part.body.end);
      let behind = part.body.start;
      for (const child of part.children) {
        expect(child.header.start).toBeGreaterThanOrEqual(behind);
        behind = child.body.end;
      }
      expect(behind).toBeLessThanOrEqual(part.body.end);
    }
  });

  test('the line end of the first line, and the mbox line', () => {
    expect(read(text('a: b\n\n')).lineEnd).toBe('\n');
    expect(read(text('a: b\r\n\n')).lineEnd).toBe('\r\n');
    expect(read(text('a: b\r\r')).lineEnd).toBe('\r');
    expect(read(text('')).lineEnd).toBe('\r\n');
    expect(read(text('From x\na: b\n\n')).mboxLine).toEqual({ start: 0, end: 7 });
    expect(read(text('From: x\n\n')).mboxLine).toBeUndefined();
  });
});
