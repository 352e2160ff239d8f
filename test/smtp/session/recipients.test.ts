import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { mayReceive, readPath } from '../../../src/smtp/path.ts';
import { PLAIN_FILTER, type Relay, type RelayOptions, startRelay } from '../support/relay.ts';

let relay: Relay | undefined;
afterEach(async () => {
  await relay?.close();
  relay = undefined;
});

async function start(options: RelayOptions): Promise<Relay> {
  relay = await startRelay(options);
  return relay;
}

describe('never an open relay', () => {
  it.each([
    ['<b@uni.example>', true],
    ['<B@UNI.Example>', true],
    ['<postmaster>', true],
    ['<PostMaster>', true],
    ['<b@xn--bcher-kva.example>', true],
    ['b@uni.example', true],
    ['<"b c"@uni.example>', true],
    ['<b+x=y/z@uni.example>', true],
    ['<b@sub.uni.example>', false],
    ['<b@uni.example.>', false],
    ['<b@evil.example>', false],
    ['<b@evil.example@uni.example>', false],
    ['<"b@evil.example"@uni.example>', false],
    ['<"b\\@evil.example"@uni.example>', false],
    ['<b%evil.example@uni.example>', false],
    ['<"b%evil.example"@uni.example>', false],
    ['<evil.example!b@uni.example>', false],
    ['<"evil.example!b"@uni.example>', false],
    ['<@uni.example:b@evil.example>', false],
    ['<@uni.example:b@uni.example>', false],
    ['<b@[127.0.0.1]>', false],
    ['<b@uni.example@[127.0.0.1]>', false],
    ['<b>', false],
    ['<b%evil.example>', false],
    ['<postmaster@evil.example>', false],
    ['<>', false],
  ])('RCPT TO:%s %s', async (argument, passes) => {
    const recipientDomains = ['uni.example', 'xn--bcher-kva.example'];
    const one = await start({ listener: { recipientDomains } });
    const client = await one.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    const reply = await client.say(`RCPT TO:${argument}`);
    expect(reply).toBe(passes ? '250 2.0.0 ok' : '554 5.7.1 Relay access denied');
    expect(one.hop.connections[0]?.lines.includes(`RCPT TO:${argument}`)).toBe(passes);
  });

  it('domains in UTF-8 are the same as their A-labels', () => {
    const path = readPath(Buffer.from('<b@Bücher.example>', 'utf8').toString('latin1'));
    expect(path && mayReceive(path, ['xn--bcher-kva.example'])).toBe(true);
  });
});

describe('R6: recipients with different policies', () => {
  const policyFor = (recipient: string): string => (recipient.startsWith('staff') ? 'staff' : 'default');
  const asked: (readonly string[])[] = [];
  const filter: NonNullable<RelayOptions['filter']> = {
    policyFor,
    filter: (original, context, budgetMs) => {
      asked.push([...context.policies, ...(context.recipients ?? [])]);
      return PLAIN_FILTER.filter(
        original,
        { ...context, prepend: Buffer.from(`P: ${context.policies.join()}\r\n`) },
        budgetMs,
      );
    },
  };

  it('strictest: one copy, the filter hears of all policies', async () => {
    const one = await start({ filter });
    const client = await one.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    expect(await client.say('RCPT TO:<b@uni.example>')).toMatch(/^250/);
    expect(await client.say('RCPT TO:<staff@uni.example>')).toMatch(/^250/);
    await client.say('DATA');
    expect(await client.say('x: y\r\n\r\n.')).toMatch(/^250/);
    expect(one.hop.messages.map(({ rcpts }) => rcpts)).toEqual([['<b@uni.example>', '<staff@uni.example>']]);
    expect(asked.at(-1)).toEqual(['default', 'staff', 'b@uni.example', 'staff@uni.example']);
  });

  it('split: the first accepted group passes, others come again', async () => {
    const rules = [{ on: 'RCPT TO:<gone@', act: '550 5.1.1 no' }];
    const one = await start({ filter, listener: { mixedPolicies: 'split' }, hop: { rules } });
    const client = await one.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    expect(await client.say('RCPT TO:<gone@uni.example>')).toMatch(/^550/);
    expect(await client.say('RCPT TO:<staff@uni.example>')).toMatch(/^250/);
    expect(await client.say('RCPT TO:<b@uni.example>')).toMatch(/^452 4\.5\.3/);
    expect(await client.say('RCPT TO:<staff2@uni.example>')).toMatch(/^250/);
    await client.say('DATA');
    expect(await client.say('x: y\r\n\r\n.')).toMatch(/^250/);
    expect(asked.at(-1)).toEqual(['staff', 'staff@uni.example', 'staff2@uni.example']);
    expect(one.hop.connections[0]?.lines).not.toContain('RCPT TO:<b@uni.example>');
  });

  it('LMTP: one copy a policy, one reply a recipient, in the order of RCPT', async () => {
    const rules = [
      { on: 'END <gone', act: '552 5.2.2 full' },
      { on: 'END <staff', act: '250 2.0.0 staff has it' },
      { on: 'RCPT TO:<nobody', act: '550 5.1.1 no' },
    ];
    const one = await start({ filter, listener: { protocol: 'lmtp' }, hop: { protocol: 'lmtp', rules } });
    const client = await one.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    for (const name of ['b', 'staff', 'gone', 'staff2']) {
      expect(await client.say(`RCPT TO:<${name}@uni.example>`)).toMatch(/^250/);
    }
    expect(await client.say('RCPT TO:<nobody@uni.example>')).toMatch(/^550/);
    await client.say('DATA');
    client.send('x: y\r\n\r\n.\r\n');
    const replies = [await client.line(), await client.line(), await client.line(), await client.line()];
    expect(replies).toEqual([
      '250 2.0.0 queued',
      '250 2.0.0 staff has it',
      '552 5.2.2 full',
      '250 2.0.0 staff has it',
    ]);
    const copies = one.hop.messages.map(({ rcpts, octets }) => [octets.toString().slice(0, 10), ...rcpts]);
    expect(copies).toHaveLength(2);
    expect(copies).toContainEqual(['P: default', '<b@uni.example>', '<gone@uni.example>']);
    expect(copies).toContainEqual(['P: staff\r\n', '<staff@uni.example>', '<staff2@uni.example>']);
    expect(await client.silence()).toBe('');
  });
});

