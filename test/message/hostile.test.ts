import { describe, expect, test } from 'vitest';
import { leastCpuMs } from '../support/cpu.ts';
import { lines, read, restores, strip } from './tools.ts';

const pixel = '<img src="http://tracker.example/p">';
const html = `Content-Type: text/html\r\n\r\n${pixel}\r\n`;
const repeat = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join('');
const text = (value: string): Buffer => Buffer.from(value, 'latin1');
/** The pixel as a line of uuencode. */
const uuencodedPixel = 'D/&EM9R!S<F,](FAT=\'`Z+R]T<F%C:V5R+F5X86UP;&4O<"(^';
const yencodedPixel = Buffer.from(text(pixel).map((octet) => octet + 42))
  .toString('latin1')
  .replace(/[=\0\r\n]/g, (char) => `=${String.fromCharCode((char.charCodeAt(0) + 64) & 255)}`);
/** Five times the second that the promise gives. */
const maxCpuMs = 5000;

interface Row {
  readonly name: string;
  readonly octets: Buffer;
  readonly gone?: false;
}

const rows: readonly Row[] = [
  {
    name: '100,000 nested multiparts',
    octets: text(
      repeat(100_000, (i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`) + html,
    ),
  },
  {
    name: '100,000 nested multiparts of one boundary',
    octets: text('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(100_000) + html),
  },
  {
    name: '100,000 nested messages: no client shows what is in them',
    octets: text('Content-Type: message/rfc822\r\n\r\n'.repeat(100_000) + html),
    gone: false,
  },
  {
    name: '100,000 parts',
    octets: text(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${`--b\r\n${html}`.repeat(100_000)}`),
  },
  {
    name: '20,000 parts, base64 behind the cap',
    octets: text(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${`--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(pixel).toString('base64')}\r\n`.repeat(20_000)}`,
    ),
  },
  {
    name: 'a part behind the cap whose predecessor leaves an attribute open',
    octets: text(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: text/html\r\n\r\n<img alt="\r\n'.repeat(2000)}--b\r\n${html}`,
    ),
  },
  { name: 'a header line of 1 MB', octets: text(`Subject: ${'x'.repeat(1_000_000)}\r\n${html}`) },
  {
    name: 'a Content-Type of 1 MB',
    octets: text(`Content-Type: text/html; ${'a="b" '.repeat(170_000)}\r\n\r\n${pixel}`),
  },
  {
    name: 'a comment of 1 MB',
    octets: text(`Content-Type: text/html ${'('.repeat(1_000_000)}\r\n\r\n${pixel}`),
  },
  {
    name: '60,000 boundaries',
    octets: text(
      `Content-Type: multipart/mixed; ${repeat(60_000, (i) => `boundary=a${i};`)}\r\n\r\n--a1\r\n${html}`,
    ),
  },
  {
    name: '60,000 Content-Types',
    octets: text(
      `${repeat(60_000, (i) => `Content-Type: multipart/mixed; boundary=a${i}\r\n`)}\r\n--a1\r\n${html}`,
    ),
  },
  { name: '250,000 folds', octets: text(`Subject: x\r\n${' y\r\n'.repeat(250_000)}${html}`) },
  {
    name: '500,000 lines of dashes',
    octets: text(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${html}${'--\r\n'.repeat(500_000)}`,
    ),
  },
  {
    name: '99 boundaries, each the beginning of the next, and lines like them',
    octets: text(
      repeat(
        99,
        (i) =>
          `Content-Type: multipart/mixed; boundary=${'b'.repeat(i + 1)}\r\n\r\n--${'b'.repeat(i + 1)}\r\n`,
      ) +
        html +
        `--${'c'.repeat(100)}\r\n`.repeat(20_000),
    ),
  },
  { name: 'NUL', octets: Buffer.concat([Buffer.alloc(100_000), text(html)]) },
  {
    name: 'NUL in the text',
    octets: text(`Content-Type: text/html\r\n\r\n${'\0'.repeat(100_000)}${pixel}\0`),
  },
  { name: 'no newline at all', octets: text(pixel.repeat(10_000)), gone: false },
  {
    name: 'an attachment of 50 MB',
    octets: text(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${html}--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${`${'A'.repeat(76)}\r\n`.repeat(640_000)}--b--\r\n`,
    ),
  },
  {
    name: '40,000 edits on one line, UTF-8',
    octets: text(`Content-Type: text/html; charset=utf-8\r\n\r\n${`\xc3\xa9${pixel}`.repeat(20_000)}`),
  },
  {
    name: '40,000 edits on one line, quoted-printable',
    octets: text(
      `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${`=C3=A9${pixel.replaceAll('=', '=3D')}`.repeat(20_000)}`,
    ),
  },
  {
    name: '20,000 edits in uuencode',
    octets: text(
      `Content-Type: text/html\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n${`${uuencodedPixel}\r\n`.repeat(20_000)}end\r\n`,
    ),
  },
  {
    name: 'lines of uuencode that say more than they have',
    octets: text(
      `Content-Type: text/html\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n${'_\r\n'.repeat(300_000)}end\r\n`,
    ),
  },
  {
    name: '20,000 edits on one line, yEnc',
    octets: text(
      `Content-Type: text/html\r\nContent-Transfer-Encoding: x-yencode\r\n\r\n=ybegin x\r\n${yencodedPixel.repeat(20_000)}\r\n=yend\r\n`,
    ),
  },
  {
    name: 'a field of boundaries',
    octets: text(`Content-Type: multipart/mixed; (${'boundary=a;'.repeat(100_000)}\r\n\r\n--a\r\n${html}`),
  },
  {
    name: 'lines like delimiters, a multipart behind each',
    octets: text(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${'--bb\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n'.repeat(20_000)}--c\r\n${html}`,
    ),
  },
  {
    name: 'dashes with fields behind them and no empty line',
    octets: text(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--x\r\na: b\r\nc: d\r\n'.repeat(100_000)}--b\r\n${html}`,
    ),
  },
  {
    name: 'bare CRs and dashes',
    octets: text(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'\r--'.repeat(300_000)}\r\n--b\r\n${html}`,
    ),
  },
  {
    name: '40,000 damaged encodings',
    octets: text(
      `Content-Type: text/html\r\n${'Content-Transfer-Encoding: base64;quoted-printable\r\n'.repeat(40_000)}${html}`,
    ),
  },
  {
    name: 'padding only',
    octets: text(
      `Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n${'AA='.repeat(300_000)}`,
    ),
  },
  {
    name: 'BEGIN without END',
    octets: text(
      `Content-Type: text/plain\r\n\r\n${'-----BEGIN PGP SIGNED MESSAGE-----\r\n'.repeat(30_000)}http://tracker.example/`,
    ),
  },
];

describe('hostile input', () => {
  test.each(rows)('$name', { timeout: 60_000 }, ({ octets, gone = true }) => {
    expect(leastCpuMs(maxCpuMs, () => read(octets))).toBeLessThan(maxCpuMs);
    const { reasons } = read(octets);
    expect(Array.isArray(reasons)).toBe(true);
    const stripped = strip(octets);
    expect(stripped.octets.includes('tracker.example')).toBe(!gone);
    expect(stripped.octets.includes(uuencodedPixel) || stripped.octets.includes(text(yencodedPixel))).toBe(
      false,
    );
    expect(restores(stripped, octets)).toBe(true);
  });
});

describe('limits', () => {
  const parts = (count: number): Buffer =>
    text(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${`--b\r\n${html}`.repeat(count)}--b--\r\n`);

  test('parts: the tree ends, a flat part holds the rest, its pixels go', () => {
    const octets = parts(10);
    const stripped = strip(octets, { maxParts: 4 });
    expect(stripped.message.reasons).toEqual(['limit.parts']);
    expect(stripped.message.parts.map(({ id, flat }) => `${id}${flat ? ' flat' : ''}`)).toEqual([
      '',
      '1',
      '2',
      '3',
      '4~ flat',
    ]);
    expect(stripped.octets.toString('latin1')).toBe(parts(10).toString('latin1').replaceAll(pixel, '<img >'));
  });

  test('depth: a multipart too deep is read flat as a whole', () => {
    const nest = (level: number): string =>
      level === 0
        ? html
        : `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n${nest(level - 1)}--b${level}--\r\n`;
    const stripped = strip(text(nest(6)), { maxDepth: 3 });
    expect(stripped.message.reasons).toEqual(['limit.parts']);
    expect(stripped.message.parts).toHaveLength(4);
    expect(stripped.octets.toString('latin1')).toBe(nest(6).replace(pixel, '<img >'));
  });

  test('attachments behind a limit are no text', () => {
    const octets = lines(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      'x',
      '--b',
      'Content-Type: image/png',
      'Content-Transfer-Encoding: base64',
      '',
      'AAAA',
      '--b--',
    );
    const message = read(octets, { maxParts: 2 });
    expect(message.parts.at(-1)?.sources).toBeUndefined();
  });
});
