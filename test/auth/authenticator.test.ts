import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/auth/index.ts';
import type { AuthOptions } from '../../src/auth/index.ts';
import { makeKey, signed } from './support/signed.ts';
import { startZone } from './support/zone.ts';
import type { ZoneServer } from './support/zone.ts';

const sender = makeKey('rsa');
const ours = makeKey('rsa');
const facts = { ip: '192.0.2.1', helo: 'mail.sender.example', sender: 'news@sender.example' };
const zone = new Map([
  ['TXT s1._domainkey.sender.example', [sender.record]],
  ['TXT s1._domainkey.sub.strict.example', [sender.record]],
  ['TXT sender.example', ['v=spf1 ip4:192.0.2.1 -all']],
  ['TXT _dmarc.sender.example', ['v=DMARC1; p=reject']],
  ['TXT _dmarc.strict.example', ['v=DMARC1; p=reject; adkim=s']],
  ['TXT arc._domainkey.uni.example', [ours.record]],
]);

const message = (from: string, extra = ''): Buffer =>
  Buffer.from(
    `${extra}From: News <${from}>\r\nTo: reader@uni.example\r\nSubject: x\r\nMessage-ID: <1@sender.example>\r\n` +
      'Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n',
  );

let dns: ZoneServer;
let options: AuthOptions;

beforeAll(async () => {
  dns = await startZone(zone);
  options = { verify: true, trust: [], id: 'mx.uni.example', dnsServer: dns.server, arc: undefined };
});
afterAll(() => dns.close());

async function check(octets: Buffer, changes: Partial<AuthOptions> = {}, how = facts) {
  const authenticator = new Authenticator({ ...options, ...changes });
  try {
    return await authenticator.authenticate(octets, how);
  } finally {
    await authenticator.retire();
  }
}

describe('authentication of a message as received', () => {
  it('passes what is signed and aligned', async () => {
    const known = await check(await signed(message('news@sender.example'), 'sender.example', 's1', sender));
    expect(known).toMatchObject({ dmarc: 'pass', dmarcPolicy: 'reject', domains: ['sender.example'] });
    expect(known.result).toMatchObject({ spf: 'pass', arc: 'none', hadDnsTrouble: false });
    expect(known.result?.dkim).toEqual([{ domain: 'sender.example', selector: 's1', result: 'pass' }]);
    expect(known.field.toString()).toMatch(/^Authentication-Results: mx\.uni\.example;\r\n dkim=pass/);
  });

  it('fails a body that was changed after signing, as RFC 8601 words it', async () => {
    const octets = await signed(message('news@sender.example'), 'sender.example', 's1', sender);
    const known = await check(
      Buffer.from(octets.toString().replace('hello', 'Hello')),
      {},
      { ...facts, ip: '192.0.2.9' },
    );
    expect(known).toMatchObject({ dmarc: 'fail', domains: [] });
    expect(known.result?.dkim[0]?.result).toBe('fail');
  });

  it('holds strict alignment', async () => {
    const octets = await signed(message('a@strict.example'), 'sub.strict.example', 's1', sender);
    expect(await check(octets)).toMatchObject({ dmarc: 'fail', domains: [] });
  });

  it('says temperror and authenticates nothing when DNS has trouble', async () => {
    const octets = await signed(message('a@broken.example'), 'broken.example', 's1', sender);
    const known = await check(octets);
    expect(known.domains).toEqual([]);
    expect(known.result?.hadDnsTrouble).toBe(true);
  });

  it.each([
    ['as it is', 'Authentication-Results: mx.uni.example; dmarc=pass\r\n', 1],
    [
      'other case, folded, commented',
      'AUTHENTICATION-results:\r\n (a (nested) comment) MX.Uni.Example 1; dmarc=pass\r\n',
      1,
    ],
    ['quoted', 'Authentication-Results: "mx.uni.example"; dmarc=pass\r\n', 1],
    ['with a trailing dot', 'Authentication-Results: mx.uni.example.; dmarc=pass\r\n', 1],
    ['of another server', 'Authentication-Results: mx.other.example; dmarc=pass\r\n', 0],
    [
      'of a server whose name begins like ours',
      'Authentication-Results: mx.uni.example.org; dmarc=pass\r\n',
      0,
    ],
  ])('finds results forged under our name: %s', async (_name, field, count) => {
    expect((await check(message('a@none.example', field))).forged).toHaveLength(count);
  });

  it('believes the servers it is told to, and only them', async () => {
    const field = (id: string): string =>
      `Authentication-Results: ${id}; spf=pass; dmarc=pass (p=none) header.from=Sender.example\r\n`;
    const trusting = { verify: false, trust: ['mx.uni.example'] };
    expect((await check(message('a@sender.example', field('mx.uni.example')), trusting)).domains).toEqual([
      'sender.example',
    ]);
    expect((await check(message('a@sender.example', field('evil.example')), trusting)).domains).toEqual([]);
  });
});

describe('caps', () => {
  const hostile: readonly { name: string; octets: () => Buffer; most: number; capped: string[] }[] = [
    {
      name: '100,000 addresses in From',
      octets: () => Buffer.from(`From: ${'a@b.example,'.repeat(100_000)}x@y.example\r\n\r\nx`),
      most: 0,
      capped: ['from'],
    },
    {
      name: '20,000 addresses in From',
      octets: () => Buffer.from(`From: ${'a@b.co,'.repeat(20_000)}x@y.example\r\n\r\nx`),
      most: 0,
      capped: ['from'],
    },
    {
      name: '40,000 folded lines',
      octets: () => Buffer.from(`Subject: x\r\n${' y\r\n'.repeat(40_000)}From: a@b.example\r\n\r\nx`),
      // The author's policy.
      most: 4,
      capped: ['headers'],
    },
    {
      name: '500 signatures',
      octets: () => {
        const signature = (at: number): string =>
          `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=d${at}.example; s=s; h=from; bh=AAAA; b=AAAA\r\n`;
        return Buffer.from(
          `${Array.from({ length: 500 }, (_, at) => signature(at)).join('')}From: a@b.example\r\n\r\nx`,
        );
      },
      most: 40,
      capped: ['signatures'],
    },
  ];

  it.each(hostile)('$name', async ({ octets, most, capped }) => {
    const before = dns.asked();
    const known = await check(octets());
    expect(known.result?.capped).toEqual(capped);
    expect(dns.asked() - before).toBeLessThanOrEqual(most);
    expect(known.domains).toEqual([]);
  });
});
