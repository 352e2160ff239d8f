import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../../src/smtp/memory-budget.ts';
import { MessageStore } from '../../../src/smtp/message-store.ts';
import { Original } from '../../../src/smtp/original.ts';
import type { WireClient } from '../support/client.ts';
import { PLAIN_FILTER, type Relay, type RelayOptions, REPORT, startRelay } from '../support/relay.ts';

let relay: Relay | undefined;
afterEach(async () => {
  await relay?.close();
  relay = undefined;
});

async function start(options: RelayOptions): Promise<Relay> {
  relay = await startRelay(options);
  return relay;
}

async function upToData(one: Relay): Promise<WireClient> {
  const client = await one.greeted();
  await client.say('MAIL FROM:<a@sender.example>');
  await client.say('RCPT TO:<b@uni.example>');
  expect(await client.say('DATA')).toMatch(/^354/);
  return client;
}

describe('R17: limits', () => {
  it('connections in all', async () => {
    const one = await start({ limits: { connections: 2 } });
    const first = await one.greeted();
    await one.greeted();
    const third = await one.client();
    expect(await third.reply()).toEqual(['421 4.7.0 Too many connections, try again later']);
    first.close();
    await first.closed();
    await pause(30);
    expect(await (await one.client()).reply()).toEqual(['220 mx.example ESMTP mailsluice']);
    expect(one.events).toContainEqual(expect.objectContaining({ kind: 'limit', limit: 'connections' }));
  });

  it('connections of one client; trusted peers are not counted', async () => {
    const one = await start({ limits: { connectionsPerClient: 1 } });
    const first = await one.greeted();
    expect((await (await one.client()).reply())[0]).toMatch(/^421 4\.7\.0/);
    first.close();
    await first.closed();
    await pause(30);
    await one.greeted();
    one.server.update({ ...one.options, listener: { ...one.options.listener, trustedPeers: ['127.0.0.1'] } });
    expect((await (await one.client()).reply())[0]).toMatch(/^220/);
    expect((await (await one.client()).reply())[0]).toMatch(/^220/);
  });

  it('who may connect', async () => {
    const one = await start({ listener: { clients: ['192.0.2.0/24', '2001:db8::/32'] } });
    const client = await one.client();
    expect(await client.reply()).toEqual(['554 5.7.1 You may not connect here']);
    expect(await client.line()).toBe('closed');
  });

  it('recipients', async () => {
    const one = await start({ limits: { recipients: 2 } });
    const client = await one.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    expect(await client.say('RCPT TO:<b@uni.example>')).toMatch(/^250/);
    expect(await client.say('RCPT TO:<c@uni.example>')).toMatch(/^250/);
    expect(await client.say('RCPT TO:<d@uni.example>')).toBe('452 4.5.3 Too many recipients');
    await client.say('DATA');
    expect(await client.say('x\r\n.')).toMatch(/^250/);
    expect(one.hop.messages[0]?.rcpts.length).toBe(2);
  });

  it('commands are counted anew behind each message', async () => {
    const one = await start({ limits: { commands: 6 } });
    const client = await one.greeted();
    for (let turn = 0; turn < 4; turn++) {
      await client.say('MAIL FROM:<a@sender.example>');
      await client.say('RCPT TO:<b@uni.example>');
      await client.say('DATA');
      expect(await client.say('x\r\n.')).toMatch(/^250/);
    }
  });

  it('a session’s life, also in the middle of a message', async () => {
    const one = await start({ limits: { sessionLifeMs: 3000 } });
    const client = await upToData(one);
    const sending = setInterval(() => client.send('a line that comes in time\r\n'), 10);
    expect(await client.line()).toMatch(/^421 4\.4\.2 This session has lasted too long/);
    clearInterval(sending);
    await one.hop.settled(1);
    expect(one.hop.connections[0]?.octets.toString()).not.toContain('DATA');
  });

  it('the header', async () => {
    const one = await start({ limits: { headerBytes: 1000 } });
    const client = await upToData(one);
    expect(await client.say(`X: ${'y'.repeat(1000)}\r\n\r\nhi\r\n.`)).toMatch(/^552 5\.3\.4 Message header/);
    await client.say('MAIL FROM:<a@sender.example>');
    await client.say('RCPT TO:<b@uni.example>');
    await client.say('DATA');
    expect(await client.say(`X: y\r\n\r\n${'z'.repeat(1000)}\r\n.`)).toMatch(/^250/);
  });

  it('a message that is too large is read to its end, refused, and leaves nothing behind', async () => {
    const one = await start({ limits: { messageBytes: 100_000 } });
    const client = await upToData(one);
    client.send(`${'x'.repeat(78)}\r\n`.repeat(5000));
    expect(await client.say('.')).toMatch(/^552 5\.3\.4/);
    expect(await client.say('MAIL FROM:<a@sender.example>')).toMatch(/^250/);
    expect(one.hop.messages).toEqual([]);
  });
});

