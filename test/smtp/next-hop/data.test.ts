import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasBareLineEnd, stuffed } from '../../../src/smtp/next-hop/outgoing.ts';
import { crlf, MESSAGE, opened, send, text, withHop } from './support.ts';

const stuff = (octets: Buffer): Buffer => Buffer.concat([...stuffed(octets)]);

/** RFC 5321 4.5.2 at the receiver, by another road: lines, then one dot off each that begins with one. */
const unstuff = (octets: Buffer): string =>
  octets
    .toString('latin1')
    .split('\r\n')
    .map((line) => line.replace(/^\./, ''))
    .join('\r\n');

describe('dots', () => {
  test.each([
    ['', ''],
    ['.', '..\r\n'],
    ['a', 'a\r\n'],
    ['.a\r\n', '..a\r\n'],
    ['a\r\n.\r\n', 'a\r\n..\r\n'],
    ['a\r\n..b\r\n.\r\n', 'a\r\n...b\r\n..\r\n'],
    ['a.b\r\n c.\r\n', 'a.b\r\n c.\r\n'],
    ['\r\n.\r\n\r\n', '\r\n..\r\n\r\n'],
  ])('%j goes out as %j', (octets, wire) => {
    expect(stuff(Buffer.from(octets)).toString()).toBe(wire);
  });

  test('the receiver gets back what went in, and no line is a lone dot, whatever the message', () => {
    const piece = fc.constantFrom(
      '.',
      '..',
      '\r\n',
      '\r\n.',
      '\r\n.\r\n',
      'a',
      ' ',
      '\0',
      '\xff',
      'x'.repeat(40_000),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const wanted = pieces.join('');
        const wire = stuff(Buffer.from(wanted, 'latin1'));
        expect(`\r\n${wire.toString('latin1')}`).not.toContain('\r\n.\r\n');
        const got = unstuff(wire);
        expect(got === wanted || got === `${wanted}\r\n`).toBe(true);
      }),
    );
  });

  test('a dot at a slice border is seen', () => {
    for (const before of [65_533, 65_534, 65_535, 65_536, 131_070, 131_072]) {
      const octets = Buffer.from(`${'a'.repeat(before)}\r\n.b\r\n.\r\n`);
      expect(stuff(octets).subarray(before).toString()).toBe('\r\n..b\r\n..\r\n');
    }
  });
});

const BARE = [
  '\n',
  '\r',
  'a\nb',
  'a\rb',
  '\r\r\n',
  '\n\r',
  'a\r\n\nb',
  'a\r\n\r',
  'a\r',
  '\n.\r\n',
  '\r\n.\r',
];
const CLEAN = ['', 'a', '\r\n', '\r\n\r\n', 'a\r\nb', '\0\r\n'];

describe('R9: outgoing octets hold no bare CR or LF', () => {
  test.each(BARE)('%j is seen', (octets) => expect(hasBareLineEnd(Buffer.from(octets))).toBe(true));
  test.each(CLEAN)('%j is clean', (octets) => expect(hasBareLineEnd(Buffer.from(octets))).toBe(false));
  test('the answer is that of a pattern', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\r', '\n', 'a') }), (octets) => {
        expect(hasBareLineEnd(Buffer.from(octets))).toBe(/\r(?!\n)|(?<!\r)\n/.test(octets));
      }),
    );
  });

  test.each(BARE)('%j does not reach the wire; not even DATA does', async (octets) => {
    await withHop({}, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      const [, , reply] = await send(session, Buffer.from(`a\r\n${octets}`));
      expect(reply).toMatchObject({ code: 451, cause: 'protocol' });
      expect(reply?.possibleDouble).toBeUndefined();
      session.abort();
      await hop.settled(1);
      expect(hop.connections[0]?.lines).not.toContain('DATA');
    });
  });

  test.each(['<a@b>\r\nRCPT TO:<x@y>', '<a@b>\n', '<a\0@b>', '<\u0430@b>'])(
    'nor does a command %j',
    async (argument) => {
      await withHop({}, {}, async ({ hop, nextHop }) => {
        const session = await opened(nextHop);
        expect((await session.mail(argument)).code).toBe(451);
        session.abort();
        await hop.settled(1);
        expect(hop.connections[0]?.lines).toEqual(['EHLO relay.example']);
      });
    },
  );
});