describe('LMTP', () => {
  it('in, SMTP out: the one reply is every recipient’s', async () => {
    const one = await start({
      listener: { protocol: 'lmtp' },
      hop: { rules: [{ on: 'END', act: ['250-2.0.0 one', '250 2.0.0 two'] }] },
    });
    const client = await one.client();
    expect(await client.reply()).toEqual(['220 mx.example LMTP mailsluice']);
    expect(await client.say('EHLO x')).toMatch(/^500/);
    expect(await client.say('LHLO x')).toMatch(/^250/);
    await client.say('MAIL FROM:<>');
    expect(await client.say('DATA')).toMatch(/^503/);
    await client.say('RCPT TO:<b@uni.example>');
    await client.say('RCPT TO:<c@uni.example>');
    await client.say('DATA');
    client.send('x: y\r\n\r\n.\r\n');
    expect([await client.reply(), await client.reply()]).toEqual([
      ['250-2.0.0 one', '250 2.0.0 two'],
      ['250-2.0.0 one', '250 2.0.0 two'],
    ]);
  });

  it('what we refuse ourselves, once a recipient', async () => {
    const one = await start({
      listener: { protocol: 'lmtp', lineEnds: 'reject' },
      hop: { protocol: 'lmtp' },
    });
    const client = await one.greeted();
    await client.say('MAIL FROM:<>');
    await client.say('RCPT TO:<b@uni.example>');
    await client.say('RCPT TO:<c@uni.example>');
    await client.say('DATA');
    client.send('a\nb\r\n.\r\nNOOP\r\n');
    const replies = [await client.line(), await client.line(), await client.line()];
    expect(replies.map((line) => line.slice(0, 9))).toEqual(['550 5.5.2', '550 5.5.2', '250 2.0.0']);
  });

  it('SMTP in, LMTP out: one recipient at a time, so that no reply speaks for two', async () => {
    const one = await start({ hop: { protocol: 'lmtp' } });
    const client = await one.greeted();
    await client.say('MAIL FROM:<a@sender.example>');
    expect(await client.say('RCPT TO:<b@uni.example>')).toMatch(/^250/);
    expect(await client.say('RCPT TO:<c@uni.example>')).toMatch(/^452 4\.5\.3/);
    await client.say('DATA');
    expect(await client.say('x: y\r\n\r\n.')).toBe('250 2.0.0 queued');
  });

  it('on UNIX sockets, both sides; a socket file left behind by the dead is taken over', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mailsluice-unix-'));
    const endpoint = { kind: 'unix', path: join(directory, 'in') } as const;
    const options: RelayOptions = {
      listener: { protocol: 'lmtp', endpoint, received: true },
      hop: { protocol: 'lmtp', path: join(directory, 'out') },
    };
    const one = await start(options);
    const client = await one.greeted();
    await client.say('MAIL FROM:<>');
    await client.say('RCPT TO:<b@uni.example>');
    await client.say('DATA');
    expect(await client.say('x: y\r\n\r\n.')).toBe('250 2.0.0 queued');
    expect(one.hop.messages[0]?.octets.toString()).toMatch(
      /^Received: from client\.example\r\n\tby mx\.example \(mailsluice \S+\) with LMTP id /,
    );
  });
});
