import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../support/certificates.ts';
import type { WireClient } from '../support/client.ts';
import { type Relay, type RelayOptions, startRelay } from '../support/relay.ts';

let relay: Relay | undefined;
afterEach(async () => {
  await relay?.close();
  relay = undefined;
});

async function start(options: RelayOptions): Promise<Relay> {
  relay = await startRelay(options);
  return relay;
}

const XFORWARD = 'XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE';
const TRUSTED = { trustedPeers: ['127.0.0.0/8'] };
const V2_SIGNATURE = '0d0a0d0a000d0a515549540a';

async function deliver(client: WireClient, recipients = ['b@uni.example']): Promise<string> {
  await client.say('MAIL FROM:<a@sender.example>');
  for (const each of recipients) await client.say(`RCPT TO:<${each}>`);
  await client.say('DATA');
  return client.say('Subject: x\r\n\r\nhi\r\n.');
}

const received = (one: Relay): string =>
  /^Received:.*?\r\n(?![ \t])/s
    .exec(one.hop.messages.at(-1)?.octets.toString() ?? '')?.[0]
    .replace(/\r\n\t/g, ' ') ?? '';

describe('R14 P17: XFORWARD and XCLIENT from trusted peers', () => {
  it('XFORWARD holds for one transaction and goes on to the next hop and into Received', async () => {
    const one = await start({ listener: { ...TRUSTED, received: true }, hop: { offers: [XFORWARD] } });
    const client = await one.greeted();
    await client.say('XFORWARD NAME=mail.sender.example ADDR=192.0.2.7 PORT=4321');
    expect(await client.say('XFORWARD HELO=he+6Cl.o PROTO=ESMTP IDENT=ABC123 SOURCE=REMOTE')).toMatch(/^250/);
    await deliver(client);
    await deliver(client);
    expect(one.hop.connections[0]?.lines.filter((line) => line.startsWith('XFORWARD'))).toEqual([
      'XFORWARD NAME=mail.sender.example ADDR=192.0.2.7 PORT=4321 PROTO=ESMTP HELO=hell.o IDENT=ABC123 SOURCE=REMOTE',
      expect.stringMatching(
        /^XFORWARD NAME=\[UNAVAILABLE\] ADDR=127\.0\.0\.1 PORT=\d+ PROTO=ESMTP HELO=client\.example IDENT=\S+ SOURCE=LOCAL$/,
      ),
    ]);
    expect(one.hop.messages[0]?.octets.toString()).toMatch(
      /^Received: from hell\.o \(mail\.sender\.example \[192\.0\.2\.7\]\)\r\n/,
    );
  });

  it.each([
    'XFORWARD',
    'XFORWARD FOO=bar',
    'XFORWARD ADDR=nowhere',
    'XFORWARD PORT=70000',
    'XFORWARD PROTO=HTTP',
    'XFORWARD NAME=a+0D+0Ab',
    'XFORWARD SOURCE=MOON',
    `XFORWARD NAME=${'x'.repeat(256)}`,
    'XCLIENT LOGIN',
    'XCLIENT IDENT=1',
  ])('%s is refused', async (line) => {
    const client = await (await start({ listener: TRUSTED })).greeted();
    expect((await client.say(line)).slice(0, 60)).toMatch(/^501 /);
  });

  it('XCLIENT starts the session anew as the client it names', async () => {
    const one = await start({
      listener: { ...TRUSTED, received: true },
      hop: { offers: [XFORWARD] },
    });
    const client = await one.greeted();
    expect(
      await client.say('XCLIENT ADDR=IPV6:2001:db8::9 NAME=v6.sender.example PROTO=ESMTP LOGIN=u+40x'),
    ).toBe('220 mx.example ESMTP mailsluice');
    expect(await client.say('MAIL FROM:<a@sender.example>')).toMatch(/^503/);
    await client.say('EHLO six.example');
    await deliver(client);
    expect(one.hop.connections[0]?.lines).toContainEqual(
      expect.stringMatching(/^XFORWARD NAME=v6\.sender\.example ADDR=IPV6:2001:db8::9 .* HELO=six\.example /),
    );
    expect(received(one)).toMatch(
      /^Received: from six\.example \(v6\.sender\.example \[IPv6:2001:db8::9\]\) by mx\.example \(mailsluice [0-9a-f]{16}\) with ESMTPA id /,
    );
  });

  it.each([
    ['a stranger', 'ADDR=192.0.2.5', /^502/],
    ['a client without address', 'ADDR=[UNAVAILABLE]', /^502/],
    ['another trusted peer', 'ADDR=127.0.0.9', /^250/],
  ])(
    'XCLIENT names %s: whether it may tell more is decided by its own address',
    async (_name, told, reply) => {
      const one = await start({ listener: { trustedPeers: ['127.0.0.0/8', 'unix'] } });
      const client = await one.greeted();
      expect(await client.say(`XCLIENT ${told}`)).toMatch(/^220/);
      client.send('EHLO six.example\r\n');
      expect((await client.reply()).join().includes('XCLIENT')).toBe(String(reply) === '/^250/');
      expect(await client.say('XFORWARD ADDR=198.51.100.1')).toMatch(reply);
      expect((await client.say('XCLIENT ADDR=127.0.0.1')).startsWith('502')).toBe(String(reply) === '/^502/');
    },
  );

  it('an authenticated client’s mail is outbound to the filter, its name told', async () => {
    let seen: unknown;
    const one = await start({
      listener: TRUSTED,
      filter: {
        filter: (_original, context) => {
          seen = { reasons: context.reasons, client: context.client };
          return Promise.resolve({ edits: [], report: undefined });
        },
      },
    });
    const client = await one.greeted();
    await client.say('XCLIENT ADDR=192.0.2.5 NAME=pc.uni.example LOGIN=mia');
    await client.say('EHLO pc');
    await deliver(client);
    expect(seen).toEqual({
      reasons: ['outbound'],
      client: { address: '192.0.2.5', name: 'pc.uni.example', helo: 'pc' },
    });
  });

  it('a peer on a UNIX socket is trusted by name only', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'mailsluice-unix-')), 'lmtp');
    const endpoint = { kind: 'unix', path } as const;
    const one = await start({ listener: { endpoint, trustedPeers: ['unix'] } });
    expect(await (await one.greeted()).say('XFORWARD ADDR=192.0.2.1')).toMatch(/^250/);
    one.server.update({ ...one.options, listener: { ...one.options.listener, trustedPeers: ['0.0.0.0/0'] } });
    expect(await (await one.greeted()).say('XFORWARD ADDR=192.0.2.1')).toMatch(/^502/);
  });
});

