import { describe, expect, test } from 'vitest';
import { createNextHop, type NextHopEvent, type Resolver } from '../../../src/smtp/next-hop/index.ts';
import { findCandidates } from '../../../src/smtp/next-hop/resolve.ts';
import {
  startScriptedNextHop,
  type ScriptedNextHop,
  type ScriptOptions,
} from '../support/scripted-next-hop.ts';
import { NOBODY, opened, OPTIONS, send, text, unavailable, withHop } from './support.ts';

async function withHops(
  scripts: readonly ScriptOptions[],
  use: (hops: readonly ScriptedNextHop[]) => Promise<void>,
): Promise<void> {
  const hops = await Promise.all(scripts.map((script) => startScriptedNextHop(script)));
  try {
    await use(hops);
  } finally {
    await Promise.all(hops.map((hop) => hop.close()));
  }
}

const NOBODY_THERE = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const;

describe('several next hops', () => {
  test.each([
    ['one that refuses connections', undefined],
    ['a 421 greeting', { rules: [{ on: 'CONNECT', act: ['421 4.3.2 busy', 'close'] }] }],
    ['a 554 greeting', { rules: [{ on: 'CONNECT', act: '554 no' }] }],
    ['one that hangs up', { rules: [{ on: 'CONNECT', act: 'close' }] }],
    ['one that is silent', { rules: [{ on: 'CONNECT', act: 'stall' }] }],
    ['EHLO for now refused', { rules: [{ on: 'EHLO', act: '450 4.3.2 later' }] }],
  ] as const)('failover from %s', async (_, script) => {
    await withHops([script ?? {}, {}], async ([first, second]) => {
      const endpoints = [script === undefined ? NOBODY_THERE : first!.endpoint, second!.endpoint];
      const events: NextHopEvent[] = [];
      const nextHop = createNextHop(
        { ...OPTIONS, endpoints, commandTimeoutMs: 1000 },
        { onEvent: (event) => events.push(event) },
      );
      expect((await send(await opened(nextHop))).map(({ code }) => code)).toEqual([250, 250, 250]);
      expect(second!.messages.length).toBe(1);
      expect(events.map(({ kind }) => kind)).toEqual(['failed', 'connected']);
      // A while long the one that works comes first.
      const before = first!.connections.length;
      expect((await send(await opened(nextHop))).map(({ code }) => code)).toEqual([250, 250, 250]);
      expect(first!.connections.length).toBe(before);
    });
  });

  test('a refusal of MAIL is a verdict, not a reason to ask another one', async () => {
    await withHops([{ rules: [{ on: 'MAIL', act: '450 4.7.1 later' }] }, {}], async ([first, second]) => {
      const nextHop = createNextHop({ ...OPTIONS, endpoints: [first!.endpoint, second!.endpoint] });
      expect(text(await (await opened(nextHop)).mail('<>'))).toBe('450 4.7.1 later');
      expect(second!.connections.length).toBe(0);
    });
  });

  test('all away: 451 4.4.1, and nothing offered', async () => {
    const nextHop = createNextHop({
      ...OPTIONS,
      endpoints: [NOBODY_THERE, { kind: 'unix', path: '/nonexistent/lmtp' }],
    });
    expect(text(await unavailable(nextHop))).toBe('451 4.4.1 The next hop does not answer');
    expect(nextHop.lastOffer()).toBeUndefined();
  });

  test('IPv6', async () => {
    await withHop({ host: '::1' }, {}, async ({ nextHop }) => {
      expect((await send(await opened(nextHop))).map(({ code }) => code)).toEqual([250, 250, 250]);
    });
  });

  test('many at once', async () => {
    await withHop({}, { poolSize: 3 }, async ({ hop, nextHop }) => {
      const all = await Promise.all(
        Array.from({ length: 40 }, async () => {
          const session = await opened(nextHop);
          const replies = await send(session);
          session.release();
          return replies.map(({ code }) => code).join();
        }),
      );
      expect(new Set(all)).toEqual(new Set(['250,250,250']));
      expect(hop.messages.length).toBe(40);
    });
  });
});

