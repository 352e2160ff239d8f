import { describe, expect, test } from 'vitest';
import { MESSAGE, opened, text, withHop } from './support.ts';

/** Received octets go on as they are (R3, pitfalls 1, 9, 10, 11). */
const MAIL_ARGUMENTS = [
  '<>',
  '<> BODY=8BITMIME',
  '<"quoted local"@sender.example> SIZE=1234',
  '<A.B@XN--BCHER-KVA.example> RET=HDRS ENVID=QQ+2B3D+20x',
  '<gr\xc3\xbc\xc3\x9fe@b\xc3\xbccher.example> SMTPUTF8 BODY=8BITMIME',
  '<a@sender.example> REQUIRETLS',
  '<a@sender.example> MT-PRIORITY=3',
  '  <a@sender.example>   SIZE=1',
];
const RCPT_ARGUMENTS = [
  '<a..b@docomo.ne.jp>',
  '<.a@uni.example>',
  '<postmaster>',
  '<@route.example:b@uni.example>',
  '<"a@b"@uni.example>',
  '<"a\\"b"@uni.example>',
  '<b%c@uni.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Bob+40uni.example',
  '<b@[IPv6:2001:db8::1]> NOTIFY=NEVER',
];

/** Replies come back as they are: code, enhanced code once, text, all lines (R2, pitfalls 2, 3, 8). */
const REPLIES: readonly [lines: string[], text: string][] = [
  [['250 2.1.5 ok'], '250 2.1.5 ok'],
  [['250 Accepted'], '250 Accepted'],
  [['251 2.1.5 will forward to <c@uni.example>'], '251 2.1.5 will forward to <c@uni.example>'],
  [['252 2.1.5 perhaps'], '252 2.1.5 perhaps'],
  [['450 4.7.1 Greylisted, see http://x.example/?a=b'], '450 4.7.1 Greylisted, see http://x.example/?a=b'],
  [['452 4.5.3 too many'], '452 4.5.3 too many'],
  [
    ['550-5.1.1 <b@uni.example>:', '550-5.1.1 no such user', '550 5.1.1 '],
    '550 5.1.1 <b@uni.example>:|5.1.1 no such user|5.1.1 ',
  ],
  [['550 gr\xfc\xdfe'], '550 gr\xfc\xdfe'],
  [['555 5.5.4 unsupported'], '555 5.5.4 unsupported'],
];

describe('MAIL and RCPT', () => {
  test('arguments go on octet for octet', async () => {
    await withHop({}, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      for (const argument of MAIL_ARGUMENTS) expect((await session.mail(argument)).code).toBe(250);
      for (const argument of RCPT_ARGUMENTS) expect((await session.rcpt(argument)).code).toBe(250);
      session.release();
      await hop.settled(1);
      const wanted = ['EHLO relay.example', ...MAIL_ARGUMENTS.map((argument) => `MAIL FROM:${argument}`)];
      wanted.push(...RCPT_ARGUMENTS.map((argument) => `RCPT TO:${argument}`), 'QUIT');
      expect(hop.connections[0]?.octets.toString('latin1')).toBe(
        wanted.map((line) => `${line}\r\n`).join(''),
      );
    });
  });

  test.each(REPLIES)('%j comes back as it is', async (lines, wanted) => {
    const rules = ['MAIL', 'RCPT', 'END'].map((on) => ({ on, act: lines }));
    await withHop({ rules }, {}, async ({ nextHop }) => {
      const session = await opened(nextHop);
      expect(text(await session.mail('<>'))).toBe(wanted);
      expect(text(await session.rcpt('<b@uni.example>'))).toBe(wanted);
      const [final] = await session.data(MESSAGE);
      expect(text(final)).toBe(wanted);
      expect(final?.cause).toBeUndefined();
      session.release();
    });
  });

  test.each(['354 go on', '334 ', '220-a|220 b'])(
    '%j is no answer to MAIL or RCPT: 451 (R2)',
    async (odd) => {
      for (const on of ['MAIL', 'RCPT']) {
        await withHop({ rules: [{ on, act: odd.split('|') }] }, {}, async ({ nextHop }) => {
          const session = await opened(nextHop);
          const mail = await session.mail('<>');
          const rcpt = await session.rcpt('<b@uni.example>');
          const wanted = odd.startsWith('220') ? 220 : 451;
          expect((on === 'MAIL' ? mail : rcpt).code).toBe(wanted);
          session.abort();
        });
      }
    },
  );

  test('421 becomes 451 with its text: it ends the next hop’s connection, not the client’s', async () => {
    await withHop(
      { rules: [{ on: 'RCPT', act: ['421 4.3.2 closing', 'close'] }] },
      {},
      async ({ nextHop }) => {
        const session = await opened(nextHop);
        await session.mail('<>');
        expect(await session.rcpt('<b@uni.example>')).toEqual({
          code: 451,
          lines: ['4.3.2 closing'],
          cause: 'closed',
        });
        expect((await session.rcpt('<c@uni.example>')).cause).toBe('closed');
        expect(await session.data(MESSAGE)).toMatchObject([{ code: 451, cause: 'closed' }]);
      },
    );
  });

  test.each([
    ['530 5.7.0 Must issue a STARTTLS command first', '4.7.0 Must issue a STARTTLS command first', 'tls'],
    [
      '530 5.7.57 Client was not authenticated to send',
      '4.7.57 Client was not authenticated to send',
      'auth',
    ],
    ['530 Authentication required', 'Authentication required', 'auth'],
  ])('%s to MAIL is about our connection: 451, and another one next time', async (act, line, cause) => {
    await withHop({ rules: [{ on: 'MAIL', act, times: 1 }] }, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      expect(await session.mail('<>')).toEqual({ code: 451, lines: [line], cause });
      expect((await session.rcpt('<b@uni.example>')).cause).toBe(cause);
      session.release();
      const next = await opened(nextHop);
      expect((await next.mail('<>')).code).toBe(250);
      next.abort();
      expect(hop.connections).toHaveLength(2);
    });
  });

  test('530 to RCPT may be about the recipient: as it came', async () => {
    await withHop(
      { rules: [{ on: 'RCPT', act: '530 5.7.1 Authentication required' }] },
      {},
      async ({ nextHop }) => {
        const session = await opened(nextHop);
        await session.mail('<>');
        expect(text(await session.rcpt('<b@uni.example>'))).toBe('530 5.7.1 Authentication required');
        session.abort();
      },
    );
  });

  test('some recipients accepted, others refused', async () => {
    const rules = [
      { on: 'RCPT TO:<no@', act: '550 5.1.1 no such user' },
      { on: 'RCPT TO:<grey@', act: '450 4.7.1 later' },
    ];
    await withHop({ rules }, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      await session.mail('<>');
      const codes: number[] = [];
      for (const name of ['yes', 'no', 'grey', 'also'])
        codes.push((await session.rcpt(`<${name}@uni.example>`)).code);
      expect(codes).toEqual([250, 550, 450, 250]);
      expect((await session.data(MESSAGE)).map(text)).toEqual(['250 2.0.0 queued']);
      expect(hop.messages[0]?.rcpts).toEqual(['<yes@uni.example>', '<also@uni.example>']);
    });
  });

  test('calls made at once go out one after the other', async () => {
    await withHop({}, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      await Promise.all([
        session.mail('<>'),
        session.noop(),
        session.rcpt('<b@uni.example>'),
        session.data(MESSAGE),
        session.noop(),
      ]);
      session.release();
      await hop.settled(1);
      expect(hop.connections[0]?.lines).toEqual([
        'EHLO relay.example',
        'MAIL FROM:<>',
        'NOOP',
        'RCPT TO:<b@uni.example>',
        'DATA',
        'NOOP',
        'QUIT',
      ]);
    });
  });
});

