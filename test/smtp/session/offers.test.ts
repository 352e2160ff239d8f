import { afterEach, describe, expect, it } from 'vitest';
import { type Relay, type RelayOptions, REPORT, startRelay } from '../support/relay.ts';

let relay: Relay | undefined;
afterEach(async () => {
  await relay?.close();
  relay = undefined;
});

async function offers(options: RelayOptions): Promise<readonly string[]> {
  relay = await startRelay(options);
  const client = await relay.client();
  await client.reply();
  client.send('EHLO client.example\r\n');
  return (await client.reply()).slice(1).map((line) => line.slice(4));
}

describe('R4 R5: EHLO offers what we and the next hop can do', () => {
  it.each([
    {
      name: 'all that is carried',
      hop: ['PIPELINING', '8BITMIME', 'ENHANCEDSTATUSCODES', 'DSN', 'SMTPUTF8', 'SIZE 1000'],
      offered: ['PIPELINING', 'SIZE 1000', '8BITMIME', 'ENHANCEDSTATUSCODES', 'DSN', 'SMTPUTF8'],
    },
    {
      name: 'nothing that is the next hop’s own',
      hop: ['CHUNKING', 'BINARYMIME', 'ETRN', 'VRFY', 'AUTH PLAIN', 'STARTTLS', 'XCLIENT ADDR', 'DELIVERBY'],
      offered: ['PIPELINING', 'SIZE 20000000'],
    },
    {
      name: 'our SIZE where the next hop’s is none',
      hop: ['SIZE'],
      offered: ['PIPELINING', 'SIZE 20000000'],
    },
    { name: 'our SIZE where the next hop’s is 0', hop: ['SIZE 0'], offered: ['PIPELINING', 'SIZE 20000000'] },
    {
      name: 'our SIZE where it is smaller',
      hop: ['SIZE 999999999'],
      offered: ['PIPELINING', 'SIZE 20000000'],
    },
    {
      name: 'REQUIRETLS only over TLS',
      hop: ['REQUIRETLS', 'DSN'],
      offered: ['PIPELINING', 'SIZE 20000000', 'DSN'],
    },
  ])('$name', async ({ hop, offered }) => {
    expect(await offers({ hop: { offers: hop } })).toEqual(offered);
  });

  it('follows the next hop when it changes', async () => {
    const hello = (keyword: string): string => `
      S: 220 next.example
      C: EHLO relay.example
      S: 250-next.example
      S: 250 ${keyword}`;
    const dialogues = [
      `${hello('DSN')}
      C: QUIT
      S! close`,
      `${hello('SMTPUTF8')}
      C: *`,
    ];
    expect(await offers({ hop: { dialogues }, nextHop: { poolSize: 0 } })).toContain('DSN');
    const client = await relay?.greeted();
    // It was offered to this client, and the next hop has it no more: the client may come again, and is then told so.
    expect(await client?.say('MAIL FROM:<a@sender.example> RET=FULL')).toMatch(/^451 4\.5\.0/);
    client?.send('EHLO client.example\r\n');
    expect(await client?.reply()).toEqual([
      '250-mx.example',
      '250-PIPELINING',
      '250-SIZE 20000000',
      '250 SMTPUTF8',
    ]);
    expect(await client?.say('MAIL FROM:<a@sender.example> RET=FULL')).toMatch(/^555 5\.5\.4/);
  });

  it('P36 P11: a next hop without SIZE gets none, without 8BITMIME no BODY', async () => {
    await offers({ hop: { offers: ['DSN'] } });
    const client = await relay?.greeted();
    expect(await client?.say('MAIL FROM:<a@sender.example> SIZE=500 RET=HDRS')).toMatch(/^250/);
    expect(relay?.hop.connections[0]?.lines.at(-1)).toBe('MAIL FROM:<a@sender.example> RET=HDRS');
    await client?.say('RSET');
    expect(await client?.say('MAIL FROM:<a@sender.example> BODY=8BITMIME')).toMatch(/^555/);
  });

  it('a declared size above the limit never reaches the next hop', async () => {
    await offers({ hop: { offers: ['SIZE 1000'] } });
    const client = await relay?.greeted();
    expect(await client?.say('MAIL FROM:<a@sender.example> SIZE=1001')).toMatch(/^552 5\.3\.4/);
    expect(await client?.say('MAIL FROM:<a@sender.example> SIZE=1000')).toMatch(/^250/);
  });

  it('P12: what our fields or edits make too large goes on as it came', async () => {
    const growing: NonNullable<RelayOptions['filter']> = {
      filter: () =>
        Promise.resolve({
          edits: [{ start: 0, end: 0, replacement: Buffer.alloc(600, 'x') }],
          report: REPORT,
        }),
    };
    await offers({ hop: { offers: ['SIZE 1000'] }, filter: growing, listener: { received: true } });
    const client = await relay?.greeted();
    const send = async (bytes: number): Promise<string> => {
      await client?.say('MAIL FROM:<a@sender.example>');
      await client?.say('RCPT TO:<b@uni.example>');
      await client?.say('DATA');
      return (await client?.say(`${'y'.repeat(bytes - 2)}\r\n.`)) ?? '';
    };
    expect(await send(1000)).toMatch(/^250/);
    expect(relay?.hop.messages[0]?.octets.length).toBe(1000);
    expect(await send(401)).toMatch(/^250/);
    expect(relay?.hop.messages[1]?.octets.toString()).toMatch(/^Received: from /);
    expect(await send(1001)).toMatch(/^552 5\.3\.4/);
    expect(await client?.say('NOOP')).toMatch(/^250/);
    expect(relay?.hop.messages.length).toBe(2);
  });
});
