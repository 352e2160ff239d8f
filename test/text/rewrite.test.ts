import { describe, expect, it } from 'vitest';
import { scanHtml } from '../../src/html/index.ts';
import { linkTextEdits, rewritePlain, scanPlain } from '../../src/text/index.ts';
import { apply } from '../detect/link/support.ts';

function rewritten(text: string, url: string): string | undefined {
  const place = scanPlain(text, { flowed: true, delsp: true })[0];
  const edits = place === undefined ? undefined : rewritePlain(place, url);
  return edits === undefined ? undefined : apply(text, edits);
}

describe('writing another URL into plain text', () => {
  it.each([
    [
      'in running text',
      'Lees https://a.example.com/x.',
      'https://example.org/',
      'Lees https://example.org/.',
    ],
    ['in angle brackets', '<https://a.example.com/x>', 'https://example.org/a.', '<https://example.org/a.>'],
    [
      'over a soft line break',
      'https://a.example.com/x \r\ny en',
      'https://example.org/',
      'https://example.org/ en',
    ],
    ['an end like punctuation', 'https://a.example.com/x', 'https://example.org/a.', undefined],
    ['a surplus bracket', 'https://a.example.com/x', 'https://example.org/a)', undefined],
    ['balanced brackets', 'https://a.example.com/x', 'https://example.org/(a)', 'https://example.org/(a)'],
    ['an angle bracket inside', '<https://a.example.com/x>', 'https://example.org/>', undefined],
    ['a space inside', '<https://a.example.com/x>', 'https://example.org/ x', undefined],
    ['not ASCII', '<https://a.example.com/x>', 'https://example.org/é', undefined],
    ['a line too long', '<https://a.example.com/x>', `https://example.org/${'a'.repeat(900)}`, undefined],
  ])('%s', (_, text, url, expected) => {
    expect(rewritten(text, url)).toBe(expected);
  });
});

describe('the text of a link that repeats its URL', () => {
  const old = 'https://click.example.com/x?a=1&b=2';
  const to = 'https://example.org/?c=1&d=2';

  function shown(content: string): string | undefined {
    const html = `<a href="https://click.example.com/x?a=1&amp;b=2">${content}</a>`;
    const place = scanHtml(html, {}).places[0];
    const edits = place === undefined ? undefined : linkTextEdits(html, place, old, to);
    if (edits === undefined || edits === 'keep-both') return edits;
    return apply(html, edits).slice(html.indexOf('>') + 1, -4);
  }

  it.each([
    ['no URL', 'Lees <b>verder</b>', undefined],
    ['another URL', 'https://example.org/', undefined],
    ['with references', 'https://click.example.com/x?a=1&amp;b=2', 'https://example.org/?c=1&amp;d=2'],
    ['bare ampersand', 'https://click.example.com/x?a=1&b=2', 'https://example.org/?c=1&amp;d=2'],
    ['numeric reference', 'https://click.example.com/x?a=1&#38;b=2', 'https://example.org/?c=1&amp;d=2'],
    [
      'among words',
      ' see <i>https://click.example.com/x?a=1&amp;b=2</i> now',
      ' see <i>https://example.org/?c=1&amp;d=2</i> now',
    ],
    ['without scheme', 'click.example.com/x?a=1&amp;b=2', 'example.org/?c=1&amp;d=2'],
    [
      'twice',
      'https://click.example.com/x?a=1&amp;b=2 https://click.example.com/x?a=1&amp;b=2',
      'https://example.org/?c=1&amp;d=2 https://example.org/?c=1&amp;d=2',
    ],
    ['a tag inside', 'https://click.example.com/<wbr>x?a=1&amp;b=2', 'keep-both'],
    ['shortened', 'https://click.example.com/x?a…', 'keep-both'],
    ['shortened, three dots', 'click.example.com/x...', 'keep-both'],
  ])('%s', (_, content, expected) => {
    expect(shown(content)).toBe(expected);
  });
});
