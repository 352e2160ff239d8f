import { describe, expect, it } from 'vitest';
import { editMessage } from '../../src/clean/index.ts';
import { spliceMessage } from '../../src/message/index.ts';
import { compiledPolicy } from '../support/compiled.ts';

const compiled = compiledPolicy();
const pixel =
  '<img src="https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789" width=1>';
const link = 'https://www.example.org/page?utm_source=mail\r\n';
const many = 150_000;

function message(type: string, encoding: string, body: string): Buffer {
  return Buffer.from(
    `MIME-Version: 1.0\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`,
  );
}

/** More than a function takes arguments: what is handed on in one call fails, and the message would go on as it came. */
const rows: readonly { readonly name: string; readonly input: Buffer; readonly gone: string }[] = [
  {
    name: 'pixels as they are',
    input: message('text/html', '8bit', `${pixel}\r\n`.repeat(many)),
    gone: '/track/open.php',
  },
  {
    name: 'pixels in quoted-printable',
    input: message('text/html', 'quoted-printable', `${pixel.replaceAll('=', '=3D')}=\r\n`.repeat(many)),
    gone: '/track/open.php',
  },
  {
    name: 'links in plain text',
    input: message('text/plain', '8bit', link.repeat(many)),
    gone: 'utm_source',
  },
  {
    name: 'lengths of a padding',
    input: message(
      'text/html',
      '8bit',
      `<div style="height:0;overflow:hidden;padding-top:${'a '.repeat(2 * many)}"><img src=https://a.example/b.png></div>${pixel}`,
    ),
    gone: '/track/open.php',
  },
];

describe('edits without number are all made', () => {
  it.each(rows)('$name', { timeout: 60_000 }, ({ input, gone }) => {
    const { edits, report } = editMessage(input, {}, compiled);
    expect(report.reasons.filter((reason) => reason === 'error' || reason === 'flat.time')).toEqual([]);
    expect(spliceMessage({ octets: input }, edits).includes(gone)).toBe(false);
  });
});
