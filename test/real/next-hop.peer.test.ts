import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNextHop, type ClientFacts } from '../../src/smtp/next-hop/index.ts';
import type { NextHopOptions } from '../../src/smtp/options.ts';
import { crlf, NOBODY, opened, OPTIONS, text } from '../smtp/next-hop/support.ts';
import { createAuthority } from '../smtp/support/certificates.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDovecot, type Dovecot } from './support/dovecot.ts';
import { startPostfix, withoutPostfixFields, type Postfix } from './support/postfix.ts';
import { freePorts, makeFolder, missing, until } from './support/tools.ts';

const noPostfix = missing('the next hop client with Postfix', ['postfix', 'openssl']);
const noDovecot = missing('the next hop client with Dovecot', ['dovecot']);

const CLIENT: ClientFacts = {
  ...NOBODY,
  address: '2001:db8::77',
  port: 4711,
  name: 'mail.sender.example',
  helo: 'helo.sender.example',
  protocol: 'ESMTP',
  ident: 'Q1W2',
  source: 'REMOTE',
};

const MESSAGE = crlf(`From: a@sender.example
To: b@uni.example
Date: Mon, 23 Nov 2026 10:00:00 +0100
Message-ID: <1@sender.example>
Subject: octets

.
..
.dot
gr\xfc\xdfe \xff ${'x'.repeat(900)}
trailing blanks  ${''}

end
`);

describe.skipIf(noPostfix !== undefined)('the next hop client and the real Postfix', () => {
  let postfix: Postfix;
  let plain = 0;
  let xclient = 0;
  let tls = 0;
  let cleanUp: (() => Promise<void>) | undefined;
  const authority = createAuthority();

  beforeAll(async () => {
    const folder = await makeFolder('tls');
    cleanUp = folder.remove;
    const certificate = authority?.issue(['DNS:mx.uni.example', 'IP:127.0.0.1']);
    await writeFile(join(folder.path, 'key.pem'), certificate?.key ?? '');
    await writeFile(join(folder.path, 'cert.pem'), certificate?.cert ?? '');
    [plain, xclient, tls] = (await freePorts(3)) as [number, number, number];
    const recipients = '{{no@uni.example=550 5.1.1 no such user} {grey@uni.example=450 4.7.1 come again}}';
    postfix = await startPostfix({
      listeners: [
        { port: plain, options: ['smtpd_authorized_xforward_hosts=127.0.0.0/8'] },
        { port: xclient, options: ['smtpd_authorized_xclient_hosts=127.0.0.0/8'] },
        {
          port: tls,
          options: [
            'smtpd_tls_security_level=encrypt',
            `smtpd_tls_cert_file=${folder.path}/cert.pem`,
            `smtpd_tls_key_file=${folder.path}/key.pem`,
            'smtpd_tls_received_header=yes',
          ],
        },
      ],
      mailboxes: ['b@uni.example', 'c@uni.example', 'no@uni.example', 'grey@uni.example'],
      main: [
        `smtpd_recipient_restrictions = check_recipient_access inline:${recipients.replaceAll('} {', '}, {')}`,
      ],
    });
  });
  afterAll(async () => {
    await postfix?.stop();
    await cleanUp?.();
  });

  const next = (port: number, options: Partial<NextHopOptions> = {}): ReturnType<typeof createNextHop> =>
    createNextHop({
      ...OPTIONS,
      endpoints: [{ kind: 'tcp', host: '127.0.0.1', port }],
      commandTimeoutMs: 20_000,
      finalReplyTimeoutMs: 20_000,
      ...options,
    });

  test('a message arrives octet for octet; replies come as Postfix gave them', async () => {
    const session = await opened(next(plain, { xforward: 'auto' }), CLIENT);
    expect(session.extensions.keywords.get('XFORWARD')).toBe('NAME ADDR PROTO HELO SOURCE PORT IDENT');
    expect(text(await session.mail('<a@sender.example> BODY=8BITMIME'))).toBe('250 2.1.0 Ok');
    expect(text(await session.rcpt('<no@uni.example>'))).toBe(
      '550 5.1.1 <no@uni.example>: Recipient address rejected: no such user',
    );
    expect(text(await session.rcpt('<grey@uni.example>'))).toContain('450 4.7.1 ');
    expect(text(await session.rcpt('<b@uni.example> NOTIFY=NEVER ORCPT=rfc822;B+40uni.example'))).toBe(
      '250 2.1.5 Ok',
    );
    expect((await session.data(MESSAGE)).map(text)).toEqual([
      expect.stringMatching(/^250 2\.0\.0 Ok: queued as /),
    ]);
    session.release();
    const [delivered] = await until('delivery', async () =>
      atLeast(1, await postfix.mailbox('b@uni.example')),
    );
    expect(withoutPostfixFields(delivered ?? Buffer.alloc(0)).toString('latin1')).toBe(
      MESSAGE.toString('latin1'),
    );
    expect(await postfix.log()).toContain(
      'orig_queue_id=Q1W2, orig_client=mail.sender.example[2001:db8::77]',
    );
  });

  test('XFORWARD of one message does not stay for the next on the same connection', async () => {
    const nextHop = next(plain, { xforward: 'auto', poolSize: 1 });
    const before = (await postfix.log()).length;
    for (const client of [CLIENT, NOBODY]) {
      const session = await opened(nextHop, client);
      await session.mail('<a@sender.example>');
      await session.rcpt('<c@uni.example>');
      expect((await session.data(MESSAGE))[0]?.code).toBe(250);
      session.release();
    }
    nextHop.close();
    const log = (await postfix.log()).slice(before);
    expect(log.match(/ connect from /g)?.length).toBe(1);
    expect([...log.matchAll(/orig_client=([^,\s]+)/g)].map((match) => match[1])).toEqual([
      'mail.sender.example[2001:db8::77]',
      'unknown',
    ]);
  });

  test('XCLIENT: Postfix takes us for the client, and does not relay for it', async () => {
    const session = await opened(next(xclient, { xclient: 'required' }), CLIENT);
    expect(session.extensions.keywords.has('XCLIENT')).toBe(false);
    await session.mail('<a@sender.example>');
    expect((await session.rcpt('<someone@elsewhere.example>')).code).toBe(454);
    expect((await session.rcpt('<b@uni.example>')).code).toBe(250);
    expect((await session.data(MESSAGE))[0]?.code).toBe(250);
    session.release();
    const got = await until('delivery', async () => atLeast(2, await postfix.mailbox('b@uni.example')));
    expect(
      got.some((octets) =>
        octets.includes('from helo.sender.example (mail.sender.example [IPv6:2001:db8::77])'),
      ),
    ).toBe(true);
  });

  test('STARTTLS, verified; an unknown authority is 451', async () => {
    const good = next(tls, { tls: 'verify', tlsOptions: { ca: authority?.ca ?? '' } });
    const session = await opened(good);
    expect((await session.mail('<>')).code).toBe(250);
    session.abort();
    expect(await next(tls, { tls: 'verify' }).open(NOBODY)).toMatchObject({
      kind: 'unavailable',
      reply: { code: 451, cause: 'tls' },
    });
    expect(await next(tls, { tls: 'off' }).open(NOBODY)).toMatchObject({ kind: 'open' });
  });
});