describe('R14: the PROXY protocol', () => {
  const v2 = (rest: string): Buffer => Buffer.from(V2_SIGNATURE + rest, 'hex');

  it.each([
    ['version 1', Buffer.from('PROXY TCP4 192.0.2.1 203.0.113.7 4321 25\r\n'), '192.0.2.1', '4321'],
    [
      'version 1, IPv6',
      Buffer.from('PROXY TCP6 2001:db8::1 2001:db8::2 4321 25\r\n'),
      'IPV6:2001:db8::1',
      '4321',
    ],
    ['version 2', v2('2111000cc0000201cb00710710e10019'), '192.0.2.1', '4321'],
    [
      'version 2, IPv6, with a TLV',
      v2('2121002820010db800000000000000000000000120010db800000000000000000000000210e100190400010a'),
      'IPV6:2001:db8::1',
      '4321',
    ],
  ])('%s tells the client, whole and octet by octet', async (_name, header, address, port) => {
    const one = await start({
      listener: { ...TRUSTED, proxyProtocol: true },
      hop: { offers: [XFORWARD] },
      tuning: { earlyTalkerMs: 1 },
    });
    for (const how of ['whole', 'octets'] as const) {
      const client = await one.client();
      if (how === 'whole') client.send(header);
      else await client.pour(header.toString('latin1'));
      expect(await client.reply()).toEqual(['220 mx.example ESMTP mailsluice']);
      await client.say('EHLO real.example');
      // The proxy is trusted, the client it speaks for is not.
      expect(await client.say('XFORWARD ADDR=198.51.100.1')).toMatch(/^502/);
      await deliver(client);
      const told = one.hop.connections
        .flatMap(({ lines }) => lines)
        .findLast((line) => line.startsWith('XFORWARD'));
      expect(told).toContain(` ADDR=${address} PORT=${port} `);
    }
  });

  it.each([
    ['UNKNOWN', Buffer.from('PROXY UNKNOWN\r\n')],
    ['LOCAL', v2('20000000')],
    ['a UNIX client', v2(`213100d8${'00'.repeat(216)}`)],
  ])('%s: the proxy itself', async (_name, header) => {
    const one = await start({ listener: { ...TRUSTED, proxyProtocol: true }, hop: { offers: [XFORWARD] } });
    const client = await one.client();
    client.send(header);
    await client.reply();
    await client.say('EHLO proxy.example');
    await deliver(client);
    expect(one.hop.connections[0]?.lines.find((line) => line.startsWith('XFORWARD'))).toContain(
      ' ADDR=127.0.0.1 ',
    );
  });

  it.each([
    ['no header', Buffer.from('EHLO me\r\n')],
    ['an address that is none', Buffer.from('PROXY TCP4 192.0.2.300 192.0.2.1 1 2\r\n')],
    ['a port that is none', Buffer.from('PROXY TCP4 192.0.2.3 192.0.2.1 1 99999\r\n')],
    ['the wrong family', Buffer.from('PROXY TCP6 192.0.2.3 192.0.2.1 1 2\r\n')],
    ['an endless line', Buffer.from(`PROXY TCP4 ${'1'.repeat(200)}`)],
    ['another version', v2('3111000cc0000201cb00710710e10019')],
    ['too short an address', v2('21110004c0000201')],
    ['a datagram', v2('2112000cc0000201cb00710710e10019')],
    ['a giant', v2('2111ffff')],
  ])('%s: closed without a word', async (_name, header) => {
    const one = await start({ listener: { ...TRUSTED, proxyProtocol: true } });
    const client = await one.client();
    client.send(header);
    expect(await client.line()).toBe('closed');
  });

  it('from a peer that is not trusted it is no more than a bad command', async () => {
    const one = await start({ listener: { trustedPeers: ['192.0.2.0/24'], proxyProtocol: true } });
    const client = await one.client();
    await client.reply();
    expect(await client.say('PROXY TCP4 192.0.2.1 203.0.113.7 4321 25')).toMatch(/^500/);
  });

  it('R17: the client it names counts, and a stranger that speaks first is found out', async () => {
    const one = await start({
      listener: { ...TRUSTED, proxyProtocol: true },
      limits: { connectionsPerClient: 1 },
      tuning: { earlyTalkerMs: 60 },
    });
    const proxied = async (more: string): Promise<readonly string[]> => {
      const client = await one.client();
      client.send(`PROXY TCP4 192.0.2.1 203.0.113.7 4321 25\r\n${more}`);
      return client.reply();
    };
    expect(await proxied('')).toEqual(['220 mx.example ESMTP mailsluice']);
    expect(await proxied('')).toEqual(['421 4.7.0 Too many connections, try again later']);
    const early = await one.client();
    early.send('PROXY TCP4 192.0.2.2 203.0.113.7 4321 25\r\nEHLO robot\r\n');
    expect(await early.reply()).toEqual(['554 5.5.0 You spoke before the greeting']);
  });
});

