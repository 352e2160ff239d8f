import { expect, it } from 'vitest';
import { messageIdHash, readMessageId } from '../../src/smtp/message-id.ts';

const rows: readonly [header: string, id: string | undefined][] = [
  ['Subject: a\r\nMessage-ID: <a@b.example>\r\n\r\n', '<a@b.example>'],
  ['MESSAGE-id:<a@b.example>\r\nMessage-ID: <second@b.example>\r\n\r\n', '<a@b.example>'],
  ['Message-ID:\r\n <a@b.example>\r\nTo: x\r\n\r\n', '<a@b.example>'],
  ['Subject: a\r\n\r\nMessage-ID: <body@b.example>\r\n', undefined],
  ['X-Message-ID: <a@b.example>\r\n\r\n', undefined],
  ['Message-ID:\r\nTo: x\r\n\r\n', undefined],
  ['Message-ID: <a@b.example>', '<a@b.example>'],
  ['', undefined],
];
it.each(rows)('%j', (header, id) => expect(readMessageId(Buffer.from(header))).toBe(id));

it('the hash needs a key, and is the same for the same id', () => {
  const header = Buffer.from('Message-ID: <a@b.example>\r\n\r\n');
  expect(messageIdHash(header, '')).toBeUndefined();
  expect(messageIdHash(header, 'k')).toMatch(/^[0-9a-f]{16}$/);
  expect(messageIdHash(Buffer.from('message-id:<a@b.example>\r\n'), 'k')).toBe(messageIdHash(header, 'k'));
  expect(messageIdHash(header, 'other')).not.toBe(messageIdHash(header, 'k'));
});