describe.skipIf(noDovecot !== undefined)('the next hop client and the real Dovecot (LMTP)', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot(['b@uni.example', 'c@uni.example']);
  });
  afterAll(async () => dovecot?.stop());

  test.each(['TCP', 'UNIX socket'] as const)('%s: a reply for each recipient', async (kind) => {
    const endpoint =
      kind === 'TCP'
        ? ({ kind: 'tcp', host: '127.0.0.1', port: dovecot.lmtpPort } as const)
        : ({ kind: 'unix', path: dovecot.lmtpPath } as const);
    const before = (await dovecot.mailbox('b@uni.example')).length;
    const session = await opened(
      createNextHop({ ...OPTIONS, protocol: 'lmtp', endpoints: [endpoint] }),
      CLIENT,
    );
    await session.mail('<a@sender.example>');
    expect((await session.rcpt('<b@uni.example>')).code).toBe(250);
    expect(text(await session.rcpt('<nobody@uni.example>'))).toMatch(/^550 5\.1\.1 /);
    expect((await session.rcpt('<c@uni.example>')).code).toBe(250);
    expect((await session.data(MESSAGE)).map(text)).toEqual([
      expect.stringMatching(/^250 2\.0\.0 <b@uni\.example> .* Saved$/),
      expect.stringMatching(/^250 2\.0\.0 <c@uni\.example> .* Saved$/),
    ]);
    session.release();
    const got = await dovecot.mailbox('b@uni.example');
    expect(got.length).toBe(before + 1);
    expect(withoutPostfixFields(got.at(-1) ?? Buffer.alloc(0)).toString('latin1')).toBe(
      MESSAGE.toString('latin1'),
    );
  });
});

function atLeast(count: number, got: readonly Buffer[]): readonly Buffer[] | undefined {
  return got.length >= count ? got : undefined;
}