describe('no delay where nobody is a stranger', () => {
  // Whoever waited this long for the greeting would not see the end of the test.
  const tuning = { earlyTalkerMs: 3_600_000 };
  const proxied = { trustedPeers: ['127.0.0.1'], proxyProtocol: true };
  it.each([
    ['a trusted peer', { trustedPeers: ['192.0.2.0/24', '127.0.0.1'], proxyProtocol: true }],
    ['behind a queue', { ...proxied, mode: 'after-queue' }],
    ['before a queue', { ...proxied, mode: 'before-queue' }],
    ['a listener for known clients', { ...proxied, clients: ['192.0.2.0/24'] }],
  ] as const)('%s: greeted at once, and may speak first', async (_name, listener) => {
    const one = await start({ listener, tuning });
    const client = await one.client();
    client.send('PROXY TCP4 192.0.2.2 203.0.113.7 4321 25\r\nEHLO early.example\r\n');
    expect(await client.reply()).toEqual(['220 mx.example ESMTP mailsluice']);
    expect((await client.reply())[0]).toMatch(/^250/);
  });
});

describe('R8 P38: Received and loops', () => {
  it.each([
    ['ESMTP', 'EHLO client.example', 'MAIL FROM:<a@sender.example>'],
    ['SMTP', 'HELO client.example', 'MAIL FROM:<a@sender.example>'],
    ['UTF8SMTP', 'EHLO client.example', 'MAIL FROM:<a@sender.example> SMTPUTF8'],
  ])('with %s', async (keyword, hello, mail) => {
    const one = await start({ listener: { received: true } });
    const client = await one.client();
    await client.reply();
    await client.say(hello);
    await client.say(mail);
    await client.say('RCPT TO:<b@uni.example>');
    await client.say('DATA');
    await client.say('x: y\r\n\r\n.');
    expect(received(one)).toMatch(
      new RegExp(
        `^Received: from client\\.example \\(unknown \\[127\\.0\\.0\\.1\\]\\) by mx\\.example \\(mailsluice [0-9a-f]{16}\\) with ${keyword} id [0-9A-Z]+ for <b@uni\\.example>; \\w{3}, \\d{1,2} \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000\\r\\n$`,
      ),
    );
  });

  it('names nobody where there are several recipients, and no HELO that is no name', async () => {
    const one = await start({ listener: { received: true } });
    const client = await one.client();
    await client.reply();
    await client.say('EHLO (evil) for <x@y>');
    await deliver(client, ['b@uni.example', 'c@uni.example']);
    expect(received(one)).toMatch(/^Received: from \[127\.0\.0\.1\] \(unknown \[127\.0\.0\.1\]\) by /);
    expect(received(one)).not.toContain('for <');
  });

  it('a message of many hops', async () => {
    const one = await start({ limits: { hops: 5 } });
    const client = await one.greeted();
    const send = async (hops: number, name: string): Promise<string> => {
      await client.say('MAIL FROM:<a@sender.example>');
      await client.say('RCPT TO:<b@uni.example>');
      await client.say('DATA');
      return client.say(
        `${`${name}: from a\r\n by b;\r\n date\r\n`.repeat(hops)}\r\nReceived: in the body\r\n.`,
      );
    };
    expect(await send(4, 'Received')).toMatch(/^250/);
    expect(await send(5, 'RECEIVED')).toMatch(/^554 5\.4\.6/);
    expect(await send(5, 'Received-SPF')).toMatch(/^250/);
  });

  it('a message that was here before for the same recipient; for another it is a list’s or a forward', async () => {
    const one = await start({ listener: { received: true } });
    const client = await one.greeted();
    await deliver(client);
    const again = one.hop.messages[0]?.octets.toString() ?? '';
    const resend = async (to: string): Promise<string> => {
      await client.say('MAIL FROM:<list@uni.example>');
      await client.say(`RCPT TO:<${to}>`);
      await client.say('DATA');
      return client.say(`${again}.`);
    };
    expect(await resend('c@uni.example')).toMatch(/^250/);
    expect(await resend('B@uni.example')).toMatch(/^554 5\.4\.6/);
  });

  it('a mailsluice that is a trusted peer is believed, what a trusted peer carries is not', async () => {
    const seen: unknown[] = [];
    const one = await start({
      listener: TRUSTED,
      filter: {
        filter: (_original, context) => {
          seen.push(context.trustedPeer);
          return Promise.resolve({ edits: [], report: undefined });
        },
      },
    });
    const client = await one.greeted();
    const ours = 'Received: from a by b (mailsluice 0123456789abcdef) with ESMTP id 1; date\r\n';
    for (const header of [ours, `Received: from x by y; date\r\n${ours}`, 'Subject: x\r\n']) {
      await client.say('MAIL FROM:<a@sender.example>');
      await client.say('RCPT TO:<b@uni.example>');
      await client.say('DATA');
      await client.say(`${header}\r\n.`);
    }
    expect(seen).toEqual([true, false, false]);
  });
});

