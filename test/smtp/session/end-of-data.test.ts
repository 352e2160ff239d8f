import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { DataScanner } from '../../../src/smtp/data-scanner.ts';
import { hasBareLineEnd } from '../../../src/smtp/next-hop/outgoing.ts';
import { type Relay, startRelay } from '../support/relay.ts';

/**
 * What stands between `one` and `two`; whether it ends the message; what the next hop reads there. A second message in the rest would be
 * smuggled.
 */
const VARIANTS: readonly (readonly [between: string, ends: boolean, normalized: string])[] = [
  ['\r\n.\r\n', true, ''],
  ['\r\r\n.\r\n', true, ' '],
  ['\n.\n', false, '\r\n.\r\n'],
  ['\n.\r\n', false, '\r\n.\r\n'],
  ['\r\n.\n', false, '\r\n\r\n'],
  ['\r.\r\n', false, ' .\r\n'],
  ['\r.\r', false, ' . '],
  ['\r\n.\r', false, '\r\n '],
  ['\n.\r', false, '\r\n. '],
  ['\r\n.\r\r\n', false, '\r\n \r\n'],
  ['\r\n.\0\r\n', false, '\r\n\0\r\n'],
  ['\r\n\0.\r\n', false, '\r\n\0.\r\n'],
  ['\n..\r\n', false, '\r\n..\r\n'],
  ['\r\n..\r\n', false, '\r\n.\r\n'],
];

const shown = (text: string): string => JSON.stringify(text);

function scan(
  octets: Buffer,
  slices: readonly number[] | undefined,
): { text: string; done: boolean; rest: string } {
  const scanner = new DataScanner();
  const pieces: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < octets.length; turn++) {
    const size = slices === undefined ? octets.length : (slices[turn % slices.length] ?? 1);
    const chunk = octets.subarray(at, at + size);
    const { pieces: more, used, done } = scanner.scan(chunk);
    pieces.push(...more);
    at += used;
    if (done)
      return { text: Buffer.concat(pieces).toString('latin1'), done, rest: octets.toString('latin1', at) };
  }
  return { text: Buffer.concat(pieces).toString('latin1'), done: false, rest: '' };
}

