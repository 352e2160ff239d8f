import { describe, expect, it } from 'vitest';
import { scanPlain } from '../../src/text/index.ts';
import { leastCpuMs } from '../support/cpu.ts';

const fixed = { flowed: false, delsp: false };
const values = (text: string, options = fixed): readonly string[] =>
  scanPlain(text, options).map(({ value }) => value);

describe('URLs in plain text', () => {
  it.each([
    ['alone', 'https://example.org/a', ['https://example.org/a']],
    ['any case', 'HTTPS://Example.org/A', ['HTTPS://Example.org/A']],
    ['full stop', 'See https://example.org/a.', ['https://example.org/a']],
    ['several marks', 'Really https://example.org/a?!', ['https://example.org/a']],
    [
      'comma and colon',
      'https://example.org/a, https://example.org/b:',
      ['https://example.org/a', 'https://example.org/b'],
    ],
    ['parentheses around', '(https://example.org/a)', ['https://example.org/a']],
    ['parentheses inside', 'https://example.org/a_(b)', ['https://example.org/a_(b)']],
    ['parentheses inside and around', '(see https://example.org/a_(b))', ['https://example.org/a_(b)']],
    ['brackets of Markdown', '[text](https://example.org/a)', ['https://example.org/a']],
    ['angle brackets', '<https://example.org/a.>', ['https://example.org/a.']],
    ['an open angle bracket', '<https://example.org/a.', ['https://example.org/a']],
    ['quotes', '"https://example.org/a"', ['https://example.org/a']],
    ['apostrophes', "'https://example.org/a'", ['https://example.org/a']],
    ['typographic quotes', '“https://example.org/a”', ['https://example.org/a']],
    ['bold', '*https://example.org/a*', ['https://example.org/a']],
    [
      'an end with a tilde or dollar',
      'https://example.org/a~ https://example.org/b$',
      ['https://example.org/a~', 'https://example.org/b$'],
    ],
    [
      'another URL inside',
      'https://example.org/https://example.net/',
      ['https://example.org/https://example.net/'],
    ],
    ['letters in front', 'xhttps://example.org/', []],
    ['no host', 'https:// and http://?', []],
    ['no break space behind', 'https://example.org/a\u00a0b', ['https://example.org/a']],
    ['letters beyond ASCII', 'https://example.org/ä', ['https://example.org/ä']],
    ['other schemes', 'ftp://example.org/ mailto:a@example.org', []],
  ])('%s', (_, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it('gives spans of the URL itself', () => {
    const text = 'a <https://example.org/a> (http://example.org/b).';
    expect(scanPlain(text, fixed).map(({ span }) => text.slice(span.start, span.end))).toEqual([
      'https://example.org/a',
      'http://example.org/b',
    ]);
  });

  it('stays linear', () => {
    for (const text of [
      'http://a'.repeat(60_000),
      '<http'.repeat(100_000),
      `http://a/${')'.repeat(400_000)}`,
      'http://a/b '.repeat(10_000),
    ]) {
      const both = (): void => {
        scanPlain(text, fixed);
        scanPlain(text, { flowed: true, delsp: true });
      };
      expect(leastCpuMs(10_000, both)).toBeLessThan(10_000);
    }
  });
});

describe('URLs that are broken over lines', () => {
  const long = `https://click.example.com/CL0/https:%2F%2Fwww.example.org%2F${'a'.repeat(20)}`;

  it('is one place with delsp=yes', () => {
    const text = 'Lees https://example.org/a \r\nb/c?d=1 \r\n&e=2 en';
    const options = { flowed: true, delsp: true };
    const [place, ...others] = scanPlain('Lees https://example.org/a \r\nb/c?d=1 \r\n&e=2\r\nen', options);
    expect(others).toEqual([]);
    expect(place).toMatchObject({ value: 'https://example.org/ab/c?d=1&e=2', span: { start: 5, end: 43 } });
    expect(values(text, { flowed: true, delsp: false })).toEqual(['https://example.org/a']);
  });

  it('is no place where quote marks stand inside', () => {
    expect(values('> https://example.org/a \r\n> b', { flowed: true, delsp: true })).toEqual([]);
  });

  it('is no place where it goes on behind a line break that no format joins', () => {
    expect(values(`Lees ${long}\r\n%2Fb/1/0102018969854525-eb08255a\r\n`)).toEqual([]);
    expect(values(`<${long}\r\n%2Fb/1/0102018969854525>\r\n`)).toEqual([]);
    expect(values('<https://example.org/a\nb>')).toEqual([]);
  });

  it('is whole where the next line is text', () => {
    expect(values(`Lees ${long}\r\nEn daarna verder.\r\n`)).toEqual([long]);
    expect(values(`Lees ${long}\r\n\r\nx=1`)).toEqual([long]);
    expect(values(`${long}\r\nhttps://example.org/x=1`)).toEqual([long, 'https://example.org/x=1']);
    expect(values('https://example.org/a\r\nb/c=1')).toEqual(['https://example.org/a']);
  });
});
