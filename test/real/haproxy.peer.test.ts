import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { startHaproxy } from './support/haproxy.ts';
import { startMailsluice, type Mailsluice } from './support/mailsluice.ts';
import { letter, newsletter } from './support/newsletter.ts';
import { startPostfix } from './support/postfix.ts';
import { talk } from './support/talk.ts';
import { freePorts, missing, pause, until } from './support/tools.ts';

// The two configurations are those of src/service/scale.md, with other addresses.
const noHaproxy = missing('two instances behind HAProxy', ['postfix', 'haproxy']);
const page = readFileSync(new URL('../../src/service/scale.md', import.meta.url), 'utf8');

function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([^\`]*)\`\`\`$`, 'm').exec(page)?.[1];
  if (found === undefined) throw new Error(`src/service/scale.md has no ${language}`);
  return found;
}

function withAddresses(text: string, addresses: Readonly<Record<string, string>>): string {
  return Object.entries(addresses).reduce((done, [from, to]) => {
    expect(done).toContain(from);
    return done.replaceAll(from, to);
  }, text);
}

const toStop: { stop(): Promise<unknown> }[] = [];
const running = <T extends { stop(): Promise<unknown> }>(peer: T): T => {
  toStop.push(peer);
  return peer;
};
afterEach(async () => {
  for (const peer of toStop.splice(0).reverse()) await peer.stop();
});

const clients = Array.from({ length: 6 }, (_, at) => `127.0.0.${at + 11}`);
const messages = 180;
const aSession = 5;
const idOf = (number: number): string => `behind-${number}-end`;

interface Sent {
  readonly acknowledged: readonly number[];
  /** The octets went out and no reply came: the next hop may have the message all the same. */
  readonly blind: readonly number[];
}

/** One session from this address with these messages; each third one has a pixel in it. */
async function session(port: number, client: string, numbers: readonly number[]): Promise<Sent> {
  const steps: (string | Buffer)[] = ['EHLO client.sender.example'];
  for (const number of numbers) {
    const id = idOf(number);
    const octets = number % 3 === 0 ? newsletter(id).sent : letter(id);
    const stuffed = octets.toString('latin1').replaceAll('\r\n.', '\r\n..');
    steps.push('MAIL FROM:<a@sender.example> BODY=8BITMIME', 'RCPT TO:<b@uni.example>', 'DATA');
    steps.push(Buffer.from(`${stuffed}.\r\n`, 'latin1'));
  }
  const { replies } = await talk(port, [...steps, 'QUIT'], { localAddress: client }).catch(() => ({
    replies: [],
  }));
  const reply = (index: number, what: number): string => replies[2 + index * 4 + what] ?? '';
  return {
    acknowledged: numbers.filter((_, index) => reply(index, 3).startsWith('250')),
    blind: numbers.filter((_, index) => reply(index, 2).startsWith('354') && reply(index, 3) === ''),
  };
}

describe.skipIf(noHaproxy !== undefined)('two instances behind HAProxy', () => {
  test('one is killed under load: what was acknowledged is there, the rest comes again, and the next hop knows the clients', async () => {
    const [front, one, two, oneAdmin, twoAdmin, back] = await freePorts(6);
    const postfix = running(
      await startPostfix({
        listeners: [{ port: back ?? 0, options: ['smtpd_authorized_xclient_hosts=127.0.0.0/8'] }],
        mailboxes: ['b@uni.example'],
        main: ['smtpd_client_connection_count_limit=0'],
      }),
    );
    const instance = async (name: string, port = 0, admin = 0): Promise<Mailsluice> => {
      const yaml = withAddresses(block('yaml'), {
        'one.uni.example': `${name}.uni.example`,
        '192.0.2.11:25': `127.0.0.1:${port}`,
        '192.0.2.10': '127.0.0.1',
        '192.0.2.20:25': `127.0.0.1:${back}`,
        '192.0.2.11:9725': `127.0.0.1:${admin}`,
      });
      return running(await startMailsluice(`${yaml}workers: 1\n`, [port]));
    };
    const first = await instance('one', one, oneAdmin);
    await instance('two', two, twoAdmin);
    running(
      await startHaproxy(
        withAddresses(block('haproxy'), {
          'bind :25': `bind 127.0.0.1:${front}`,
          '192.0.2.11:25 check port 9725': `127.0.0.1:${one} check port ${oneAdmin}`,
          '192.0.2.12:25 check port 9725': `127.0.0.1:${two} check port ${twoAdmin}`,
        }),
        front ?? 0,
      ),
    );

    const acknowledged = new Set<number>();
    const blind: number[] = [];
    let isKilled = false;
    const inject = async (client: string, own: readonly number[]): Promise<void> => {
      for (let left = own; left.length > 0; left = left.filter((number) => !acknowledged.has(number))) {
        const sent = await session(front ?? 0, client, left.slice(0, aSession));
        for (const number of sent.acknowledged) acknowledged.add(number);
        blind.push(...sent.blind);
        if (!isKilled && acknowledged.size >= messages / 3) {
          isKilled = true;
          await first.kill();
        }
        if (sent.acknowledged.length === 0) await pause(200);
      }
    };
    await Promise.all(
      clients.map((client, at) =>
        inject(
          client,
          Array.from({ length: messages }, (_, number) => number).filter(
            (number) => number % clients.length === at,
          ),
        ),
      ),
    );
    expect(isKilled).toBe(true);

    const copies = async (): Promise<ReadonlyMap<number, number>> => {
      const counts = new Map<number, number>();
      for (const octets of await postfix.mailbox('b@uni.example')) {
        const number = Number(/^Message-ID: <behind-(\d+)-end@/m.exec(octets.toString('latin1'))?.[1]);
        counts.set(number, (counts.get(number) ?? 0) + 1);
      }
      return counts;
    };
    await until('the next hop is done', async () => (await postfix.queued()) === 0 || undefined, 60_000);
    const counts = await copies();
    expect([...Array(messages).keys()].filter((number) => !counts.has(number))).toEqual([]);
    const doubles = [...counts].filter(([, count]) => count > 1).map(([number]) => number);
    expect(doubles.filter((number) => !blind.includes(number))).toEqual([]);

    const mails = (await postfix.mailbox('b@uni.example')).map((octets) => octets.toString('latin1'));
    for (const name of ['one', 'two'])
      expect(mails.some((mail) => mail.includes(`by ${name}.uni.example `))).toBe(true);
    expect(mails.filter((mail) => mail.includes('open.gif'))).toEqual([]);
    const log = await postfix.log();
    for (const client of clients) {
      expect(log).toMatch(new RegExp(`client=\\S*\\[${client.replaceAll('.', '\\.')}\\]`));
      expect(mails.some((mail) => mail.includes(`[${client}]`))).toBe(true);
    }

    // It comes back, and HAProxy gives it mail again.
    await first.restart();
    await until(
      'the first instance takes mail again',
      async () => {
        const { replies } = await talk(front ?? 0, ['QUIT']);
        return replies[0]?.includes('one.uni.example') || undefined;
      },
      30_000,
    );
  });
});
