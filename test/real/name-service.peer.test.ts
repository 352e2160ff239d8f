import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNextHop, type NextHop, type NextHopEvent } from '../../src/smtp/next-hop/index.ts';
import { dnsResolver } from '../../src/smtp/next-hop/resolve.ts';
import { NOBODY, opened, OPTIONS, send } from '../smtp/next-hop/support.ts';
import { startScriptedNextHop, type ScriptedNextHop } from '../smtp/support/scripted-next-hop.ts';
import { startRelay } from '../smtp/support/relay.ts';
import { freePorts, missing, program, until } from './support/tools.ts';

const reason = missing('MX and addresses from a real name service', ['dnsmasq']);

/** What dnsmasq is authoritative for; everything else below `example` does not exist. */
const ZONE = [
  '--mx-host=failover.example,mx20.example,20',
  '--mx-host=failover.example,mx10.example,10',
  '--mx-host=failover.example,gone.example,5',
  '--mx-host=six.example,mx6.example,10',
  '--mx-host=none.example,.,0',
  '--mx-host=nowhere.example,gone.example,10',
  '--host-record=mx10.example,127.0.0.2',
  '--host-record=mx20.example,127.0.0.3',
  '--host-record=mx6.example,127.0.0.3,::1',
  '--host-record=plain.example,127.0.0.3',
  '--cname=alias.example,plain.example',
  '--host-record=mail.sender.example,192.0.2.77,2001:db8::77',
  '--ptr-record=78.2.0.192.in-addr.arpa,forged.example',
  '--ptr-record=79.2.0.192.in-addr.arpa,mail.sender.example',
  '--local=/example/',
  '--local=/192.in-addr.arpa/',
];

describe.skipIf(reason !== undefined)('MX, A and AAAA of a real name service', () => {
  let port = 0;
  let stop = (): void => undefined;
  let hop: ScriptedNextHop;
  const events: NextHopEvent[] = [];

  const nextHopOf = (mx: string, servers = [`127.0.0.1:${port}`]): NextHop => {
    events.length = 0;
    return createNextHop(
      { ...OPTIONS, mx },
      {
        resolver: dnsResolver(servers, 300),
        mxPort: hop.port,
        onEvent: (event) => events.push(event),
      },
    );
  };

  beforeAll(async () => {
    hop = await startScriptedNextHop({ host: '127.0.0.3' });
    [port = 0] = await freePorts(1);
    const child = spawn(program('dnsmasq'), [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--pid-file=',
      `--port=${port}`,
      '--listen-address=127.0.0.1',
      '--bind-interfaces',
      '--no-resolv',
      '--no-hosts',
      '--user=root',
      ...ZONE,
    ]);
    const exited = once(child, 'exit');
    stop = () => child.kill();
    const dns = dnsResolver([`127.0.0.1:${port}`], 300);
    await until('dnsmasq answers', async () => {
      if (child.exitCode !== null) throw new Error('dnsmasq ended');
      return dns.mx('failover.example').catch(() => undefined);
    });
    void exited;
  }, 30_000);

  afterAll(async () => {
    stop();
    await hop.close();
  });

  test('by preference: a host without address and one that refuses are passed over', async () => {
    expect((await send(await opened(nextHopOf('failover.example')))).map(({ code }) => code)).toEqual([
      250, 250, 250,
    ]);
    expect(events).toMatchObject([
      { kind: 'failed', to: `127.0.0.2:${hop.port}`, cause: 'refused' },
      { kind: 'connected', to: `127.0.0.3:${hop.port}` },
    ]);
  });

  test('every address of a host, IPv4 and IPv6', async () => {
    const six = await startScriptedNextHop({ host: '::1' });
    try {
      const nextHop = createNextHop(
        { ...OPTIONS, mx: 'six.example' },
        {
          resolver: dnsResolver([`127.0.0.1:${port}`], 300),
          mxPort: six.port,
          onEvent: (event) => events.push(event),
        },
      );
      events.length = 0;
      expect((await send(await opened(nextHop))).map(({ code }) => code)).toEqual([250, 250, 250]);
      expect(events.map((event) => ('to' in event ? event.to : event.kind))).toEqual([
        `127.0.0.3:${six.port}`,
        `[::1]:${six.port}`,
      ]);
    } finally {
      await six.close();
    }
  });

  test.each(['plain.example', 'alias.example'])('no MX record: %s itself', async (name) => {
    expect((await send(await opened(nextHopOf(name)))).map(({ code }) => code)).toEqual([250, 250, 250]);
  });

  test.each([
    ['a name that does not exist', 'nothing.example', 'ENOTFOUND'],
    ['a null MX', 'none.example', undefined],
    ['an MX whose host does not exist', 'nowhere.example', 'ENOTFOUND'],
  ])('%s: 451 4.4.3, which is our trouble and never the sender’s', async (_, name, errno) => {
    const opened = await nextHopOf(name).open(NOBODY);
    expect(opened).toMatchObject({
      kind: 'unavailable',
      reply: { code: 451, cause: 'dns', lines: [expect.stringMatching(/^4\.4\.3 /)] },
    });
    expect(opened.kind === 'unavailable' && opened.reply.errno).toBe(errno);
  });

  test.each([
    ['on', '192.0.2.77', 'mail.sender.example [192.0.2.77]'],
    ['on', '2001:db8::77', 'mail.sender.example [IPv6:2001:db8::77]'],
    ['on: a name that does not exist', '192.0.2.78', 'unknown [192.0.2.78]'],
    ['on: a name that is somebody else’s', '192.0.2.79', 'unknown [192.0.2.79]'],
    ['on: no name', '192.0.2.80', 'unknown [192.0.2.80]'],
    ['off', '192.0.2.77', 'unknown [192.0.2.77]'],
  ])('ptr %s, client %s: Received says %s', async (ptr, address, shown) => {
    const family = address.includes(':') ? 'TCP6' : 'TCP4';
    const relay = await startRelay({
      listener: { ptr: ptr !== 'off', proxyProtocol: true, trustedPeers: ['127.0.0.1'], received: true },
      tuning: { earlyTalkerMs: 1, nameServers: [`127.0.0.1:${port}`] },
    });
    try {
      const client = await relay.client();
      client.send(`PROXY ${family} ${address} ${address} 4321 25\r\n`);
      await client.reply();
      for (const line of [
        'EHLO helo.example',
        'MAIL FROM:<a@b.example>',
        'RCPT TO:<b@uni.example>',
        'DATA',
      ]) {
        await client.say(line);
      }
      expect(await client.say('Subject: x\r\n\r\nhi\r\n.')).toMatch(/^250/);
      expect(relay.hop.messages[0]?.octets.toString()).toContain(`from helo.example (${shown})`);
    } finally {
      await relay.close();
    }
  });

  test('a name service that does not answer: 451 4.4.3, and no later than whoever waits', async () => {
    const silent = createSocket('udp4');
    silent.bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const server = `127.0.0.1:${silent.address().port}`;
    try {
      const reply = { code: 451, cause: 'dns' };
      expect(await nextHopOf('failover.example', [server]).open(NOBODY)).toMatchObject({ reply });
      const forEver = createNextHop(
        { ...OPTIONS, mx: 'failover.example' },
        { resolver: dnsResolver([server], 600_000) },
      );
      const signal = AbortSignal.timeout(50);
      expect(await forEver.open(NOBODY, { signal })).toMatchObject({ reply });
    } finally {
      silent.close();
    }
  });
});
