import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { amid, namesOn, pixelsIn, reader, verdictOn } from './judge.ts';

function digest(name: string, text: string, encoding: 'hex' | 'base64' | 'base64url'): string {
  return createHash(name).update(text).digest(encoding);
}

function base32(text: string): string {
  let bits = '';
  for (const octet of Buffer.from(text)) bits += octet.toString(2).padStart(8, '0');
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => letters[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}

const lower = reader.toLowerCase();
const rot13 = lower.replace(/[a-z]/g, (c) => String.fromCharCode(((c.charCodeAt(0) - 84) % 26) + 97));

describe('the reader’s address in a URL', () => {
  const rows: readonly (readonly [form: string, text: string, evidence: string])[] = [
    ['clear', reader, 'recipient'],
    ['lower', lower, 'recipient'],
    ['percent', encodeURIComponent(reader), 'recipient'],
    ['twice percent', encodeURIComponent(encodeURIComponent(reader)), 'recipient'],
    ['VERP', lower.replace('@', '='), 'recipient'],
    ['rot13', rot13, 'recipient'],
    ['hex', Buffer.from(reader).toString('hex'), 'recipient'],
    ['HEX', Buffer.from(lower).toString('hex').toUpperCase(), 'recipient'],
    ['base64', encodeURIComponent(Buffer.from(reader).toString('base64')), 'recipient'],
    ['base64url', Buffer.from(lower).toString('base64url'), 'recipient'],
    ['base64 of JSON', Buffer.from(JSON.stringify({ id: 7, e: lower })).toString('base64url'), 'recipient'],
    ['base64 behind a prefix', `xy${Buffer.from(lower).toString('base64url')}`, 'recipient'],
    ['base32', base32(reader), 'recipient'],
    ['base32 lower', base32(lower).toLowerCase(), 'recipient'],
    ...['md5', 'sha1', 'sha256'].flatMap((name) => [
      [`${name} as is`, digest(name, reader, 'hex'), 'recipient.hash'] as const,
      [`${name} lower`, digest(name, lower, 'hex'), 'recipient.hash'] as const,
      [`${name} upper-case hex`, digest(name, lower, 'hex').toUpperCase(), 'recipient.hash'] as const,
      [`${name} base64`, encodeURIComponent(digest(name, lower, 'base64')), 'recipient.hash'] as const,
      [`${name} base64url`, digest(name, lower, 'base64url'), 'recipient.hash'] as const,
    ]),
  ];
  test.each(rows)('%s in the query', (_, text, evidence) => {
    const html = amid(`<img src="https://s.example/banner.png?u=${text}">`);
    expect(namesOn({ html })).toContain(evidence);
    expect(verdictOn({ html })).toBe('certain');
  });
  test.each(rows)('%s in the path', (_, text, evidence) => {
    const html = amid(`<img src="https://s.example/i/${text}/banner.png">`);
    expect(namesOn({ html })).toContain(evidence);
  });

  const sources: readonly (readonly [field: string, found: boolean])[] = [
    [`To: Bob <${reader}>`, true],
    [`Cc: a@b.example, ${reader}`, true],
    [`Delivered-To: ${reader}`, true],
    [`From: ${reader}`, false],
    [`Subject: ${reader}`, false],
  ];
  test.each(sources)('named by %s', (field, found) => {
    const html = amid(`<img width=90 src="https://s.example/banner.png?u=${digest('md5', lower, 'hex')}">`);
    const names = namesOn({ html, recipients: [], fields: [field] });
    expect(names.includes('recipient.hash')).toBe(found);
  });

  test('a visible image stays, and is counted', () => {
    const [finding] = pixelsIn({
      html: amid(`<img width=200 height=90 src="https://s.example/b.png?e=${lower}">`),
    });
    expect(finding).toMatchObject({ personal: true, certainty: 'possible' });
  });
  test('another address is no evidence', () => {
    expect(verdictOn({ html: amid('<img width=9 src="https://s.example/b.png?e=eve@uni.example">') })).toBe(
      'none',
    );
  });
  test('an address of thousands of characters, and thousands of addresses, are taken calmly', () => {
    const recipients = [
      `${'a'.repeat(5000)}@x.example`,
      ...Array.from({ length: 5000 }, (_, n) => `r${n}@x.example`),
    ];
    expect(verdictOn({ html: amid('<img src="https://s.example/b.png">'), recipients })).toBe('none');
  });
});
