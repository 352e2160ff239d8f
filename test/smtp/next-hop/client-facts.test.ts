import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { xclientCommand, xforwardCommands } from '../../../src/smtp/next-hop/client-facts.ts';
import type { ClientFacts } from '../../../src/smtp/next-hop/index.ts';
import { encodeXtext } from '../../../src/smtp/next-hop/xtext.ts';
import { MESSAGE, NOBODY, opened, send, text, unavailable, withHop } from './support.ts';

const XFORWARD = 'NAME ADDR PORT PROTO HELO IDENT SOURCE';
const XCLIENT = 'NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT';

const SOMEBODY: ClientFacts = {
  address: '192.0.2.7',
  port: 40_123,
  name: 'mail.sender.example',
  helo: 'mail.sender.example',
  protocol: 'ESMTP',
  ident: 'A1B2',
  source: 'REMOTE',
  login: undefined,
  destAddress: undefined,
  destPort: undefined,
};

describe('xtext (RFC 3461 4)', () => {
  test.each([
    ['a.b-c', 'a.b-c'],
    ['a+b=c', 'a+2Bb+3Dc'],
    ['a b', 'a+20b'],
    ['a\r\nb', 'a+0D+0Ab'],
    ['é', '+C3+A9'],
    ['~!', '~!'],
  ])('%j is %j', (plain, encoded) => expect(encodeXtext(plain)).toBe(encoded));
});

const COMMANDS: readonly [
  name: string,
  client: Partial<ClientFacts>,
  offered: string,
  commands: readonly string[],
][] = [
  [
    'everything known',
    SOMEBODY,
    XFORWARD,
    [
      'XFORWARD NAME=mail.sender.example ADDR=192.0.2.7 PORT=40123 PROTO=ESMTP HELO=mail.sender.example IDENT=A1B2 SOURCE=REMOTE',
    ],
  ],
  ['only what is offered', SOMEBODY, 'addr name', ['XFORWARD NAME=mail.sender.example ADDR=192.0.2.7']],
  ['nothing we know is offered', SOMEBODY, 'COLOUR', []],
  ['nothing known', {}, 'NAME ADDR', ['XFORWARD NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE]']],
  ['IPv6', { address: '2001:db8::7' }, 'ADDR', ['XFORWARD ADDR=IPV6:2001:db8::7']],
  ['an address literal as HELO', { helo: '[192.0.2.7]' }, 'HELO', ['XFORWARD HELO=[192.0.2.7]']],
  ['a HELO that would be a command', { helo: 'a\r\nQUIT' }, 'HELO', ['XFORWARD HELO=a+0D+0AQUIT']],
  ['empty is unknown', { helo: '' }, 'HELO', ['XFORWARD HELO=[UNAVAILABLE]']],
  ['a value over 255 is unknown', { helo: 'h'.repeat(256) }, 'HELO', ['XFORWARD HELO=[UNAVAILABLE]']],
  [
    'several commands of at most 512 octets',
    { name: 'n'.repeat(255), helo: 'h'.repeat(255), ident: 'i' },
    'NAME HELO IDENT',
    [`XFORWARD NAME=${'n'.repeat(255)}`, `XFORWARD HELO=${'h'.repeat(255)} IDENT=i`],
  ],
];

describe('R14: XFORWARD commands', () => {
  test.each(COMMANDS)('%s', (_, client, offered, commands) => {
    expect(xforwardCommands({ ...NOBODY, ...client }, offered)).toEqual(commands);
  });
});

describe('R14: whatever a client calls itself', () => {
  const value = fc.option(fc.string({ unit: 'binary', maxLength: 300 }), { nil: undefined });
  const client = fc.record({ name: value, helo: value, ident: value, login: value });
  test('each command is one line of printable ASCII; all attributes are set; a lone value that needs more is split off', () => {
    fc.assert(
      fc.property(client, (facts) => {
        const all = { ...SOMEBODY, ...facts };
        const forward = xforwardCommands(all, XFORWARD);
        const xclient = xclientCommand(all, XCLIENT) ?? '';
        for (const command of [...forward, xclient])
          expect(command).toMatch(/^X[A-Z]+( [A-Z]+=[\x21-\x7e]+)+$/);
        for (const command of forward) {
          expect(command.length <= 510 || command.split(' ').length === 2).toBe(true);
        }
        expect(xclient.length).toBeLessThanOrEqual(510);
        const names = forward.flatMap((command) =>
          [...command.matchAll(/ ([A-Z]+)=/g)].map((match) => match[1]),
        );
        expect(names).toEqual(XFORWARD.split(' '));
      }),
    );
  });
});

const sentTo = (lines: readonly string[] | undefined): string[] =>
  (lines ?? []).filter((line) => /^(XFORWARD|XCLIENT|MAIL|RSET|EHLO)/.test(line));

