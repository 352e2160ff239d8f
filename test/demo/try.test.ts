import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { mailsluice } from '../cli/support/run.ts';

const bin = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url));
const sample = readFileSync(new URL('../../src/demo/newsletter.eml', import.meta.url));

/** Runs `try` and answers when its output matches; `end` sends Ctrl-C and waits. */
async function demo(): Promise<{
  readonly text: () => string;
  readonly until: (pattern: RegExp) => Promise<RegExpMatchArray>;
  readonly end: () => Promise<number | null>;
}> {
  const child = spawn(process.execPath, [bin, 'try', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const until = async (pattern: RegExp): Promise<RegExpMatchArray> => {
    for (;;) {
      const match = pattern.exec(text);
      if (match !== null) return match;
      if (child.exitCode !== null) throw new Error(`try ended with ${child.exitCode}: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const end = (): Promise<number | null> => {
    child.kill('SIGINT');
    return ended;
  };
  return { text: () => text, until, end };
}

describe('mailsluice try', () => {
  it('cleans the sample over real sockets, tells the story, serves on and ends by Ctrl-C', async () => {
    const { text, until, end } = await demo();
    await until(/Ctrl-C ends/);
    const [, port = ''] = await until(/mailsluice on 127\.0\.0\.1:(\d+)/);
    const [, stored = ''] = await until(/^ {2}(\/\S+\.eml)$/m);
    const arrived = readFileSync(stored, 'latin1');

    expect(text()).toContain('250 2.6.0 demo, not delivered');
    expect(text()).toContain('Tracking-Protection: mailsluice.demo; result=cleaned;');
    expect(text()).toMatch(
      /pixel by Mailchimp: neutralised — part 2, <img>\n +before .*track\/open\.php.*\n +after {3}\(nothing\)/,
    );
    expect(text()).toMatch(/link by Amazon SES: rewritten/);
    expect(text()).toMatch(/\(opaque\)/);
    expect(text()).toContain(`swaks --server 127.0.0.1:${port}`);

    expect(arrived).not.toContain('track/open.php');
    expect(arrived).not.toContain('awstrack.me');
    expect(arrived).toContain('List-Unsubscribe: <https://campus-courier.us13.list-manage.com/unsubscribe?');
    // What was not edited is as it was: the text around the links and the visible images.
    for (const line of [
      '  body { margin: 0; background: #f4f1ea; font-family: Georgia, serif; color=\r\n',
      '<h1>Caf=C3=A9, colloquium, and a late library</h1>\r\n',
    ]) {
      expect(sample.toString('latin1')).toContain(line);
      expect(arrived).toContain(line);
    }

    const transport = createTransport({ host: '127.0.0.1', port: Number(port), ignoreTLS: true });
    const sent = await transport.sendMail({
      envelope: { from: 'a@a.example', to: 'b@b.example' },
      raw: 'Subject: own\r\n\r\nmine\r\n',
    });
    transport.close();
    expect(sent.response).toContain('demo, not delivered');
    const [, own = ''] = await until(/A message arrived: (\S+)/);
    expect(readFileSync(own, 'latin1')).toMatch(/result=none;[\s\S]*Subject: own\r\n\r\nmine\r\n$/);
    expect(await end()).toBe(0);
  });

  it('says which option changes a port that is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = String((taken.address() as AddressInfo).port);
    const [proxy, mailbox] = await Promise.all([
      mailsluice(['try', '--once', '--port', port]),
      mailsluice(['try', '--once', '--port', '0', '--mailbox-port', port]),
    ]);
    taken.close();
    expect([proxy.code, proxy.err]).toEqual([
      74,
      expect.stringContaining(
        `port ${port} on 127.0.0.1 is in use\nChoose another one: npm start -- --port 2526`,
      ),
    ]);
    expect([mailbox.code, mailbox.err]).toEqual([
      74,
      expect.stringContaining('Choose another one: --mailbox-port 2526'),
    ]);
  });
});

describe('the sample newsletter', () => {
  it('is a message with CRLF line ends, short lines in its HTML, and everything that there is to show', () => {
    const text = sample.toString('latin1');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const word of [
      'multipart/alternative',
      'quoted-printable',
      'List-Unsubscribe-Post',
      'open.php',
      'awstrack.me',
      'mandrillapp.com',
      'utm_campaign',
      'track/click',
      'width=3D"552"',
    ]) {
      expect(text.replaceAll('=\r\n', '')).toContain(word);
    }
  });
});
