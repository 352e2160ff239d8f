import { describe, expect, test } from 'vitest';
import type { Rule } from '../support/scripted-next-hop.ts';
import { opened, send, text, withHop, MESSAGE } from './support.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('R20: idle connections', () => {
  test('used again, each transaction for itself', async () => {
    await withHop({}, { poolSize: 1 }, async ({ hop, nextHop }) => {
      for (let turn = 0; turn < 3; turn++) {
        const session = await opened(nextHop);
        expect((await send(session)).map(({ code }) => code)).toEqual([250, 250, 250]);
        session.release();
      }
      expect(hop.connections.length).toBe(1);
      nextHop.close();
      await hop.settled(1);
      expect(hop.connections[0]?.lines.at(-1)).toBe('QUIT');
    });
  });

  test('no more than the pool holds', async () => {
    await withHop({}, { poolSize: 2 }, async ({ hop, nextHop }) => {
      const sessions = await Promise.all([opened(nextHop), opened(nextHop), opened(nextHop)]);
      for (const session of sessions) session.release();
      await pause(50);
      expect(hop.connections.filter(({ ended }) => ended).length).toBe(1);
    });
  });

  test.each([
    [
      'a transaction that was not ended',
      async (session: Awaited<ReturnType<typeof opened>>) => void (await session.mail('<>')),
    ],
    ['abort', async (session: Awaited<ReturnType<typeof opened>>) => session.abort()],
    ['pool 0', undefined],
  ])('not kept: %s', async (_, spoil) => {
    await withHop({}, { poolSize: spoil === undefined ? 0 : 1 }, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      await spoil?.(session);
      session.release();
      (await opened(nextHop)).release();
      expect(hop.connections.length).toBe(2);
    });
  });

  test('reset makes an open transaction clean', async () => {
    await withHop({}, { poolSize: 1 }, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      await session.mail('<>');
      await session.reset();
      session.release();
      await send(await opened(nextHop));
      expect(hop.connections.length).toBe(1);
      expect(hop.connections[0]?.lines).toContain('RSET');
    });
  });

  test('after close nothing is kept', async () => {
    await withHop({}, { poolSize: 1 }, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      nextHop.close();
      expect((await send(session)).map(({ code }) => code)).toEqual([250, 250, 250]);
      session.release();
      await hop.settled(1);
      expect(hop.connections[0]?.ended).toBe(true);
    });
  });
});

/** How the next hop ends an idle connection, and what the second message meets. The first MAIL is answered normally. */
const STALE: readonly [name: string, rules: readonly Rule[], idleMs: number][] = [
  [
    '421 while idle is noticed',
    [{ on: 'END', act: ['250 2.0.0 queued', { waitMs: 30 }, '421 4.4.2 idle', 'close'], times: 1 }],
    100,
  ],
  [
    'the end while idle is noticed',
    [{ on: 'END', act: ['250 2.0.0 queued', { waitMs: 30 }, 'close'], times: 1 }],
    100,
  ],
  ['421 as the answer to MAIL', [{ on: /^MAIL.*second/, act: ['421 4.4.2 idle', 'close'], times: 1 }], 0],
  ['a close at MAIL', [{ on: /^MAIL.*second/, act: 'close', times: 1 }], 0],
  ['a reset at MAIL', [{ on: /^MAIL.*second/, act: 'reset', times: 1 }], 0],
];

describe('a stale idle connection', () => {
  test.each(STALE)('%s; the message goes over a new one, without a word', async (_, rules, idleMs) => {
    await withHop({ rules }, { poolSize: 1 }, async ({ hop, nextHop }) => {
      const first = await opened(nextHop);
      await send(first);
      first.release();
      await pause(idleMs);
      const session = await opened(nextHop);
      expect(text(await session.mail('<second@sender.example>'))).toBe('250 2.0.0 ok');
      expect(text(await session.rcpt('<b@uni.example>'))).toBe('250 2.0.0 ok');
      expect((await session.data(MESSAGE)).map(text)).toEqual(['250 2.0.0 queued']);
      session.release();
      expect(hop.connections.length).toBe(2);
      expect(hop.messages.length).toBe(2);
    });
  });

  test('one retry, not two', async () => {
    const rules: Rule[] = [{ on: /^MAIL.*second/, act: 'close' }];
    await withHop({ rules }, { poolSize: 1 }, async ({ hop, nextHop }) => {
      const first = await opened(nextHop);
      await send(first);
      first.release();
      const session = await opened(nextHop);
      expect(text(await session.mail('<second@sender.example>'))).toContain('451 4.4.2 ');
      expect(hop.connections.length).toBe(2);
    });
  });

  test('no retry on a fresh connection, after MAIL, or when it is slow', async () => {
    for (const [on, act] of [
      ['MAIL', 'close'],
      ['RCPT', 'close'],
      ['DATA', 'close'],
      ['END', 'close'],
      ['MAIL', 'stall'],
    ] as const) {
      await withHop(
        { rules: [{ on, act }] },
        { commandTimeoutMs: 1000, finalReplyTimeoutMs: 1000 },
        async ({ hop, nextHop }) => {
          const replies = await send(await opened(nextHop));
          expect(replies.some(({ code }) => code === 451)).toBe(true);
          expect(hop.connections.length).toBe(1);
        },
      );
    }
  });

  test('pitfall 16: once DATA was said nothing is sent again', async () => {
    const rules: Rule[] = [{ on: 'OCTETS', after: 1, act: 'reset' }];
    await withHop({ rules }, { poolSize: 1 }, async ({ hop, nextHop }) => {
      const first = await opened(nextHop);
      await first.mail('<>');
      await first.reset();
      first.release();
      const replies = await send(await opened(nextHop));
      expect(replies.map(({ code }) => code)).toEqual([250, 250, 451]);
      expect(hop.connections.length).toBe(1);
    });
  });
});