describe('R13: the filter', () => {
  const halfDone = [{ start: 0, end: 1, replacement: Buffer.from('half done') }];

  it.each([
    [
      'that fails lets the message pass as it came, with our trace',
      { report: undefined },
      /^250/,
      /^Received: .*\r\nSubject: x\r\n\r\nhi\r\n$/s,
    ],
    ['that asks for another try gets it', { report: undefined, tempfail: true }, /^451 4\.3\.0/, /^nothing$/],
  ] as const)('one %s', async (_name, answer, reply, relayed) => {
    const one = await start({
      listener: { received: true },
      filter: { filter: () => Promise.resolve({ edits: halfDone, ...answer }) },
    });
    const client = await upToData(one);
    expect(await client.say('Subject: x\r\n\r\nhi\r\n.')).toMatch(reply);
    expect(one.hop.messages[0]?.octets.toString() ?? 'nothing').toMatch(relayed);
  });

  it('one that throws all the same', async () => {
    const one = await start({ filter: { filter: () => Promise.reject(new Error('bug')) } });
    const client = await upToData(one);
    expect(await client.say('Subject: x\r\n\r\nhi\r\n.')).toMatch(/^250/);
    expect(one.hop.messages[0]?.octets.toString()).toBe('Subject: x\r\n\r\nhi\r\n');
  });

  it('has no more time than rewrite_time', async () => {
    let budget = 0;
    const one = await start({
      limits: { rewriteTimeMs: 1234 },
      filter: {
        filter: (original, context, budgetMs) => {
          budget = budgetMs;
          return PLAIN_FILTER.filter(original, context, budgetMs);
        },
      },
    });
    await (await upToData(one)).say('x\r\n.');
    expect(budget).toBe(1234);
  });

  it('R21: one event a message, and nothing of the message in it', async () => {
    const one = await start({});
    await (await upToData(one)).say('Subject: secret words\r\n\r\nhttps://secret.example/\r\n.');
    const events = one.events.filter(({ kind }) => kind === 'message');
    expect(events).toMatchObject([
      { outcome: 'relayed', code: 250, enhanced: '2.0.0', nextHopCode: 250, recipients: 1, result: 'none' },
    ]);
    expect(JSON.stringify(one.events)).not.toMatch(/secret|uni\.example|sender\.example/);
  });
});

