import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNextHop, type NextHop, type NextHopEvent } from '../../src/smtp/next-hop/index.ts';
import { dnsResolver } from '../../src/smtp/next-hop/resolve.ts';
import { NOBODY, opened, OPTIONS, send } from '../smtp/next-hop/support.ts';
import { startScriptedNextHop, type ScriptedNextHop } from '../smtp/support/scripted-next-hop.ts';
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
  '--local=/example/',
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
    ['a name that does not exist', 'nothing.example'],
    ['a null MX', 'none.example'],
    ['an MX whose host does not exist', 'nowhere.example'],
  ])('%s: 451 4.4.3, which is our trouble and never the sender’s', async (_, name) => {
    expect(await nextHopOf(name).open(NOBODY)).toMatchObject({
      kind: 'unavailable',
      reply: { code: 451, cause: 'dns', lines: [expect.stringMatching(/^4\.4\.3 /)] },
    });
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
