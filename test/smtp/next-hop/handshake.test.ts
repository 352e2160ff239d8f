import { describe, expect, test } from 'vitest';
import type { NextHopOptions } from '../../../src/smtp/options.ts';
import type { ScriptOptions } from '../support/scripted-next-hop.ts';
import { opened, send, text, unavailable, withHop } from './support.ts';

/** Dialogues up to MAIL; `open` says whether MAIL could be said. */
const DIALOGUES: readonly {
  readonly name: string;
  readonly options?: Partial<NextHopOptions>;
  readonly protocol?: 'smtp' | 'lmtp';
  readonly dialogue: string;
  readonly offer?: Record<string, string>;
  readonly trouble?: string | RegExp;
}[] = [
  {
    name: 'EHLO and its keywords',
    dialogue: `
      S: 220-next.example
      S: 220 any greeting at all
      C: EHLO relay.example
      S: 250-next.example hello
      S: 250-SIZE 1000
      S: 250-size
      S: 250-x-Thing a b
      S: 250-AUTH=PLAIN
      S: 250-AUTH LOGIN
      S: 250-!odd
      S: 250 8bitmime
      C: QUIT
      S: 221 bye`,
    offer: { SIZE: '1000', 'X-THING': 'a b', AUTH: 'PLAIN LOGIN', '8BITMIME': '' },
  },
  {
    name: 'HELO where EHLO is not known',
    dialogue: `
      S: 220 old.example
      C: EHLO relay.example
      S: 500 what
      C: HELO relay.example
      S: 250 old.example
      C: QUIT
      S: 221 bye`,
    offer: {},
  },
  {
    name: 'EHLO refused for now: no HELO, 451 4.4.1',
    dialogue: `
      S: 220 next.example
      C: EHLO relay.example
      S: 450 4.3.2 later
      C: QUIT
      S: 221 bye`,
    trouble: '451 4.4.1 The next hop does not serve this relay: 450 4.3.2 later',
  },
  {
    name: 'a 554 greeting is no verdict on the message (R1)',
    dialogue: `
      S: 554 no service here
      C: QUIT
      S: 221 bye`,
    trouble: '451 4.4.1 The next hop does not serve this relay: 554 no service here',
  },
  { name: 'a 421 greeting', dialogue: 'S: 421 4.3.2 busy', trouble: '451 4.3.2 busy' },
  {
    name: 'a greeting with 250',
    dialogue: `
      S: 250 hello
      C: QUIT
      S: 221 bye`,
    trouble: /^451 4\.4\.1 /,
  },
  { name: 'garbage', dialogue: 'S: SSH-2.0-OpenSSH_9.2', trouble: /^451 4\.5\.0 / },
  { name: 'the end at once', dialogue: 'S! close', trouble: /^451 4\.4\.2 / },
  { name: 'a reset at once', dialogue: 'S! reset', trouble: /^451 4\.4\.[12] / },
  {
    name: 'no greeting in time',
    dialogue: 'S! stall',
    options: { commandTimeoutMs: 100 },
    trouble: /^451 4\.4\.2 /,
  },
  {
    name: 'half a greeting in time',
    dialogue: `
      S! raw "220-next.example\\r\\n220"
      S! stall`,
    options: { commandTimeoutMs: 100 },
    trouble: /^451 4\.4\.2 /,
  },
  {
    name: 'octets behind the greeting: replies no longer match commands',
    dialogue: `
      S! raw "220 next.example\\r\\n250 ok\\r\\n"`,
    trouble: /^451 4\.5\.0 /,
  },
  {
    name: 'LHLO',
    protocol: 'lmtp',
    dialogue: `
      S: 220 next.example LMTP
      C: LHLO relay.example
      S: 250-next.example
      S: 250 PIPELINING
      C: QUIT
      S: 221 bye`,
    offer: { PIPELINING: '' },
  },
  {
    name: 'LHLO refused: no HELO',
    protocol: 'lmtp',
    dialogue: `
      S: 220 next.example SMTP
      C: LHLO relay.example
      S: 500 what
      C: QUIT
      S: 221 bye`,
    trouble: /^451 4\.4\.1 /,
  },
  {
    name: 'AUTH PLAIN on loopback',
    options: { auth: { user: 'relay', password: 'pass' } },
    dialogue: `
      S: 220 next.example
      C: EHLO relay.example
      S: 250-next.example
      S: 250 AUTH LOGIN PLAIN
      C: AUTH PLAIN ${Buffer.from('\0relay\0pass').toString('base64')}
      S: 235 2.7.0 ok
      C: QUIT
      S: 221 bye`,
    offer: { AUTH: 'LOGIN PLAIN' },
  },
  {
    name: 'AUTH LOGIN',
    options: { auth: { user: 'relay', password: 'pass' } },
    dialogue: `
      S: 220 next.example
      C: EHLO relay.example
      S: 250-next.example
      S: 250 AUTH LOGIN
      C: AUTH LOGIN
      S: 334 VXNlcm5hbWU6
      C: ${Buffer.from('relay').toString('base64')}
      S: 334 UGFzc3dvcmQ6
      C: ${Buffer.from('pass').toString('base64')}
      S: 235 2.7.0 ok
      C: QUIT
      S: 221 bye`,
    offer: { AUTH: 'LOGIN' },
  },
  {
    // The example of RFC 2195 section 2.
    name: 'AUTH CRAM-MD5',
    options: { auth: { user: 'tim', password: 'tanstaaftanstaaf' } },
    dialogue: `
      S: 220 next.example
      C: EHLO relay.example
      S: 250-next.example
      S: 250 AUTH PLAIN CRAM-MD5
      C: AUTH CRAM-MD5
      S: 334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+
      C: dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw
      S: 235 2.7.0 ok
      C: QUIT
      S: 221 bye`,
    offer: { AUTH: 'PLAIN CRAM-MD5' },
  },
  {
    name: 'wrong credentials are our trouble, not the sender’s',
    options: { auth: { user: 'relay', password: 'wrong' } },
    dialogue: `
      S: 220 next.example
      C: EHLO relay.example
      S: 250-next.example
      S: 250 AUTH PLAIN
      C: AUTH PLAIN *
      S: 535 5.7.8 no
      C: QUIT
      S: 221 bye`,
    trouble: '451 4.7.0 The next hop does not accept this relay: 535 5.7.8 no',
  },
  {
    name: 'no AUTH offered',
    options: { auth: { user: 'relay', password: 'pass' } },
    dialogue: `
      S: 220 next.example
      C: EHLO relay.example
      S: 250 next.example`,
    trouble: /^451 4\.7\.0 /,
  },
];