const failure = (code: string): Error => Object.assign(new Error(code), { code });

function resolver(
  mx: Record<string, [number, string][] | string>,
  addresses: Record<string, string[]>,
): Resolver {
  return {
    async mx(domain) {
      const records = mx[domain] ?? 'ENOTFOUND';
      if (typeof records === 'string') throw failure(records);
      return records.map(([priority, exchange]) => ({ priority, exchange }));
    },
    async addresses(host) {
      const found = addresses[host];
      if (found === undefined) throw failure('ENOTFOUND');
      return found;
    },
  };
}

describe('MX, then A and AAAA', () => {
  const names = {
    'a.example': ['192.0.2.1', '2001:db8::1'],
    'b.example': ['192.0.2.2'],
    'uni.example': ['192.0.2.9'],
  };
  test.each<[string, [number, string][] | string, string[]]>([
    [
      'by preference',
      [
        [20, 'b.example'],
        [10, 'a.example'],
      ],
      ['192.0.2.1', '2001:db8::1', '192.0.2.2'],
    ],
    [
      'one without an address',
      [
        [10, 'none.example'],
        [20, 'b.example'],
      ],
      ['192.0.2.2'],
    ],
    ['no MX: the name itself', 'ENODATA', ['192.0.2.9']],
    ['the name service is away', 'ESERVFAIL', []],
    ['null MX (RFC 7505)', [[0, '.']], []],
    ['null MX, empty', [[0, '']], []],
    [
      'too many',
      Array.from({ length: 50 }, (_, at) => [at, 'b.example'] as [number, string]),
      Array<string>(20).fill('192.0.2.2'),
    ],
  ])('%s', async (_, records, wanted) => {
    const { candidates: found } = await findCandidates(
      { endpoints: [], mx: 'uni.example' },
      resolver({ 'uni.example': records }, names),
      25,
    );
    expect(found.map((one) => (one.kind === 'tcp' ? one.address : one.path))).toEqual(wanted);
    for (const one of found)
      expect(one).toMatchObject({ kind: 'tcp', port: 25, name: expect.stringContaining('.example') });
  });

  test('equal preferences take turns', async () => {
    const records: [number, string][] = [
      [10, 'a.example'],
      [10, 'b.example'],
    ];
    const firsts = new Set<string>();
    for (let turn = 0; turn < 60; turn++) {
      const {
        candidates: [first],
      } = await findCandidates(
        { endpoints: [], mx: 'uni.example' },
        resolver({ 'uni.example': records }, names),
        25,
      );
      if (first?.kind === 'tcp') firsts.add(first.name);
    }
    expect(firsts.size).toBe(2);
  });

  test('to a real listener, and 451 4.4.3 without an answer', async () => {
    const hop = await startScriptedNextHop({});
    const found = resolver({ 'uni.example': [[10, 'mx.uni.example']] }, { 'mx.uni.example': ['127.0.0.1'] });
    const options = { ...OPTIONS, mx: 'uni.example' };
    const nextHop = createNextHop(options, { resolver: found, mxPort: hop.port });
    expect((await send(await opened(nextHop))).map(({ code }) => code)).toEqual([250, 250, 250]);
    await hop.close();
    const lost = createNextHop(options, { resolver: resolver({ 'uni.example': 'ETIMEOUT' }, {}) });
    expect(await lost.open(NOBODY)).toMatchObject({
      kind: 'unavailable',
      reply: { code: 451, cause: 'dns', errno: 'ETIMEOUT' },
    });
  });

  test('a host name that is an endpoint', async () => {
    await withHop({}, {}, async ({ hop }) => {
      const endpoints = [{ kind: 'tcp', host: 'localhost', port: hop.port }] as const;
      const nextHop = createNextHop({ ...OPTIONS, endpoints });
      expect((await send(await opened(nextHop))).map(({ code }) => code)).toEqual([250, 250, 250]);
    });
  });
});