describe('XFORWARD on the wire', () => {
  const offers = [`XFORWARD ${XFORWARD}`];
  test('set anew for each transaction (pitfall 17)', async () => {
    await withHop({ offers }, { xforward: 'auto', poolSize: 1 }, async ({ hop, nextHop }) => {
      for (const name of ['one.example', undefined]) {
        const session = await opened(nextHop, { name, address: '192.0.2.7' });
        await send(session);
        session.release();
      }
      nextHop.close();
      await hop.settled(1);
      expect(sentTo(hop.connections[0]?.lines)).toEqual([
        'EHLO relay.example',
        expect.stringContaining('XFORWARD NAME=one.example ADDR=192.0.2.7 PORT=[UNAVAILABLE]'),
        'MAIL FROM:<a@sender.example>',
        expect.stringContaining('XFORWARD NAME=[UNAVAILABLE] ADDR=192.0.2.7'),
        'MAIL FROM:<a@sender.example>',
      ]);
    });
  });

  test.each([
    ['auto, not offered', 'auto', [], [], '250'],
    ['auto, refused: the mail goes on', 'auto', offers, [{ on: 'XFORWARD', act: '550 5.7.0 no' }], '250'],
    ['off', 'off', offers, [], '250'],
    ['required, not offered', 'required', [], [], '451 4.3.5'],
    ['required, refused', 'required', offers, [{ on: 'XFORWARD', act: '550 5.7.0 no' }], '451 4.3.5'],
    ['broken there', 'auto', offers, [{ on: 'XFORWARD', act: 'close' }], '451 4.4.2'],
  ] as const)('%s', async (_, xforward, offered, rules, reply) => {
    await withHop({ offers: offered, rules }, { xforward }, async ({ nextHop }) => {
      const session = await opened(nextHop, SOMEBODY);
      expect(text(await session.mail('<>'))).toContain(reply);
      session.abort();
    });
  });
});

describe('XCLIENT on the wire', () => {
  const dialogue = `
    S: 220 next.example
    C: EHLO relay.example
    S: 250-next.example
    S: 250-XCLIENT ${XCLIENT}
    S: 250 XFORWARD ${XFORWARD}
    C: XCLIENT ADDR=192.0.2.7 PORT=40123 NAME=mail.sender.example PROTO=ESMTP HELO=mail.sender.example LOGIN=[UNAVAILABLE] DESTADDR=[UNAVAILABLE] DESTPORT=[UNAVAILABLE]
    S: 220 next.example
    C: EHLO mail.sender.example
    S: 250-next.example
    S: 250 SIZE 77
    C: MAIL FROM:<a@sender.example>
    S: 250 ok
    C: RCPT TO:<b@uni.example>
    S: 250 ok
    C: DATA
    S: 354 go
    M:
    S: 250 queued
    C: QUIT
    S: 221 bye`;
  test('a new greeting, a new EHLO, new keywords, and no reuse', async () => {
    await withHop(
      { dialogues: [dialogue] },
      { xclient: 'auto', xforward: 'auto', poolSize: 5 },
      async ({ hop, nextHop }) => {
        for (let turn = 1; turn <= 2; turn++) {
          const session = await opened(nextHop, SOMEBODY);
          expect(Object.fromEntries(session.extensions.keywords)).toEqual({ SIZE: '77' });
          expect((await send(session, MESSAGE)).map(text)).toEqual(['250 ok', '250 ok', '250 queued']);
          session.release();
          await hop.settled(turn);
        }
        expect(hop.problems).toEqual([]);
        expect(hop.connections.length).toBe(2);
      },
    );
  });

  const offers = [`XCLIENT ${XCLIENT}`];
  test.each([
    ['auto, refused: never on in our own name, which may relay', 'auto', offers, '550 5.7.0 no', '451 4.4.1'],
    ['auto, refused for now', 'auto', offers, '450 4.7.0 later', '451 4.4.1'],
    ['required, refused', 'required', offers, '550 5.7.0 no', '451 4.4.1'],
    ['required, not offered (never an open relay)', 'required', [], '220 x', '451 4.3.5'],
  ] as const)('%s', async (_, xclient, offered, act, result) => {
    const script = { offers: offered, rules: [{ on: 'XCLIENT', act }] };
    await withHop(script, { xclient }, async ({ nextHop }) => {
      expect(text(await unavailable(nextHop, SOMEBODY))).toContain(result);
    });
  });

  test('a next hop without IPv6 refuses such an address: it is left out, nothing else', async () => {
    const rules = [{ on: /ADDR=IPV6/, act: '501 5.5.4 Bad ADDR syntax' }];
    const script = { offers: [...offers, 'XFORWARD NAME ADDR'], rules };
    await withHop(script, { xclient: 'auto', xforward: 'required' }, async ({ hop, nextHop }) => {
      const session = await opened(nextHop, { ...SOMEBODY, address: '2001:db8::7' });
      expect((await session.mail('<>')).code).toBe(250);
      session.abort();
      await hop.settled(1);
      const sent = hop.connections[0]?.lines.filter((line) => line.startsWith('X')) ?? [];
      expect(sent.map((line) => / ADDR=(\S+)/.exec(line)?.[1])).toEqual([
        'IPV6:2001:db8::7',
        '[UNAVAILABLE]',
        'IPV6:2001:db8::7',
        '[UNAVAILABLE]',
      ]);
    });
  });
});