describe('the reader of messages', () => {
  it.each(VARIANTS)('one %j two', (between, ends, normalized) => {
    const octets = Buffer.from(`one${between}two\r\n.\r\nQUIT\r\n`, 'latin1');
    for (const slices of [undefined, [1], [2], [3, 1], [4]]) {
      const { text, done, rest } = scan(octets, slices);
      expect(done).toBe(true);
      const expected = ends
        ? [`one${normalized}\r\n`, 'two\r\n.\r\nQUIT\r\n']
        : [`one${normalized}two\r\n`, 'QUIT\r\n'];
      expect([text, rest]).toEqual(expected);
    }
  });

  it.each([
    ['.\r\n', ''],
    ['..\r\n.\r\n', '.\r\n'],
    ['.a\r\n.\r\n', 'a\r\n'],
    ['\r\n.\r\n', '\r\n'],
    ['...\r\n..\r\n.\r\n', '..\r\n.\r\n'],
    ['a\r\r\r\n.\r\n', 'a  \r\n'],
    ['\r\r\n.\r\n', ' \r\n'],
    ['\n\n.\r\n.\r\n', '\r\n\r\n.\r\n'],
    ['.\r.\r\n.\r\n', ' .\r\n'],
    ['.\n.\r\n\r\n.\r\n', '\r\n.\r\n\r\n'],
  ])('%j is %j', (octets, text) => {
    for (const slices of [undefined, [1], [2]]) {
      expect(scan(Buffer.from(octets, 'latin1'), slices)).toEqual({ text, done: true, rest: '' });
    }
  });

  it('reads the same in any slices, gives out no bare CR or LF, and ends only at CRLF . CRLF', () => {
    const words = fc.constantFrom(
      '\r',
      '\n',
      '.',
      '\r\n',
      '\r\n.',
      '\r\n.\r\n',
      '\n.\n',
      '\r.\r',
      'a',
      '\0',
      'xyz',
    );
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 }),
        (parts, slices) => {
          const octets = Buffer.from(parts.join(''), 'latin1');
          const whole = scan(octets, undefined);
          expect(scan(octets, slices)).toEqual(whole);
          const end = octets.toString('latin1').indexOf('\r\n.\r\n');
          const first = octets.toString('latin1').startsWith('.\r\n');
          expect(whole.done).toBe(first || end !== -1);
          // A CR at the very end may yet be the first half of a line end, so it is not out.
          expect(hasBareLineEnd(Buffer.from(whole.text, 'latin1'))).toBe(false);
          const rest = whole.done ? octets.toString('latin1', first ? 3 : end + 5) : '';
          expect(whole.rest).toBe(rest);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('keeps clean octets as they are', () => {
    const clean = fc.array(fc.stringMatching(/^[^\r\n.][^\r\n]*$/), { maxLength: 30 });
    fc.assert(
      fc.property(clean, (lines) => {
        const text = lines.map((line) => `${line}\r\n`).join('');
        const octets = Buffer.from(text, 'utf8');
        expect(scan(Buffer.concat([octets, Buffer.from('.\r\n')]), [5]).text).toBe(octets.toString('latin1'));
      }),
    );
  });
});

let relay: Relay | undefined;
afterEach(async () => {
  await relay?.close();
  relay = undefined;
});

describe('R9 P5 P6: end of data on the wire', () => {
  const smuggled = 'MAIL FROM:<ceo@uni.example>\r\nRCPT TO:<b@uni.example>\r\nDATA\r\nFake\r\n.\r\n';

  it.each(VARIANTS.flatMap((row) => [[...row, 'whole'] as const, [...row, 'octet by octet'] as const]))(
    'one %j two, ends: %j, next hop: %j, %s',
    async (between, ends, normalized, how) => {
      relay = await startRelay();
      const client = await relay.greeted();
      await client.say('MAIL FROM:<a@sender.example>');
      await client.say('RCPT TO:<b@uni.example>');
      await client.say('DATA');
      const octets = `Subject: x\r\n\r\none${between}${smuggled}`;
      if (how === 'whole') client.send(octets);
      else await client.pour(octets);
      expect((await client.reply()).at(-1)).toMatch(/^250/);
      await client.silence(30);
      const first = relay.hop.messages[0]?.octets.toString('latin1') ?? '';
      const body = ends ? `one${normalized}\r\n` : `one${normalized}${smuggled.slice(0, -3)}`;
      expect(shown(first.replaceAll('\r\n..', '\r\n.'))).toBe(shown(`Subject: x\r\n\r\n${body}`));
      // Behind a true end of data a client may well send a second message, if it waits for the 354.
      expect(relay.hop.messages.length).toBeLessThanOrEqual(ends ? 2 : 1);
      for (const { octets: raw } of relay.hop.messages) expect(hasBareLineEnd(raw)).toBe(false);
    },
  );

  it.each([
    ['bare LF', 'a\nb', 1],
    ['bare CR', 'a\rb', 1],
    ['CR CR LF', 'a\r\r\nb', 1],
  ])('line_ends: reject refuses %s behind the strict end of data', async (_name, body, count) => {
    relay = await startRelay({ listener: { lineEnds: 'reject' } });
    const client = await relay.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    await client.say('RCPT TO:<b@uni.example>');
    await client.say('DATA');
    expect(await client.say(`${body}\r\n.`)).toBe('550 5.5.2 The message holds bare CR or LF');
    expect(await client.say('NOOP')).toMatch(/^250/);
    expect(relay.hop.messages).toEqual([]);
    expect(relay.events).toContainEqual(
      expect.objectContaining({ kind: 'message', limit: 'line_ends', lineEnds: count, outcome: 'refused' }),
    );
  });

  it('normalize says so to the filter and counts', async () => {
    let reasons: unknown;
    relay = await startRelay({
      filter: {
        filter: (_original, context) => {
          ({ reasons } = context);
          return Promise.resolve({ edits: [], report: undefined });
        },
      },
    });
    const client = await relay.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    await client.say('RCPT TO:<b@uni.example>');
    await client.say('DATA');
    await client.say('a\nb\0\r\n.');
    expect(reasons).toEqual(['line-ends']);
    expect(relay.hop.messages[0]?.octets.toString('latin1')).toBe('a\r\nb\0\r\n');
    expect(relay.events).toContainEqual(expect.objectContaining({ kind: 'message', lineEnds: 1 }));
  });

  it('R9: octets that come before the reply to DATA are no message', async () => {
    relay = await startRelay();
    const client = await relay.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    await client.say('RCPT TO:<b@uni.example>');
    client.send('DATA\r\nSubject: early\r\n\r\nhi\r\n.\r\nMAIL FROM:<x@y.example>\r\n');
    expect(await client.reply()).toEqual(['554 5.5.0 Data came before the reply to DATA']);
    expect(await client.reply()).toEqual(['closed']);
    expect(relay.hop.messages).toEqual([]);
  });

  it('R10: long lines and 8-bit octets pass as they are', async () => {
    relay = await startRelay();
    const client = await relay.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    await client.say('RCPT TO:<b@uni.example>');
    await client.say('DATA');
    const body = `Require-TLS-ESMTP: yes\r\n\r\n${'x'.repeat(70_000)}\r\n\xff\xfe\0\r\n`;
    client.send(`${body}.\r\n`);
    expect((await client.reply()).at(-1)).toMatch(/^250/);
    expect(relay.hop.messages[0]?.octets.toString('latin1') === body).toBe(true);
  });
});