describe('DATA replies', () => {
  test.each([
    ['450 4.3.0 later', '450 4.3.0 later'],
    ['554 5.5.1 no valid recipients', '554 5.5.1 no valid recipients'],
    ['250 2.0.0 what?', /^451 4\.5\.0/],
    ['334 ', /^451 4\.5\.0/],
  ])('DATA answered with %j: no message is sent', async (act, wanted) => {
    await withHop({ rules: [{ on: 'DATA', act }] }, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      await session.mail('<>');
      await session.rcpt('<b@uni.example>');
      const [reply] = await session.data(MESSAGE);
      expect(text(reply)).toMatch(wanted);
      expect(reply?.possibleDouble).toBeUndefined();
      session.release();
      await hop.settled(1);
      expect(hop.connections[0]?.octets.toString()).not.toContain('hello');
    });
  });

  test('after a refusal the transaction can be reset and the connection used again', async () => {
    await withHop(
      { rules: [{ on: 'DATA', act: '450 4.3.0 later', times: 1 }] },
      {},
      async ({ hop, nextHop }) => {
        const session = await opened(nextHop);
        await session.mail('<>');
        await session.rcpt('<b@uni.example>');
        await session.data(MESSAGE);
        await session.reset();
        await session.reset();
        await session.mail('<a@sender.example>');
        await session.rcpt('<b@uni.example>');
        expect((await session.data(MESSAGE)).map(text)).toEqual(['250 2.0.0 queued']);
        session.release();
        await hop.settled(1);
        expect(hop.connections[0]?.lines.filter((line) => line === 'RSET').length).toBe(1);
      },
    );
  });

  test.each([0, 5])(
    'an answer right behind the 354 is not the answer to the message (%i octets)',
    async (length) => {
      await withHop(
        { rules: [{ on: 'DATA', act: { raw: '354 go\r\n250 2.0.0 taken\r\n' } }] },
        {},
        async ({ hop, nextHop }) => {
          const session = await opened(nextHop);
          await session.mail('<>');
          await session.rcpt('<b@uni.example>');
          const [reply] = await session.data(Buffer.alloc(length, 'x'));
          expect(reply).toMatchObject({ code: 451, cause: 'protocol' });
          await hop.settled(1);
          expect(hop.connections[0]?.octets.toString()).not.toContain('.\r\n');
        },
      );
    },
  );

  test('a refusal in the middle of the message counts; an acceptance there does not', async () => {
    for (const [act, wanted] of [
      ['552 5.3.4 too big', '552 5.3.4 too big'],
      ['421 4.3.2 closing', '451 4.3.2 closing'],
      ['250 2.0.0 thanks', '451 4.5.0 '],
    ] as const) {
      await withHop(
        { rules: [{ on: 'OCTETS', after: 1000, act: [act, 'stall'] }] },
        {},
        async ({ hop, nextHop }) => {
          const session = await opened(nextHop);
          await session.mail('<>');
          await session.rcpt('<b@uni.example>');
          const big = Buffer.alloc(40_000_000, `${'z'.repeat(78)}\r\n`);
          const [reply] = await session.data(big);
          expect(text(reply)).toContain(wanted);
          expect(reply?.possibleDouble).toBeUndefined();
          await hop.settled(1);
          expect(hop.connections[0]?.octets.includes('\r\n.\r\n')).toBe(false);
        },
      );
    }
  });
});