describe('DATA on the wire', () => {
  test('the exact octets, the dot only at the end', async () => {
    await withHop({}, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      const replies = await send(session, crlf('.first\n..\nlast without end'));
      expect(replies.map(text)).toEqual(['250 2.0.0 ok', '250 2.0.0 ok', '250 2.0.0 queued']);
      session.release();
      await hop.settled(1);
      expect(hop.connections[0]?.octets.toString()).toBe(
        'EHLO relay.example\r\nMAIL FROM:<a@sender.example>\r\nRCPT TO:<b@uni.example>\r\nDATA\r\n' +
          '..first\r\n...\r\nlast without end\r\n.\r\nQUIT\r\n',
      );
    });
  });

  test.each([1, 2, 3, 5, 7, 64])('in slices of %i octets from one buffer, as from a file', async (size) => {
    const octets = crlf('.first\n\n..\nlast\n.\nwithout end');
    async function* slices(): AsyncGenerator<Buffer> {
      const buffer = Buffer.alloc(size);
      for (let at = 0; at < octets.length; at += size) {
        yield buffer.subarray(0, octets.copy(buffer, 0, at, at + size));
      }
    }
    await withHop({}, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      await session.mail('<a@sender.example>');
      await session.rcpt('<b@uni.example>');
      expect((await session.data(slices())).map(text)).toEqual(['250 2.0.0 queued']);
      session.release();
      await hop.settled(1);
      expect(hop.connections[0]?.octets.toString()).toContain(
        'DATA\r\n..first\r\n\r\n...\r\nlast\r\n..\r\nwithout end\r\n.\r\nQUIT\r\n',
      );
    });
  });

  test.each([
    ['cannot be read any more', ['a\r\n', new Error('gone')], 'aborted'],
    ['holds a bare LF', ['a\r\n', 'b\nc\r\n'], 'protocol'],
    ['holds a bare CR over a border', ['a\r\n.\r', 'b\r\n'], 'protocol'],
    ['holds a bare LF over a border', ['a', '\n.\r\n'], 'protocol'],
    ['ends with a bare CR', ['a\r\n', 'b\r'], 'protocol'],
  ] as const)('slices of a message that %s: 451, closed without a dot', async (_name, pieces, cause) => {
    async function* slices(): AsyncGenerator<Buffer> {
      for (const piece of pieces) {
        if (typeof piece !== 'string') throw piece;
        yield Buffer.from(piece);
      }
    }
    await withHop({}, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      await session.mail('<a@sender.example>');
      await session.rcpt('<b@uni.example>');
      const [reply] = await session.data(slices());
      expect(reply).toMatchObject({ code: 451, cause });
      expect(reply?.possibleDouble).toBeUndefined();
      session.release();
      await hop.settled(1);
      const wire = hop.connections[0]?.octets.toString() ?? '';
      expect(wire).not.toMatch(/\r\n\.\r\n|QUIT|(?<!\r)\n|\r(?!\n)(?!$)/);
    });
  });

  test('an empty message is a dot', async () => {
    await withHop({}, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      expect((await send(session, Buffer.alloc(0)))[2]?.code).toBe(250);
      session.release();
      await hop.settled(1);
      expect(hop.connections[0]?.octets.toString()).toContain('DATA\r\n.\r\nQUIT');
    });
  });

  test('octets over 127, NUL and a line of 100,000 octets go through (R10)', async () => {
    const octets = Buffer.concat([
      Buffer.from([0, 255, 128]),
      Buffer.alloc(100_000, 'x'),
      Buffer.from('\r\n'),
    ]);
    await withHop({}, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      expect((await send(session, octets))[2]?.code).toBe(250);
      expect(hop.messages[0]?.octets.equals(octets)).toBe(true);
    });
  });

  test('a large message to a slow next hop: backpressure, and every octet arrives', async () => {
    const octets = Buffer.alloc(6 * 1024 * 1024, `${'y'.repeat(70)}\r\n..dots\r\n`);
    const whole = Buffer.concat([octets, Buffer.from('\r\n')]);
    await withHop(
      { slowMs: 1 },
      { commandTimeoutMs: 20_000, finalReplyTimeoutMs: 20_000 },
      async ({ hop, nextHop }) => {
        const session = await opened(nextHop);
        const sent = hasBareLineEnd(whole) ? octets.subarray(0, octets.lastIndexOf('\r\n') + 2) : whole;
        expect((await send(session, sent))[2]?.code).toBe(250);
        expect(unstuff(hop.messages[0]?.octets ?? Buffer.alloc(0)) === sent.toString('latin1')).toBe(true);
      },
    );
  });

  test('QUIT is never written into DATA (pitfall 7): aborting closes without a dot', async () => {
    const rules = [{ on: 'OCTETS', after: 10, act: 'stall' }] as const;
    await withHop({ rules }, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      const controller = new AbortController();
      await session.mail('<a@sender.example>');
      await session.rcpt('<b@uni.example>');
      const big = Buffer.alloc(30_000_000, 'z'.repeat(78) + '\r\n');
      const replies = session.data(big, { signal: controller.signal });
      setTimeout(() => controller.abort(), 100);
      expect(await replies).toMatchObject([{ code: 451, cause: 'aborted' }]);
      session.release();
      await hop.settled(1);
      const wire = hop.connections[0]?.octets.toString() ?? '';
      expect(wire).not.toContain('QUIT');
      expect(wire).not.toContain('\r\n.\r\n');
      expect((await session.noop()).code).toBe(451);
    });
  });

  test('a signal that fired before: DATA is not said', async () => {
    await withHop({}, {}, async ({ hop, nextHop }) => {
      const session = await opened(nextHop);
      await session.mail('<a@sender.example>');
      await session.rcpt('<b@uni.example>');
      expect(await session.data(MESSAGE, { signal: AbortSignal.abort() })).toMatchObject([
        { code: 451, cause: 'aborted' },
      ]);
      await hop.settled(1);
      expect(hop.connections[0]?.lines.at(-1)).toBe('RCPT TO:<b@uni.example>');
    });
  });

  test('a signal after the final dot changes nothing (R11)', async () => {
    const rules = [{ on: 'END', act: [{ waitMs: 150 }, '250 2.0.0 late'] }] as const;
    await withHop({ rules }, {}, async ({ nextHop }) => {
      const session = await opened(nextHop);
      const controller = new AbortController();
      await session.mail('<a@sender.example>');
      await session.rcpt('<b@uni.example>');
      setTimeout(() => controller.abort(), 60);
      expect((await session.data(MESSAGE, { signal: controller.signal })).map(text)).toEqual([
        '250 2.0.0 late',
      ]);
    });
  });
});
