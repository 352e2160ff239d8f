import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import { WireClient } from './support/client.ts';

// Why the session is ours and not smtp-server's (src/smtp/README.md): what the pinned version does on the wire with its documented
// options, for the demands that decide. When one of these fails after an update, read the README again.

async function serve(options: SMTPServerOptions): Promise<{ client: WireClient; close: () => void }> {
  const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], ...options });
  server.on('error', () => undefined);
  const net = server.listen(0, '127.0.0.1');
  await once(net, 'listening');
  const { port } = net.address() as AddressInfo;
  const client = await WireClient.connect({ kind: 'tcp', host: '127.0.0.1', port });
  await client.reply();
  return {
    client,
    close: () => {
      client.destroy();
      server.close(() => undefined);
    },
  };
}

function refusal(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

describe('smtp-server 3.21.6, as it comes', () => {
  it('R2: doubles the enhanced code of a next hop, and joins its lines', async () => {
    const { client, close } = await serve({
      hideENHANCEDSTATUSCODES: false,
      onRcptTo: (_address, _session, done) => done(refusal(550, '5.7.1 Blocked\r\n5.7.1 see example')),
    });
    await client.say('EHLO me.example');
    await client.say('MAIL FROM:<a@example.org>');
    client.send('RCPT TO:<b@example.org>\r\n');
    expect(await client.reply()).toEqual(['550 5.1.1 5.7.1 Blocked  5.7.1 see example']);
    close();
  });

  it.each([
    ['a..b@docomo.ne.jp'],
    ['"john smith"@example.org'],
    ['"a@b"@example.org'],
    ['.a@example.org'],
    ['u@ex_ample.org'],
  ])('R3: refuses %s before anybody is asked', async (address) => {
    let asked = false;
    const { client, close } = await serve({
      onMailFrom: (_address, _session, done) => {
        asked = true;
        done();
      },
    });
    await client.say('EHLO me.example');
    expect(await client.say(`MAIL FROM:<${address}>`)).toMatch(/^501/);
    expect(asked).toBe(false);
    close();
  });

  it('R3: hands on another domain than came', async () => {
    let seen = '';
    const { client, close } = await serve({
      onMailFrom: ({ address }, _session, done) => {
        seen = address;
        done();
      },
    });
    await client.say('EHLO me.example');
    await client.say('MAIL FROM:<u@xn--bcher-kva.example>');
    expect(seen).toBe('u@bücher.example');
    close();
  });

  it('R4: offers the same to every client, whatever its next hop can do', async () => {
    const { client, close } = await serve({});
    client.send('EHLO me.example\r\n');
    const keywords = (await client.reply()).slice(1).map((line) => line.slice(4).split(' ')[0]);
    expect(keywords).toEqual(expect.arrayContaining(['PIPELINING', '8BITMIME', 'SMTPUTF8']));
    expect(await client.say('MAIL FROM:<a@example.org> MT-PRIORITY=3')).toMatch(/^250/);
    close();
  });

  it('R9: takes commands with a bare LF', async () => {
    const { client, close } = await serve({});
    client.send('EHLO me.example\nMAIL FROM:<a@example.org>\n');
    expect((await client.reply()).at(-1)).toMatch(/^250/);
    expect((await client.reply()).at(-1)).toMatch(/^250/);
    close();
  });

  it('R9: makes an end of data behind a bare LF that was not on the wire', async () => {
    const chunks: Buffer[] = [];
    const { client, close } = await serve({
      onData: (stream, _session, done) => {
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => done());
      },
    });
    await client.say('EHLO me.example');
    await client.say('MAIL FROM:<a@example.org>');
    await client.say('RCPT TO:<b@example.org>');
    await client.say('DATA');
    client.send('Subject: x\r\n\r\none\n..\r\ntwo\r\n.\r\n');
    await client.reply();
    expect(Buffer.concat(chunks).toString()).toContain('one\n.\r\ntwo');
    close();
  });

  it('R14: knows the PROXY protocol in version 1 only', async () => {
    const server = new SMTPServer({ authOptional: true, useProxy: true, disabledCommands: ['STARTTLS'] });
    server.on('error', () => undefined);
    const net = server.listen(0, '127.0.0.1');
    await once(net, 'listening');
    const { port } = net.address() as AddressInfo;
    const client = await WireClient.connect({ kind: 'tcp', host: '127.0.0.1', port });
    const header = Buffer.from('0d0a0d0a000d0a515549540a2111000cc0000201cb007107003000190d0a', 'hex');
    client.send(header);
    const [first = ''] = await client.reply();
    expect(first).not.toMatch(/^220/);
    client.destroy();
    server.close(() => undefined);
  });
});