const authority = createAuthority();

describe.skipIf(authority === undefined)('R16 P40: TLS', () => {
  const contexts = new Map([
    ['*', authority?.issue(['DNS:mx.example']) ?? {}],
    ['other.example', authority?.issue(['DNS:other.example']) ?? {}],
  ]);
  const tls = { contexts, requireClientCert: false };

  it('STARTTLS: offered once, what was sent ahead in clear is thrown away, the session starts anew', async () => {
    const one = await start({ listener: { tls, received: true } });
    const client = await one.client();
    await client.reply();
    client.send('EHLO client.example\r\n');
    expect((await client.reply()).join()).toMatch(/250[ -]STARTTLS/);
    client.send('STARTTLS\r\nMAIL FROM:<injected@sender.example>\r\n');
    expect((await client.reply())[0]).toMatch(/^220 2\.0\.0/);
    await client.startTls({ servername: 'mx.example' });
    expect(await client.silence()).toBe('');
    expect(await client.say('MAIL FROM:<a@sender.example>')).toMatch(/^503/);
    client.send('EHLO client.example\r\n');
    const offered = await client.reply();
    expect(offered).not.toContain('250-STARTTLS');
    expect(await client.say('STARTTLS')).toMatch(/^502/);
    expect(await deliver(client)).toMatch(/^250/);
    expect(received(one)).toMatch(
      / \(using TLSv1\.3 with cipher TLS_\w+\) by mx\.example \(mailsluice \S+\) with ESMTPS id /,
    );
    expect(one.hop.connections[0]?.lines.join()).not.toContain('injected');
  });

  describe('REQUIRETLS (RFC 8689) goes on only where the next hop offers it and its certificate was verified', () => {
    const hopTls = authority?.issue(['DNS:localhost', 'IP:127.0.0.1']) ?? { key: '', cert: '' };
    const verified = { tls: 'verify', tlsOptions: { ca: authority?.ca ?? '' } } as const;
    const secured = async (
      options: RelayOptions,
    ): Promise<{ one: Relay; client: WireClient; offers: string }> => {
      const one = await start({ ...options, listener: { tls, implicitTls: true } });
      const client = await one.client();
      await client.startTls({ servername: 'mx.example' });
      await client.reply();
      client.send('EHLO client.example\r\n');
      return { one, client, offers: (await client.reply()).join() };
    };
    const mails = (one: Relay): readonly string[] =>
      one.hop.connections.flatMap(({ lines }) => lines).filter((line) => line.startsWith('MAIL'));

    it('a next hop that has it, verified: offered and carried', async () => {
      const hop = { offers: ['STARTTLS', 'REQUIRETLS'], tls: hopTls };
      const { one, client, offers } = await secured({ hop, nextHop: verified });
      expect(offers).toContain('REQUIRETLS');
      expect(await client.say('MAIL FROM:<a@sender.example> REQUIRETLS')).toMatch(/^250/);
      expect(mails(one)).toEqual(['MAIL FROM:<a@sender.example> REQUIRETLS']);
    });

    it.each([
      ['one that does not offer it', { hop: { offers: ['STARTTLS'], tls: hopTls }, nextHop: verified }],
      [
        'one that nobody verified',
        { hop: { offers: ['STARTTLS', 'REQUIRETLS'], tls: hopTls }, nextHop: { tls: 'require' } },
      ],
      ['one in clear that claims it', { hop: { offers: ['REQUIRETLS'] }, nextHop: { tls: 'opportunistic' } }],
    ] as const)('%s: not offered, and 550 5.7.30', async (_name, options) => {
      const { one, client, offers } = await secured(options);
      expect(offers).not.toContain('REQUIRETLS');
      expect(await client.say('MAIL FROM:<a@sender.example> REQUIRETLS')).toMatch(/^550 5\.7\.30 /);
      expect(await client.say('MAIL FROM:<a@sender.example>')).toMatch(/^250/);
      expect(mails(one)).toEqual(['MAIL FROM:<a@sender.example>']);
    });

    it('a client in clear: 530 5.7.10', async () => {
      const hop = { offers: ['STARTTLS', 'REQUIRETLS'], tls: hopTls };
      const one = await start({ hop, nextHop: verified, listener: { tls } });
      const client = await one.greeted();
      expect(await client.say('MAIL FROM:<a@sender.example> REQUIRETLS')).toMatch(/^530 5\.7\.10 /);
      expect(mails(one)).toEqual([]);
    });
  });

  it('SNI chooses the certificate, and a reload changes it for new connections', async () => {
    const one = await start({ listener: { tls, implicitTls: true } });
    const name = async (servername: string): Promise<string | undefined> => {
      const client = await one.client();
      const secure = await client.startTls({ servername });
      expect(await client.reply()).toEqual(['220 mx.example ESMTP mailsluice']);
      return secure.getPeerCertificate().subjectaltname;
    };
    expect(await name('mx.example')).toBe('DNS:mx.example');
    expect(await name('OTHER.example')).toBe('DNS:other.example');
    expect(await name('unknown.example')).toBe('DNS:mx.example');
    const renewed = new Map([['*', authority?.issue(['DNS:new.example']) ?? {}]]);
    const { options } = one;
    one.server.update({ ...options, listener: { ...options.listener, tls: { ...tls, contexts: renewed } } });
    expect(await name('mx.example')).toBe('DNS:new.example');
  });

  it('TLS 1.1 and no TLS are no TLS', async () => {
    const one = await start({ listener: { tls, implicitTls: true } });
    const old = await one.client();
    await expect(old.startTls({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow(/./);
    const clear = await one.client();
    clear.send('EHLO client.example\r\n');
    await clear.closed();
    expect(one.events.filter((event) => event.kind === 'tls' && !event.ok).length).toBe(2);
  });

  it('a client certificate, where it is asked for', async () => {
    const ca = authority?.ca ?? '';
    const withCa = new Map([...contexts].map(([name, context]) => [name, { ...context, ca }]));
    const one = await start({
      listener: { tls: { contexts: withCa, requireClientCert: true }, implicitTls: true, received: true },
    });
    const known = await one.client();
    await known.startTls({ ...authority?.issue(['DNS:client.example']) });
    expect(await known.reply()).toEqual(['220 mx.example ESMTP mailsluice']);
    await known.say('EHLO client.example');
    await deliver(known);
    expect(received(one)).toMatch(/ \(using TLSv1\.3 with cipher TLS_\w+, client client\.example\) by /);
    // A name that would be more than a name stays out of the line.
    const odd = await one.client();
    await odd.startTls({ ...authority?.issue(['DNS:a) for <x@y>']) });
    await odd.reply();
    await odd.say('EHLO odd.example');
    await deliver(odd);
    expect(received(one)).toMatch(/ \(using TLSv1\.3 with cipher TLS_\w+\) by /);
    for (const options of [{}, { ...createAuthority()?.issue(['DNS:client.example']) }]) {
      const stranger = await one.client();
      await stranger.startTls(options).catch(() => undefined);
      expect((await stranger.reply().catch(() => ['closed']))[0]).toBe('closed');
    }
  });
});