describe('memory in flight', () => {
  it('a large message waits in a file without a name that nobody else can read', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mailsluice-spool-'));
    const store = new MessageStore(new MemoryBudget(1_000_000), directory);
    const line = Buffer.from(`${'x'.repeat(998)}\r\n`);
    for (let count = 0; count < 3000; count++) await store.add([line], line);
    expect(store.spooled).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
    const whole = await (await Original.load(store)).octets();
    expect(whole.length).toBe(3_000_000);
    expect(whole.equals(Buffer.concat(Array<Buffer>(3000).fill(line)))).toBe(true);
    await store.discard();
    rmSync(directory, { recursive: true });
  });

  it('a middling one too, where there is no room', async () => {
    const budget = new MemoryBudget(400_000);
    const store = new MessageStore(budget, tmpdir());
    const add = (bytes: number): Promise<void> => {
      const chunk = Buffer.alloc(bytes);
      return store.add([chunk], chunk);
    };
    await add(30_000);
    expect([store.spooled, budget.usedBytes]).toEqual([false, 0]);
    await add(50_000);
    expect([store.spooled, budget.usedBytes]).toEqual([false, 80_000]);
    await add(50_000);
    expect([store.spooled, budget.usedBytes]).toEqual([true, 0]);
    expect((await Original.load(store)).bytes).toBe(130_000);
    await store.discard();
  });

  it.each([
    [50_000, true],
    [1_000_000, false],
  ])('a message of 100 kB, with room for %i: in a file %s', async (memoryInFlightBytes, spooled) => {
    const one = await start({ limits: { memoryInFlightBytes } });
    const client = await upToData(one);
    client.send('a line of twenty-five oct\r\n'.repeat(4_000));
    expect(await client.say('.')).toMatch(/^250/);
    expect(one.events).toContainEqual(expect.objectContaining({ kind: 'message', spooled }));
  });

  it('large messages take turns, small ones pass, one above all limits passes alone', async () => {
    const budget = new MemoryBudget(1600);
    const never = new AbortController().signal;
    const first = await budget.reserve(900, false, never);
    let second = false;
    const waiting = budget.reserve(900, false, never).then((room) => {
      second = true;
      return room;
    });
    expect(await budget.reserve(200, true, never)).toBeDefined();
    expect(budget.take(400)).toBe(true);
    expect(budget.take(1)).toBe(false);
    budget.give(400);
    expect(await budget.reserve(50, false, AbortSignal.timeout(20))).toBeUndefined();
    expect(second).toBe(false);
    first?.release();
    first?.release();
    const shrunk = await waiting;
    expect(budget.usedBytes).toBe(1100);
    shrunk?.shrink(100);
    expect(budget.usedBytes).toBe(300);
    shrunk?.release();
    const giant = await budget.reserve(5000, false, never);
    expect(giant).toBeDefined();
    giant?.release();
    expect(budget.usedBytes).toBe(200);
  });

  it('no room on the disk: 452 4.3.1', async () => {
    const spoolDirectory = join(tmpdir(), 'mailsluice-no-such-directory');
    const one = await start({ tuning: { spoolDirectory } });
    const client = await upToData(one);
    client.send(`${'x'.repeat(998)}\r\n`.repeat(2000));
    expect(await client.say('.')).toMatch(/^452 4\.3\.1/);
    expect(await client.say('NOOP')).toMatch(/^250/);
  });

  it.each([
    ['the filter fails', undefined, (body: string) => body],
    [
      'edits are made on their way',
      [
        { start: 0, end: 0, replacement: Buffer.from('X: y\r\n') },
        { start: 131_070, end: 131_080, replacement: Buffer.from('z'.repeat(10)) },
        { start: 2_100_000, end: 2_100_000, replacement: Buffer.from('the end\r\n') },
      ],
      (body: string) => `X: y\r\n${body.slice(0, 131_070)}${'z'.repeat(10)}${body.slice(131_080)}the end\r\n`,
    ],
    [
      'edits are as large as itself',
      [{ start: 21, end: 2_099_979, replacement: Buffer.from('it must not be lost\r\n'.repeat(99_998)) }],
      (body: string) => body,
    ],
  ] as const)('a large message goes out of its file as it is to be: %s', async (_name, edits, expected) => {
    const one = await start({
      filter: {
        filter: () =>
          edits === undefined ? Promise.reject(new Error('bug')) : Promise.resolve({ edits, report: REPORT }),
      },
    });
    const client = await upToData(one);
    const body = 'it must not be lost\r\n'.repeat(100_000);
    client.send(body);
    expect(await client.say('.')).toMatch(/^250/);
    expect(one.hop.messages[0]?.octets.toString() === expected(body)).toBe(true);
  });

  it('spooled messages arrive octet for octet', async () => {
    const spoolDirectory = mkdtempSync(join(tmpdir(), 'mailsluice-spool-'));
    mkdirSync(spoolDirectory, { recursive: true });
    const one = await start({ tuning: { spoolDirectory } });
    const client = await upToData(one);
    const body = Array.from(
      { length: 120_000 },
      (_, at) => `${at % 7 === 0 ? '.' : ''}line ${at} \xe9\r\n`,
    ).join('');
    client.send(body.replace(/^\./gm, '..'));
    expect(await client.say('.')).toMatch(/^250/);
    const got = one.hop.messages[0]?.octets.toString('latin1').replace(/^\.\./gm, '.');
    expect(got === body).toBe(true);
    expect(one.events).toContainEqual(expect.objectContaining({ kind: 'message', spooled: true }));
  });
});
