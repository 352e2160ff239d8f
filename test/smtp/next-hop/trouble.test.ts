import { describe, expect, test } from 'vitest';
import type { Act } from '../support/scripted-next-hop.ts';
import { crlf, MESSAGE, opened, send, text, withHop } from './support.ts';

const STEPS = ['MAIL', 'RCPT', 'DATA', 'OCTETS', 'END'] as const;
const WAYS: readonly [name: string, act: Act | readonly Act[], enhanced: string][] = [
  ['closes', 'close', '4.4.2'],
  ['resets', 'reset', '4.4.2'],
  ['is silent', 'stall', '4.4.2'],
  ['says half a reply and closes', [{ raw: '250-part' }, 'close'], '4.4.2'],
  ['says half a reply and is silent', [{ raw: '25' }, 'stall'], '4.4.2'],
  ['says garbage', [{ raw: '\x16\x03\x01 hello\r\n' }], '4.5.0'],
  ['answers twice the wrong thing', [{ raw: '300 a\r\n300 b\r\n' }], '4.5.0'],
  ['says 421', ['421 4.3.2 closing', 'close'], '4.3.2'],
];

describe('R1: the next hop fails at a step: 451, never 5xx, never silence', () => {
  for (const step of STEPS) {
    test.each(WAYS)(`at ${step} it %s`, async (name, act, enhanced) => {
      const rules = [{ on: step, act, ...(step === 'OCTETS' ? { after: 5 } : {}) }];
      const octets = step === 'OCTETS' ? Buffer.alloc(40_000_000, crlf(`${'x'.repeat(70)}\n`)) : MESSAGE;
      const times = { commandTimeoutMs: 1200, finalReplyTimeoutMs: 1000 };
      await withHop({ rules }, times, async ({ hop, nextHop }) => {
        const session = await opened(nextHop);
        const replies = await send(session, octets);
        const reply = replies.find(({ code }) => code >= 400);
        expect(text(reply)).toContain(`451 ${enhanced} `);
        expect(reply?.cause).toBeDefined();
        // Only what may have been accepted is a possible double: the final dot went out and no valid answer came.
        expect(reply?.possibleDouble ?? false).toBe(step === 'END' && name !== 'says 421');
        for (const after of [
          await session.mail('<>'),
          await session.rcpt('<b@uni.example>'),
          await session.noop(),
        ]) {
          expect(after.code).toBe(451);
        }
        session.release();
        await hop.settled(1);
        const wire = hop.connections[0]?.octets ?? Buffer.alloc(0);
        if (step !== 'END') expect(wire.includes('\r\n.\r\n')).toBe(false);
        expect(wire.includes('QUIT')).toBe(false);
      });
    });
  }

  test('silence after the final dot: the time of RFC 5321 4.5.3.2.6 is its own', async () => {
    await withHop(
      { rules: [{ on: 'END', act: [{ waitMs: 1500 }, '250 2.0.0 at last'] }] },
      { commandTimeoutMs: 1000 },
      async (rig) => {
        expect(text((await send(await opened(rig.nextHop)))[2])).toBe('250 2.0.0 at last');
      },
    );
  });

  test('a next hop that never reads ends by the command timeout, without a dot', async () => {
    await withHop(
      { rules: [{ on: 'DATA', act: ['354 go'] }], slowMs: 60_000 },
      { commandTimeoutMs: 1000 },
      async (rig) => {
        const session = await opened(rig.nextHop);
        const [, , reply] = await send(session, Buffer.alloc(40_000_000, crlf(`${'x'.repeat(70)}\n`)));
        expect(text(reply)).toContain('451 4.4.2 ');
        expect(reply?.possibleDouble).toBeUndefined();
      },
    );
  });

  test('an answer not asked for never answers the next command', async () => {
    // Read as the answer to DATA's end, the second 250 would confirm a message that was never taken.
    const rules = [
      { on: 'RCPT', act: { raw: '250 ok\r\n250 and another\r\n' } },
      { on: 'END', act: '550 5.7.1 no' },
    ];
    await withHop({ rules }, {}, async ({ hop, nextHop }) => {
      const replies = await send(await opened(nextHop));
      expect(replies.map(({ code }) => code)).toEqual([250, 250, 451]);
      await hop.settled(1);
      expect(hop.connections[0]?.lines).not.toContain('DATA');
    });
  });
});
