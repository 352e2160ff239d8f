import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SmtpEvent } from '../../../src/smtp/events.ts';
import type { MessageFilter } from '../../../src/smtp/filter.ts';
import { createAuthority } from '../support/certificates.ts';
import type { WireClient } from '../support/client.ts';
import { PLAIN_FILTER, type Relay, type RelayOptions, startRelay } from '../support/relay.ts';

const authority = createAuthority();
let relay: Relay | undefined;
afterEach(async () => {
  await relay?.close();
  relay = undefined;
});

async function start(options: RelayOptions = {}): Promise<Relay> {
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

const messages = (events: readonly SmtpEvent[]): readonly SmtpEvent[] =>
  events.filter(({ kind }) => kind === 'message');

const slowFilter = (ms: number): NonNullable<RelayOptions['filter']> => ({
  filter: async (original, context, budgetMs) => {
    await pause(ms);
    return PLAIN_FILTER.filter(original, context, budgetMs);
  },
});

describe('R1: the next hop is away', () => {
  it('EHLO offers what needs nobody else, MAIL gets 451 4.4.1, the session goes on', async () => {
    const one = await start({ away: true });
    const client = await one.client();
    await client.reply();
    client.send('EHLO client.example\r\n');
    expect(await client.reply()).toEqual([
      '250-mx.example',
      '250-PIPELINING',
      '250-SIZE 20000000',
      '250-8BITMIME',
      '250 ENHANCEDSTATUSCODES',
    ]);
    expect(await client.say('MAIL FROM:<a@sender.example>')).toMatch(/^451 4\.4\.1 /);
    expect(await client.say('NOOP')).toMatch(/^250/);
    expect(one.events).toContainEqual(expect.objectContaining({ kind: 'unavailable', cause: 'refused' }));
  });

  it.each([
    ['says 421 in its greeting', '421 4.3.2 busy'],
    ['says 554 in its greeting', '554 5.7.1 you may not'],
    ['says no SMTP', 'HTTP/1.1 400 Bad Request'],
    ['closes', 'close'],
    ['resets', 'reset'],
  ] as const)('%s: 4xx', async (_name, act) => {
    const one = await start({ hop: { rules: [{ on: 'CONNECT', act }] } });
    const client = await one.greeted();
    expect(await client.say('MAIL FROM:<a@sender.example>')).toMatch(/^45\d 4\./);
  });

  it.each([
    ['before the 354', 'DATA', 'close'],
    ['behind the 354', 'OCTETS', 'reset'],
    ['instead of a reply', 'END', 'close'],
    ['with garbage', 'END', 'hello'],
    ['with 421', 'END', '421 4.3.0 crash'],
  ] as const)('leaving %s: 451, and the next message finds another connection', async (_name, on, act) => {
    const one = await start({ hop: { rules: [{ on, act, times: 1, after: 1 }] } });
    const client = await upToData(one);
    expect(await client.say('x\r\n.')).toMatch(/^451 4\./);
    expect(await client.say('MAIL FROM:<a@sender.example>')).toMatch(/^250/);
    expect(await client.say('RCPT TO:<b@uni.example>')).toMatch(/^250/);
    await client.say('DATA');
    expect(await client.say('x\r\n.')).toMatch(/^250/);
  });
});

describe('time', () => {
  it('R12: a next hop that stalls in the middle of the message: 451 4.4.2, closed without a dot', async () => {
    const one = await start({ limits: { deadlineMs: 800 }, hop: { rules: [{ on: 'DATA', act: 'stall' }] } });
    const client = await upToData(one);
    expect(await client.say('x\r\n.')).toBe('451 4.4.2 The next hop did not take the message in time');
    await one.hop.settled(1);
    expect(one.hop.connections[0]?.octets.toString().endsWith('DATA\r\n')).toBe(true);
    expect(one.hop.connections[0]?.ended).toBe(true);
    expect(messages(one.events)).toMatchObject([{ outcome: 'deferred', limit: 'deadline' }]);
  });

  it.each(['MAIL', 'RCPT'])('R12: a next hop that stalls at %s', async (on) => {
    const one = await start({ limits: { deadlineMs: 200 }, hop: { rules: [{ on, act: 'stall' }] } });
    const client = await one.greeted();
    const first = await client.say('MAIL FROM:<a@sender.example>');
    const reply = on === 'MAIL' ? first : await client.say('RCPT TO:<b@uni.example>');
    expect(reply).toBe('451 4.4.2 The next hop did not answer in time');
    expect(await client.say('NOOP')).toMatch(/^250/);
    const told = one.events.filter(({ kind }) => kind === 'limit' || kind === 'unavailable');
    expect(told).toMatchObject([{ kind: 'limit', limit: 'deadline' }]);
  });

  it.each(['MAIL', 'RCPT'])('R12: a next hop that leaves at %s, and is told of once', async (on) => {
    const one = await start({ hop: { rules: [{ on, act: 'close' }] } });
    const client = await one.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    if (on === 'RCPT') {
      expect(await client.say('RCPT TO:<b@uni.example>')).toMatch(/^451 4\.4\.2/);
      expect(await client.say('RCPT TO:<c@uni.example>')).toMatch(/^451 4\.4\.2/);
    }
    const told = one.events.filter(({ kind }) => kind === 'limit' || kind === 'unavailable');
    expect(told).toMatchObject([{ kind: 'unavailable', cause: 'closed' }]);
  });

  it('R12: a next hop that is silent at its greeting', async () => {
    const one = await start({
      limits: { deadlineMs: 200 },
      hop: { rules: [{ on: 'CONNECT', act: 'stall' }] },
    });
    const client = await one.greeted();
    expect(await client.say('MAIL FROM:<a@sender.example>')).toMatch(/^451 4\.4\.2/);
    expect(one.events).toContainEqual(expect.objectContaining({ kind: 'limit', limit: 'deadline' }));
  });

  it('R12: rewriting that takes all the time', async () => {
    const one = await start({ limits: { deadlineMs: 800 }, filter: slowFilter(1200) });
    const client = await upToData(one);
    expect(await client.say('x\r\n.')).toMatch(/^451 4\.4\.2/);
    expect(one.hop.connections[0]?.octets.toString()).not.toContain('DATA');
  });

  it('R1: behind our final dot there is no giving up', async () => {
    const act = [{ waitMs: 1500 }, '250 2.0.0 late'];
    const one = await start({ limits: { deadlineMs: 800 }, hop: { rules: [{ on: 'END', act }] } });
    const client = await upToData(one);
    expect(await client.say('x\r\n.')).toBe('250 2.0.0 late');
  });

  it('no reply to the final dot is a possible double', async () => {
    const one = await start({
      nextHop: { finalReplyTimeoutMs: 150 },
      hop: { rules: [{ on: 'END', act: 'stall' }] },
    });
    const client = await upToData(one);
    expect(await client.say('x\r\n.')).toMatch(/^451 4\./);
    expect(messages(one.events)).toMatchObject([{ possibleDouble: true, outcome: 'deferred' }]);
  });

  it('R17: a message that comes too slowly', async () => {
    const one = await start({ limits: { minRateBytes: 1000 }, tuning: { rateWindowMs: 100 } });
    const client = await upToData(one);
    client.send('slow');
    expect(await client.line()).toBe('421 4.4.2 The message comes too slowly, closing connection');
    expect(await client.line()).toBe('closed');
    await one.hop.settled(1);
    expect(one.hop.connections[0]?.octets.toString()).not.toContain('DATA');
  });

  it('a next hop that waits for a slow client hears from us', async () => {
    const one = await start({ tuning: { keepAliveMs: 40 } });
    const client = await upToData(one);
    const noops = (): number => one.hop.connections[0]?.lines.filter((line) => line === 'NOOP').length ?? 0;
    await vi.waitFor(() => expect(noops()).toBeGreaterThan(1), 5000);
    expect(await client.say('x\r\n.')).toMatch(/^250/);
    const before = noops();
    await pause(150);
    expect(noops()).toBe(before);
  });

  it('R12: a next hop that leaves while the client is slow is told of once, when it happens', async () => {
    const one = await start({ tuning: { keepAliveMs: 40 }, hop: { rules: [{ on: 'NOOP', act: 'close' }] } });
    const client = await one.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    await client.say('RCPT TO:<b@uni.example>');
    const told = (): readonly SmtpEvent[] => one.events.filter(({ kind }) => kind === 'unavailable');
    await vi.waitFor(() => expect(told()).toMatchObject([{ cause: 'closed' }]), 5000);
    expect(await client.say('RCPT TO:<c@uni.example>')).toMatch(
      /^451 4\.4\.2 The connection to the next hop/,
    );
    expect(await client.say('DATA')).toMatch(/^451 4\.4\.2 The connection to the next hop/);
    expect(told()).toHaveLength(1);
  });
});

describe('R11: the client leaves', () => {
  it.each(['close', 'reset'] as const)(
    'in the middle of its message, by %s: nothing is sent on',
    async (how) => {
      const one = await start();
      const client = await upToData(one);
      client.send('Subject: half\r\n\r\nhalf a mess');
      await client.silence(30);
      client[how]();
      await pause(100);
      expect(one.server.connections).toBe(0);
      expect(one.hop.connections[0]?.octets.toString()).not.toContain('DATA');
    },
  );

  it.each(['close', 'reset'] as const)('while its message is cleaned, by %s: no dot', async (how) => {
    const one = await start({ filter: slowFilter(150) });
    const client = await upToData(one);
    client.send('x\r\n.\r\n');
    await client.silence(30);
    client[how]();
    await vi.waitFor(() => expect(messages(one.events)).toMatchObject([{ outcome: 'gone' }]), 5000);
    expect(one.hop.messages).toEqual([]);
    expect(one.events.filter(({ kind }) => kind === 'limit')).toEqual([]);
  });

  it.skipIf(authority === undefined)(
    'between two copies of its message, over TLS: no fault of ours',
    async () => {
      const contexts = new Map([['*', authority?.issue(['DNS:mx.example']) ?? {}]]);
      const tls = { contexts, requireClientCert: false };
      const one = await start({
        listener: { protocol: 'lmtp', tls, implicitTls: true, received: true },
        hop: { protocol: 'lmtp' },
        filter: {
          policyFor: (recipient) => recipient,
          filter: async (original, context, budgetMs) => {
            client.reset();
            await pause(100);
            return PLAIN_FILTER.filter(original, context, budgetMs);
          },
        },
      });
      const client = await one.client();
      await client.startTls({ servername: 'mx.example' });
      await client.reply();
      client.send('LHLO client.example\r\n');
      await client.reply();
      for (const line of [
        'MAIL FROM:<a@sender.example>',
        'RCPT TO:<b@uni.example>',
        'RCPT TO:<c@uni.example>',
      ])
        expect(await client.say(line)).toMatch(/^250/);
      await client.say('DATA');
      client.send('x: y\r\n\r\n.\r\n');
      await vi.waitFor(() => expect(one.events.at(-1)).toMatchObject({ kind: 'closed' }), 5000);
      expect(one.events.filter(({ kind }) => kind === 'fault')).toEqual([]);
      expect(messages(one.events)).toMatchObject([{ outcome: 'gone' }, { outcome: 'gone' }]);
      expect(one.hop.messages).toEqual([]);
    },
  );

  it('together with its final dot: nothing is sent on, nobody would hear that it arrived', async () => {
    const one = await start({ filter: slowFilter(50) });
    const client = await upToData(one);
    client.send('x\r\n.\r\n');
    client.close();
    await pause(300);
    expect(one.hop.messages).toEqual([]);
    expect(messages(one.events)).toMatchObject([{ outcome: 'gone' }]);
  });

  // Exim sends its last message so; until its replies are there it keeps its side open.
  it.each([
    ['in one segment', ['x\r\n.\r\nQUIT\r\n']],
    ['octet by octet', [...'x\r\n.\r\nquit\r\n']],
  ])('not, where it says QUIT behind its final dot and closes its sending side, %s', async (_, pieces) => {
    const one = await start({ filter: slowFilter(150) });
    const client = await upToData(one);
    for (const piece of pieces) await client.pour(piece);
    client.close();
    expect(await client.line()).toMatch(/^250/);
    expect(await client.line()).toMatch(/^221/);
    await client.closed();
    expect(one.hop.messages).toMatchObject([{ accepted: true }]);
    await vi.waitFor(() => expect(one.server.connections).toBe(0), 5000);
    expect(messages(one.events)).toMatchObject([{ outcome: 'relayed', clientGone: false }]);
  });

  it('in the middle of a message that ends in the word QUIT: nothing is sent on', async () => {
    const one = await start();
    const client = await upToData(one);
    client.send('Subject: x\r\n\r\nQUIT\r\n');
    client.close();
    await vi.waitFor(() => expect(one.server.connections).toBe(0), 5000);
    expect(one.hop.connections[0]?.octets.toString()).not.toContain('DATA');
  });

  it('while its message waits for memory: that is no limit', async () => {
    const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const filter: MessageFilter['filter'] = async (...args) => {
      begun.resolve();
      await gate.promise;
      return PLAIN_FILTER.filter(...args);
    };
    const one = await start({ filter: { filter }, limits: { memoryInFlightBytes: 10 } });
    const first = await upToData(one);
    first.send('x\r\n.\r\n');
    await begun.promise;
    const second = await upToData(one);
    second.send('x\r\n.\r\n');
    second.close();
    await vi.waitFor(() => expect(messages(one.events)).toMatchObject([{ outcome: 'gone' }]), 5000);
    gate.resolve();
    await vi.waitFor(() => expect(messages(one.events)).toHaveLength(2), 5000);
    expect(one.events.filter(({ kind }) => kind === 'limit')).toEqual([]);
  });

  it('while the message goes to the next hop: no dot', async () => {
    const one = await start({ hop: { rules: [{ on: 'DATA', act: [{ waitMs: 200 }, '354 go'] }] } });
    const client = await upToData(one);
    client.send('x\r\n.\r\n');
    await client.silence(50);
    client.reset();
    await pause(300);
    expect(one.hop.messages.filter(({ accepted }) => accepted)).toEqual([]);
    expect(messages(one.events)).toMatchObject([{ outcome: 'gone' }]);
  });

  it('between our dot and the reply: counted, because it will send the message again', async () => {
    const act = [{ waitMs: 500 }, '250 2.0.0 ok'];
    const one = await start({ hop: { rules: [{ on: 'END', act }] } });
    const client = await upToData(one);
    client.send('x\r\n.\r\n');
    for (let tries = 0; one.hop.messages.length === 0 && tries < 200; tries += 1) await pause(10);
    client.reset();
    for (let tries = 0; messages(one.events).length === 0 && tries < 200; tries += 1) await pause(20);
    expect(messages(one.events)).toMatchObject([{ outcome: 'relayed', clientGone: true }]);
  });

  it('in the middle of the envelope: the next hop’s transaction is reset', async () => {
    const one = await start();
    const client = await one.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    client.close();
    await pause(100);
    expect(one.hop.connections[0]?.lines).toEqual([
      'EHLO relay.example',
      'MAIL FROM:<a@sender.example>',
      'RSET',
    ]);
  });
});

describe('R18 P37: drain and reload', () => {
  it('idle sessions get 421 at once, running transactions end first, nobody new comes in', async () => {
    const one = await start({ filter: slowFilter(150) });
    const idle = await one.greeted();
    const busy = await one.greeted();
    await busy.say('MAIL FROM:<a@sender.example>');
    const done = one.server.drain();
    expect(await idle.line()).toBe('421 4.3.2 Service is shutting down');
    expect(await idle.line()).toBe('closed');
    expect(await busy.say('RCPT TO:<b@uni.example>')).toMatch(/^250/);
    await busy.say('DATA');
    expect(await busy.say('x\r\n.')).toMatch(/^250/);
    expect(await busy.line()).toBe('421 4.3.2 Service is shutting down');
    await done;
    await expect(one.client()).rejects.toThrow('ECONNREFUSED');
    expect(one.hop.messages.length).toBe(1);
  });

  it('what does not end in time is cut off, the next hop without a dot', async () => {
    const one = await start({ limits: { drainMs: 150 }, filter: slowFilter(1000) });
    const client = await upToData(one);
    client.send('x\r\n.\r\n');
    await client.silence(20);
    await one.server.drain();
    expect(await client.line()).toMatch(/^4[25]1 /);
    expect(one.hop.messages).toEqual([]);
    expect(one.server.connections).toBe(0);
  });

  it('new options reach running sessions at their next command, and drop none', async () => {
    const one = await start();
    const client = await one.greeted();
    const { options } = one;
    one.server.update({
      ...options,
      hostname: 'new.example',
      listener: { ...options.listener, recipientDomains: ['uni.example'] },
      limits: { ...options.limits, messageBytes: 5000 },
    });
    client.send('EHLO client.example\r\n');
    expect(await client.reply()).toEqual(expect.arrayContaining(['250-new.example', '250-SIZE 5000']));
    await client.say('MAIL FROM:<a@sender.example>');
    expect(await client.say('RCPT TO:<b@else.example>')).toMatch(/^554 5\.7\.1/);
    expect(await client.say('RCPT TO:<b@uni.example>')).toMatch(/^250/);
  });

  it('a certificate that cannot be used is not taken', async () => {
    const one = await start();
    const tls = { contexts: new Map([['*', { cert: 'no', key: 'no' }]]), requireClientCert: false };
    const { options } = one;
    expect(() => one.server.update({ ...options, listener: { ...options.listener, tls } })).toThrow(
      /PEM|key|start line/i,
    );
    expect(await (await one.greeted()).say('NOOP')).toMatch(/^250/);
  });
});
