import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Rule } from '../support/scripted-next-hop.ts';
import { MESSAGE, opened, text, withHop } from './support.ts';

/** Three recipients, `no` refused at RCPT: two final replies (RFC 2033 4.2). */
const CASES: readonly {
  name: string;
  rules: readonly Rule[];
  replies: readonly string[];
  doubles?: number;
}[] = [
  { name: 'both', rules: [], replies: ['250 2.0.0 queued', '250 2.0.0 queued'] },
  {
    name: 'one over quota',
    rules: [{ on: 'END <b@', act: ['552-5.2.2 full', '552 5.2.2 very full'] }],
    replies: ['250 2.0.0 queued', '552 5.2.2 full|5.2.2 very full'],
  },
  {
    name: 'DATA refused: the same for each',
    rules: [{ on: 'DATA', act: '451 4.3.0 no' }],
    replies: ['451 4.3.0 no', '451 4.3.0 no'],
  },
  {
    name: 'it dies after the first reply: the second is a possible double',
    rules: [{ on: 'END <b@', act: 'close' }],
    replies: ['250 2.0.0 queued', '451 4.4.2 The next hop closed the connection'],
    doubles: 1,
  },
  {
    name: 'it dies before both',
    rules: [{ on: 'END', act: 'reset' }],
    replies: ['451 4.4.2 The next hop closed the connection', '451 4.4.2 The next hop closed the connection'],
    doubles: 2,
  },
  {
    name: 'an answer that is none spoils all behind it',
    rules: [{ on: 'END <a@', act: { raw: '354 what\r\n250 2.0.0 queued\r\n' } }],
    replies: [expect.stringMatching(/^451 4\.5\.0/), expect.stringMatching(/^451 4\.5\.0/)],
    doubles: 2,
  },
];

describe('LMTP', () => {
  const refuse: Rule = { on: 'RCPT TO:<no@', act: '550 5.1.1 no such user' };
  test.each(CASES)('$name', async ({ rules, replies, doubles = 0 }) => {
    await withHop({ protocol: 'lmtp', rules: [refuse, ...rules] }, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      await session.mail('<>');
      for (const name of ['a', 'no', 'b']) await session.rcpt(`<${name}@uni.example>`);
      const finals = await session.data(MESSAGE);
      expect(finals.map(text)).toEqual(replies);
      expect(finals.filter(({ possibleDouble }) => possibleDouble).length).toBe(doubles);
      session.release();
      await hop.settled(1);
      expect(hop.connections[0]?.lines[0]).toBe('LHLO relay.example');
    });
  });

  test('over a UNIX socket, two transactions on one connection', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mailsluice-lmtp-'));
    try {
      await withHop(
        { protocol: 'lmtp', path: join(directory, 'lmtp') },
        { poolSize: 1 },
        async ({ hop, nextHop }) => {
          for (const name of ['a', 'b']) {
            const session = await opened(nextHop);
            await session.mail('<>');
            await session.rcpt(`<${name}@uni.example>`);
            expect((await session.data(MESSAGE)).map(text)).toEqual(['250 2.0.0 queued']);
            session.release();
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          expect(hop.connections.length).toBe(1);
          expect(hop.messages.map(({ rcpts }) => rcpts)).toEqual([['<a@uni.example>'], ['<b@uni.example>']]);
        },
      );
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('no recipient accepted', async () => {
    await withHop(
      { protocol: 'lmtp', rules: [{ on: 'DATA', act: '503 5.5.1 no' }] },
      {},
      async ({ nextHop }) => {
        const session = await opened(nextHop);
        await session.mail('<>');
        expect(await session.data(MESSAGE)).toEqual([]);
        session.abort();
      },
    );
  });
});
