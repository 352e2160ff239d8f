import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey, signed } from '../auth/support/signed.ts';
import { startZone } from '../auth/support/zone.ts';
import type { ZoneServer } from '../auth/support/zone.ts';
import { folderWith } from '../config/support/folder.ts';
import { freePorts, until } from '../real/support/tools.ts';
import { WireClient } from '../smtp/support/client.ts';
import { startScriptedNextHop } from '../smtp/support/scripted-next-hop.ts';
import type { ScriptedNextHop } from '../smtp/support/scripted-next-hop.ts';
import { serve } from './support/serve.ts';
import type { LogLine, Serving } from './support/serve.ts';

const key = makeKey('rsa');
const zone = new Map([
  ['TXT s1._domainkey.sender.example', [key.record]],
  ['TXT _dmarc.sender.example', ['v=DMARC1; p=reject']],
]);
const pixel = 'list-manage.com/track/open.php';
const newsletter =
  'From: News <news@sender.example>\r\nTo: reader@uni.example\r\nSubject: x\r\nMessage-ID: <1@sender.example>\r\n' +
  'Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n' +
  `<img src="https://x.us1.${pixel}?u=0123456789abcdef01234567&id=0123456789" width=1 height=1>\r\n`;

async function send(port: number, octets: string, xforward = ''): Promise<string> {
  const client = await WireClient.connect({ kind: 'tcp', host: '127.0.0.1', port });
  await client.reply();
  await client.say('EHLO mta.uni.example');
  if (xforward !== '') await client.say(`XFORWARD ${xforward}`);
  for (const step of ['MAIL FROM:<news@sender.example>', 'RCPT TO:<reader@uni.example>', 'DATA'])
    expect(await client.say(step)).toMatch(/^[23]/);
  const before = hop.messages.length;
  client.send(`${octets.replaceAll('\r\n.', '\r\n..')}.\r\n`);
  // Threads that have just begun take their time on a busy machine, more than the client waits for a line.
  await until('the next hop has it', () => hop.messages.length > before || undefined, 60_000);
  const last = await client.line();
  client.close();
  return last;
}

const isMessage = ({ msg }: { readonly msg: string }): boolean => msg === 'message';
const folder = folderWith({});
const config = join(folder.path, 'm.yaml');
let dns: ZoneServer;
let hop: ScriptedNextHop;
let serving: Serving;
let ports: readonly number[];

function write(log: string, metrics = '127.0.0.1:0', workers = 1): void {
  const listener = (verifies: string, at: number): string =>
    `{ smtp: '127.0.0.1:${ports[at]}', trusted_peers: [127.0.0.1], next_hop: { smtp: '127.0.0.1:${hop.port}', verifies: ${verifies} } }`;
  writeFileSync(
    config,
    `listeners: [${listener('yes', 0)}, ${listener('no', 1)}]\nauth: { verify: on, dns_server: '${dns.server}' }\nlog: ${log}\nmetrics: { listen: '${metrics}' }\nworkers: ${workers}\n`,
  );
}

async function reload(): Promise<number> {
  const before = serving.lines().length;
  serving.signal('SIGHUP');
  await serving.until(({ msg }) => msg === 'configuration taken', before);
  return before;
}

/** Sends the newsletter; its line of the log. */
async function sendLogged(xforward = ''): Promise<LogLine> {
  const { length } = serving.lines().filter(isMessage);
  await send(serving.port, newsletter, xforward);
  await serving.until(() => serving.lines().filter(isMessage).length > length);
  return serving.lines().filter(isMessage).at(-1) ?? { msg: '' };
}

beforeAll(async () => {
  dns = await startZone(zone);
  hop = await startScriptedNextHop();
  ports = await freePorts(2);
  write('{ level: info }');
  serving = await serve(config);
});
afterAll(async () => {
  await serving.end();
  await hop.close();
  dns.close();
  folder.remove();
});

describe('two listeners of one process', () => {
  it('edit by what the next hop of each verifies', async () => {
    const octets = (await signed(Buffer.from(newsletter), 'sender.example', 's1', key)).toString('latin1');
    const results: (string | undefined)[] = [];
    for (const [at, port] of serving.ports.entries()) {
      expect(await send(port, octets)).toMatch(/^250/);
      await serving.until(() => serving.lines().filter(isMessage).length > at);
      const got = hop.messages.at(-1)?.octets.toString('latin1') ?? '';
      results.push(/result=\w+/.exec(got)?.[0]);
      expect([got.includes(pixel), got]).toEqual([results.at(-1) === 'result=observed', got]);
    }
    expect(results).toEqual(['result=observed', 'result=cleaned']);
  });
});

describe('a line of the log', () => {
  it('names the queue id that a trusted peer told by XFORWARD, and nothing that only looks like one', async () => {
    const seen: unknown[] = [];
    for (const ident of ['4bXyZ12345', 'a+20b', '[UNAVAILABLE]']) {
      const { message } = await sendLogged(`ADDR=192.0.2.1 IDENT=${ident}`);
      seen.push((message as { readonly queueId?: string }).queueId);
    }
    expect(seen).toEqual(['4bXyZ12345', undefined, undefined]);
  });
});

describe('a reload', () => {
  it('takes on level, form and privacy of the log', async () => {
    const silent = serving.lines().length;
    write('{ level: debug, privacy: off }');
    await reload();
    const warned = await serving.until(({ msg }) => msg.startsWith('log.privacy is off'), silent);
    expect(warned).toMatchObject({ level: 'warn' });
    const { message } = await sendLogged();
    expect(await serving.until(({ level }) => level === 'debug', silent)).toMatchObject({ msg: 'opened' });
    expect(message).toMatchObject({ nextHopText: expect.any(String) });

    write('{ format: pretty }');
    serving.signal('SIGHUP');
    const pretty = await serving.untilText(/^\d\d:\d\d:\d\d info +configuration taken rules=/m);
    expect(pretty).not.toContain('{');
    write('{ level: info }');
    await reload();
  });

  it('names what waits for the next start', async () => {
    write('{ level: info }', 'off', 2);
    const before = await reload();
    const waiting = serving
      .lines()
      .slice(before)
      .filter(({ msg }) => msg === 'this key takes effect at the next start');
    expect(waiting.map(({ key: name, level }) => [name, level])).toEqual([
      ['metrics.listen', 'warn'],
      ['workers', 'warn'],
    ]);
  });
});

it('what is written at the start says that privacy is off', async () => {
  write('{ privacy: off }');
  await serving.end();
  const other = await serve(config);
  expect(other.lines().some(({ msg }) => msg.startsWith('log.privacy is off'))).toBe(true);
  expect(await other.end()).toBe(0);
});