describe('up to MAIL', () => {
  test.each(DIALOGUES)('$name', async ({ options = {}, protocol = 'smtp', dialogue, offer, trouble }) => {
    const script: ScriptOptions = { protocol, dialogues: [dialogue] };
    await withHop(script, options, async ({ hop, nextHop }) => {
      expect(nextHop.lastOffer()).toBeUndefined();
      if (trouble !== undefined) {
        const reply = await unavailable(nextHop);
        expect(text(reply)).toMatch(trouble);
        expect(reply.cause).toBeDefined();
      } else {
        const session = await opened(nextHop);
        expect(Object.fromEntries(session.extensions.keywords)).toEqual(offer);
        expect(nextHop.lastOffer()).toBe(session.extensions);
        session.release();
      }
      await hop.settled(1);
      expect(hop.problems).toEqual([]);
    });
  });

  test('the password is not sent in clear to another host', async () => {
    const { authenticate } = await import('../../../src/smtp/next-hop/auth.ts');
    const failed: string[] = [];
    const wire = {
      fail: (cause: string) => {
        failed.push(cause);
        return { code: 451, lines: [''] };
      },
    } as unknown as Parameters<typeof authenticate>[0];
    const reply = await authenticate(wire, 'PLAIN LOGIN', { user: 'a', password: 'b' }, false, 100);
    expect(reply?.code).toBe(451);
    expect(failed).toEqual(['auth']);
  });

  test('giving up while the next hop is silent', async () => {
    await withHop({ dialogues: ['S! stall'] }, {}, async ({ hop, nextHop }) => {
      const facts = {} as Parameters<typeof nextHop.open>[0];
      const result = await nextHop.open(facts, { signal: AbortSignal.timeout(50) });
      expect(result).toMatchObject({ kind: 'unavailable', reply: { code: 451, cause: 'aborted' } });
      await hop.settled(1);
    });
  });
});

describe('the offer is refreshed at each connection (R4)', () => {
  test('SIZE changes', async () => {
    const dialogue = (size: number): string => `
      S: 220 next.example
      C: EHLO relay.example
      S: 250-next.example
      S: 250 SIZE ${size}
      C: QUIT
      S: 221 bye`;
    await withHop({ dialogues: [dialogue(1), dialogue(2)] }, {}, async ({ hop, nextHop }) => {
      for (const size of ['1', '2']) {
        (await opened(nextHop)).release();
        expect(nextHop.lastOffer()?.keywords.get('SIZE')).toBe(size);
      }
      await hop.settled(2);
      expect(hop.problems).toEqual([]);
    });
  });
});

test('a whole transaction over a next hop that speaks octet by octet', async () => {
  const rules = [
    { on: 'CONNECT', act: { pour: '220 next.example' } },
    { on: 'MAIL', act: [{ pour: '250-2.1.0 first' }, { pour: '250 2.1.0 second' }] },
    { on: 'END', act: { pour: '250 2.0.0 queued as 1' } },
  ] as const;
  await withHop({ rules }, {}, async ({ nextHop }) => {
    const session = await opened(nextHop);
    expect((await send(session)).map(text)).toEqual([
      '250 2.1.0 first|2.1.0 second',
      '250 2.0.0 ok',
      '250 2.0.0 queued as 1',
    ]);
    session.release();
  });
});
