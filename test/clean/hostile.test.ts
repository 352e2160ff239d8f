import { describe, expect, it } from 'vitest';
import { cleanMessage } from '../../src/clean/index.ts';
import { findDifference } from '../commands/independent-compare.ts';
import { compiledPolicy } from '../support/compiled.ts';
import { leastCpuMs } from '../support/cpu.ts';

const host = 'track.list-manage.com';
const pixel = `<img src="https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789&e=0123456789" width="1" height="1">`;
const html = (body: string): string =>
  `MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${body}\r\n`;

function nestedParts(levels: number): string {
  const opened = Array.from(
    { length: levels },
    (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
  );
  return `MIME-Version: 1.0\r\n${opened.join('')}Content-Type: text/html\r\n\r\n${pixel}\r\n`;
}

function manyParts(parts: number): string {
  const part = '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n';
  return `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(parts)}--b\r\nContent-Type: text/html\r\n\r\n${pixel}\r\n--b--\r\n`;
}

const attributes = Array.from({ length: 20_000 }, (_, index) => ` a${index}=${index}`).join('');

/** `gone`: a pixel that a client would load stands behind the trap, and must not be there afterwards. */
const rows: readonly { name: string; message: string; result?: string; gone?: boolean; reason?: string }[] = [
  { name: 'empty', message: '', result: 'none' },
  { name: 'one line break', message: '\r\n', result: 'none' },
  { name: 'header only', message: 'Subject: x\r\n', result: 'none' },
  { name: 'header only, no line end', message: 'Subject: x', result: 'none' },
  { name: 'header and empty body', message: 'Subject: x\r\n\r\n', result: 'none' },
  { name: 'one colon', message: ':', result: 'none' },
  { name: 'NUL only', message: '\0'.repeat(1000), result: 'none' },
  {
    name: 'a part that claims to answer the URL of the pixel',
    message: `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n${pixel}\r\n--b\r\nContent-Type: image/gif\r\nContent-Location: ${/"(https[^"]+)"/.exec(pixel)?.[1]?.replace('/open', '/\r\n open')}\r\n\r\nGIF\r\n--b--\r\n`,
    gone: true,
  },
  { name: '100,000 nested parts', message: nestedParts(100_000), gone: true },
  { name: '100,000 parts', message: manyParts(100_000), gone: true },
  {
    name: '195 KB of nested div',
    message: html('<div>'.repeat(39_000) + pixel),
    gone: true,
    reason: 'flat.depth',
  },
  { name: '20,000 attributes on one tag', message: html(`<div${attributes}>${pixel}`), gone: true },
  {
    name: '20,000 attributes on the pixel',
    message: html(pixel.replace('<img', `<img${attributes}`)),
    gone: true,
  },
  { name: 'NUL in the tag', message: html(`a\0b${pixel}\0`), gone: true },
  { name: '1 MB header line', message: `X-Long: ${'x'.repeat(1_000_000)}\r\n${html(pixel)}`, gone: true },
  {
    name: '1 MB content type',
    message: `Content-Type: text/html; a="${'x'.repeat(1_000_000)}"\r\n\r\n${pixel}`,
    gone: true,
  },
  { name: '100,000 header fields', message: `${'X: y\r\n'.repeat(100_000)}${html(pixel)}`, gone: true },
  { name: '100,000 folded lines', message: `X: y\r\n${' z\r\n'.repeat(100_000)}${html(pixel)}`, gone: true },
  { name: '1 MB of <', message: html(`${pixel}${'<'.repeat(1_000_000)}`), gone: true },
  { name: '1 MB of < in front', message: html(`${'<'.repeat(1_000_000)}${pixel}`), gone: true },
  { name: '1 MB of comments', message: html(`${'<!-- -->'.repeat(120_000)}${pixel}`), gone: true },
  { name: '1 MB of unclosed comments', message: html(`${pixel}${'<!--'.repeat(250_000)}`), gone: true },
  { name: '1 MB of quotes', message: html(`${pixel}<a ${'"'.repeat(1_000_000)}`), gone: true },
  { name: '1 MB of nested css', message: html(`${pixel}<style>${'a{'.repeat(500_000)}</style>`), gone: true },
  { name: '1 MB of url(', message: html(`${pixel}<p style="${'url('.repeat(250_000)}">`), gone: true },
  {
    name: '1 MB of srcset candidates',
    message: html(`${pixel}<img srcset="${'a 1x,'.repeat(200_000)}">`),
    gone: true,
  },
  { name: '1 MB of ampersands', message: html(`${pixel}<a href="${'&'.repeat(1_000_000)}">`), gone: true },
  {
    name: '1 MB of links',
    message: html(
      `${'<a href="https://a.example/?url=https%3A%2F%2Fb.example%2F&x=1">y</a>'.repeat(15_000)}${pixel}`,
    ),
    gone: true,
  },
  {
    name: '1 MB of images',
    message: html(
      `${'<img src="https://a.example/0123456789abcdef0123456789abcdef">'.repeat(16_000)}${pixel}`,
    ),
    gone: true,
  },
  {
    name: '1 MB of one URL',
    message: html(`${pixel}<a href="https://a.example/?u=${'%2561'.repeat(200_000)}">`),
    gone: true,
  },
  {
    name: '1 MB of one identifier that nearly stands everywhere in a link',
    message: html(
      ['<a href', '<img src']
        .map(
          (start) =>
            `${start}="https://a.example/http://_+${'?AbCdEfGh_u='.repeat(20_000)}${'CL0/éé'.repeat(40_000)}">`,
        )
        .join('') + pixel,
    ),
    gone: true,
  },
  {
    name: '1 MB of loads of one element',
    message: html(`<animate values="${'//a.example/b;<base href=//a/> c=d;'.repeat(28_000)}">${pixel}`),
    gone: true,
  },
  {
    name: '1 MB of percent signs that decode nothing',
    message: html(`<a href="https://a.example/${'%CL0/,a@b.cd/'.repeat(75_000)}">y</a>${pixel}`),
    gone: true,
  },
  {
    name: '1 MB quoted-printable soft breaks',
    message: html(`${'=\r\n'.repeat(330_000)}${pixel.replaceAll('=', '=3D')}`).replace(
      'charset=utf-8',
      'charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable',
    ),
    gone: true,
  },
  {
    name: 'base64 of one octet a line',
    message: `Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n${[...Buffer.from(pixel).toString('base64')].join('\r\n')}\r\n`,
    gone: true,
  },
];

describe('hostile messages', () => {
  const compiled = compiledPolicy();

  it.each(rows)('$name', ({ message, result, gone, reason }) => {
    const octets = Buffer.from(message, 'latin1');
    // The product's bound is a second; the collector's threads come on top.
    expect(leastCpuMs(2_000, () => cleanMessage(octets, {}, compiled))).toBeLessThan(2_000);
    const cleaned = cleanMessage(octets, {}, compiled);
    expect(findDifference(octets, cleaned.octets, cleaned.report.journal)).toBeUndefined();
    if (result !== undefined) expect(cleaned.report.result).toBe(result);
    if (reason !== undefined) expect(cleaned.report.reasons).toContain(reason);
    if (gone === true) expect(cleaned.octets.includes('/track/open.php')).toBe(false);
    expect(cleaned.report.result).not.toBe('error');
    expect(cleaned.octets.includes(host)).toBe(octets.includes(host));
  });
});
