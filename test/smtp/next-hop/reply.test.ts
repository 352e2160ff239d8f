import { describe, expect, test } from 'vitest';
import { ReplyReader } from '../../../src/smtp/next-hop/reply.ts';

function read(octets: string, step: number): { replies: string[]; malformed: boolean; unread: boolean } {
  const reader = new ReplyReader();
  const all = Buffer.from(octets, 'latin1');
  for (let at = 0; at < all.length; at += step) reader.push(all.subarray(at, at + step));
  const replies: string[] = [];
  for (let reply = reader.next(); reply !== undefined; reply = reader.next()) {
    replies.push(`${reply.code} ${reply.lines.join('|')}`);
  }
  return { replies, malformed: reader.malformed, unread: reader.unread };
}

const GOOD: readonly [name: string, octets: string, replies: string[]][] = [
  ['one line', '250 2.1.0 ok\r\n', ['250 2.1.0 ok']],
  ['code only', '250\r\n', ['250 ']],
  [
    'several lines (pitfall 3)',
    '550-5.7.1 no\r\n550-5.7.1 \r\n550 5.7.1 never\r\n',
    ['550 5.7.1 no|5.7.1 |5.7.1 never'],
  ],
  ['two replies', '250 a\r\n251 b\r\n', ['250 a', '251 b']],
  ['octets over 127 are kept', '550 gr\xfc\xdfe\r\n', ['550 gr\xfc\xdfe']],
  ['bare LF ends a line', '250-a\n250 b\n', ['250 a|b']],
  ['an LMTP burst', '250 x\r\n'.repeat(1000), Array<string>(1000).fill('250 x')],
];

const BAD: readonly [name: string, octets: string][] = [
  ['no code', 'hello\r\n'],
  ['two digits', '25 ok\r\n'],
  ['1yz', '150 ok\r\n'],
  ['6yz', '650 ok\r\n'],
  ['no separator', '250ok\r\n'],
  ['codes differ', '250-a\r\n251 b\r\n'],
  ['CR inside: it would end a line at our client', '250 ok\r250 ok\r\n'],
  ['NUL inside', '250 o\0k\r\n'],
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\n'],
  ['a line without end', `250 ${'x'.repeat(9000)}`],
  ['a reply without end', `250-${'x'.repeat(1000)}\r\n`.repeat(100)],
  ['replies without end', `250 ${'x'.repeat(1000)}\r\n`.repeat(5000)],
];

describe('replies of the next hop', () => {
  for (const step of [1, 7, 1 << 20]) {
    test.each(GOOD)(`%s, cut at every ${step} octets`, (_, octets, replies) => {
      expect(read(octets, step)).toEqual({ replies, malformed: false, unread: false });
    });
  }
  test.each(BAD)('malformed: %s', (_, octets) => {
    expect(read(octets, 4096).malformed).toBe(true);
  });
  test('what came before the malformed line still counts', () => {
    expect(read('250 ok\r\nwhat?\r\n', 1).replies).toEqual(['250 ok']);
  });
  test('a part of a reply is unread', () => {
    expect(read('250-ok\r\n', 1)).toEqual({ replies: [], malformed: false, unread: true });
    expect(read('25', 1).unread).toBe(true);
  });
});
