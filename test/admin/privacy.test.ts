import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { expect, it } from 'vitest';
import { logEvent, logFilter } from '../../src/admin/index.ts';
import { fetchText, serve } from '../cli/support/serve.ts';
import { folderWith } from '../config/support/folder.ts';

const mark = /zq\d+zq/;
const count = 1_000;

/** A next hop that refuses at RCPT, DATA or the final dot, stalls or hangs up, by the number in the recipient, and repeats the address. */
function talk(socket: Socket): void {
  const say = (text: string): void => void socket.write(`${text}\r\n`);
  let recipient = '';
  let inData = false;
  let buffered = '';
  const number = (): number => Number(/zq(\d+)zq/.exec(recipient)?.[1] ?? 0);
  const command = (line: string): void => {
    const word = line.slice(0, 4).toUpperCase();
    if (word === 'EHLO') say('250-hop.example\r\n250 PIPELINING');
    else if (word === 'RCPT') {
      recipient = line.slice(8);
      say(number() % 9 === 0 ? `550 5.1.1 ${recipient}: no such user` : '250 2.1.5 Ok');
    } else if (word === 'DATA') {
      if (number() % 200 === 7) return;
      if (number() % 200 === 8) socket.destroy();
      else if (number() % 9 === 1) say(`554 5.7.1 ${recipient} takes no mail`);
      else {
        inData = true;
        say('354 go on');
      }
    } else if (word === 'QUIT') socket.end('221 bye\r\n');
    else say('250 2.0.0 Ok');
  };
  const dot = (): void => {
    if (number() % 9 === 2) say(`550 5.7.1 <${recipient}> see https://hop.example/${recipient}`);
    else say(`250 2.0.0 Ok: queued for ${recipient}`);
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    buffered += chunk.toString('latin1');
    for (let end = buffered.indexOf('\r\n'); end >= 0; end = buffered.indexOf('\r\n')) {
      const line = buffered.slice(0, end);
      buffered = buffered.slice(end + 2);
      if (!inData) command(line);
      else if (line === '.') {
        inData = false;
        dot();
      }
    }
  });
  say('220 hop.example ESMTP');
}

async function nextHop(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(talk);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

const message = (n: number): string => {
  const id = `zq${n}zq`;
  return [
    `From: ${id} <${id}@sender.example>`,
    `To: ${id}@uni.example`,
    `Subject: about ${id}`,
    `Message-ID: <${id}@sender.example>`,
    'MIME-Version: 1.0',
    // Some kill the thread that cleans them, some make the core throw: see support/break-by-field.mjs.
    ...(n % 200 === 3 ? ['X-Break: thread'] : n % 100 === 4 ? ['X-Break: core'] : []),
    'Content-Type: text/html',
    '',
    `<a href="https://www.example.org/${id}?utm_source=${id}">${id}</a>`,
    // Some are so large that they wait in a file while they come in.
    ...(n % 50 === 5 ? Array<string>(3_000).fill(`<p>A line about ${id}</p>`) : []),
    `<img src="https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789&e=${id}" width=1 height=1>`,
    '',
  ].join('\r\n');
};

it('1,000 marked messages, refused, stalled, cut off and relayed: no mark in log, metrics or spool', async () => {
  const folder = folderWith({ key: 'secret' });
  const spool = join(folder.path, 'spool');
  mkdirSync(spool);
  const { server, port } = await nextHop();
  const config = join(folder.path, 'm.yaml');
  const hop = `smtp: 127.0.0.1:${port}, command_timeout: 2s, final_reply_timeout: 5s`;
  writeFileSync(
    config,
    `listeners:
  - { smtp: 127.0.0.1:0, trusted_peers: [127.0.0.1], next_hop: { ${hop} } }
  - { smtp: 127.0.0.1:0, next_hop: { ${hop}, tls: require } }
log: { level: debug, key_file: ${folder.path}/key }
metrics: { listen: 127.0.0.1:0 }
limits: { connections_per_client: 1000, memory_in_flight: 64KiB }
`,
  );
  const broken = `--import ${new URL('./support/break-by-field.mjs', import.meta.url).href}`;
  const serving = await serve(config, undefined, { TMPDIR: spool, NODE_OPTIONS: broken });
  const send = async (n: number, transport: ReturnType<typeof createTransport>): Promise<string> =>
    transport
      .sendMail({
        envelope: { from: `zq${n}zq@sender.example`, to: `zq${n}zq@uni.example` },
        raw: message(n),
      })
      .then(
        () => 'relayed',
        () => 'refused',
      );
  const pool = createTransport({
    host: '127.0.0.1',
    port: serving.port,
    ignoreTLS: true,
    pool: true,
    maxConnections: 8,
  });
  const fates = await Promise.all(Array.from({ length: count }, (_, n) => send(n, pool)));
  pool.close();
  const [, second] = (serving.lines().find(({ msg }) => msg === 'listening')?.['listeners'] ??
    []) as readonly string[];
  const tlsPort = Number(second?.split(':')[1]);
  const withoutTls = createTransport({ host: '127.0.0.1', port: tlsPort, ignoreTLS: true });
  const unsafe = await Promise.all([0, 1, 2].map((n) => send(n, withoutTls)));
  const { body } = await fetchText(serving.adminPort, '/metrics');
  const spooled = readdirSync(spool, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  await serving.end();
  server.close();
  folder.remove();
  const log = serving.lines();
  const messages = log.filter(({ msg }) => msg.startsWith('message'));
  expect(fates.filter((fate) => fate === 'refused').length).toBeGreaterThan(count / 3);
  expect(unsafe).toEqual(['refused', 'refused', 'refused']);
  expect(body).toContain('mailsluice_next_hop_errors_total{cause="tls"}');
  expect(messages.length).toBeGreaterThan(count / 2);
  expect(messages[0]?.['message']).toMatchObject({ messageId: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(log.filter((line) => mark.test(JSON.stringify(line)))).toEqual([]);
  expect(serving.complaints()).toBe('');
  // What was thrown quoted the message; the log has its kind.
  const crashes = log.filter(({ msg }) => msg === 'cleaning: crash');
  expect(crashes.length).toBeGreaterThanOrEqual(5);
  expect(crashes[0]).toMatchObject({ filter: { cause: expect.stringMatching(/^(?:Type)?Error$/) } });
  const failed = messages.filter(({ message: facts }) => (facts as { result?: string }).result === 'error');
  expect(failed.length).toBeGreaterThanOrEqual(10);
  expect(body).toMatch(/mailsluice_filter_troubles_total\{kind="crash",effort="full"\} [1-9]/);
  expect(body).toMatch(/mailsluice_results_total\{result="error",step="untouched"\} \d\d/);
  expect(body).toMatch(/mailsluice_messages_total\{outcome="relayed"\} \d{3}/);
  expect(body).toContain('mailsluice_memory_in_flight_bytes 0');
  expect(body).not.toMatch(mark);
  const inFiles = messages.filter(({ message: facts }) => (facts as { spooled?: boolean }).spooled === true);
  expect(inFiles.length).toBeGreaterThan(0);
  expect(spooled.filter((text) => mark.test(text))).toEqual([]);
}, 300_000);

it('what an exception says is logged with privacy: off only', () => {
  const seen: unknown[] = [];
  const note = (facts: unknown): unknown => seen.push(facts);
  const log = { warn: note, error: note, info: note, debug: note } as unknown as Parameters<
    typeof logEvent
  >[0];
  const text = 'TypeError: Invalid URL https://a.example/zq1zq';
  for (const privacy of ['on', 'off'] as const) {
    logEvent(log, { kind: 'fault', session: 'S', text }, privacy);
    logEvent(log, { kind: 'unavailable', session: 'S', cause: 'closed', errno: undefined, text }, privacy);
    logFilter(log, { kind: 'crash', effort: 'full', cause: text }, privacy);
  }
  expect(seen.slice(0, 3).filter((facts) => mark.test(JSON.stringify(facts)))).toEqual([]);
  expect(seen.slice(3).filter((facts) => mark.test(JSON.stringify(facts)))).toHaveLength(3);
});

it.each([
  ['TypeError: Invalid URL https://a.example/zq1zq', 'TypeError'],
  ['Error [ERR_WORKER_OUT_OF_MEMORY]: Worker terminated', 'Error [ERR_WORKER_OUT_OF_MEMORY]'],
  ['Error [ERR_ZQ1ZQ]: no code of Node', 'Error'],
  ['zq1zq: of the message', 'Error'],
  ['it ended by itself', 'Error'],
])('of what ended a thread only class and code are logged: %s', (cause, expected) => {
  const seen: unknown[] = [];
  const log = { warn: (facts: unknown): unknown => seen.push(facts) } as unknown as Parameters<
    typeof logFilter
  >[0];
  logFilter(log, { kind: 'crash', effort: 'full', cause }, 'on');
  expect(seen).toEqual([{ filter: { effort: 'full', cause: expected } }]);
});

it('a code of the system, in which nothing of a message can be, is logged as it is', () => {
  const seen: unknown[] = [];
  const note = (facts: unknown, words: string): unknown => seen.push([facts, words]);
  const log = { warn: note, error: note } as unknown as Parameters<typeof logEvent>[0];
  const text = 'The next hop does not answer';
  const told = { session: 'S', errno: 'EMFILE' };
  logEvent(log, { kind: 'system', what: 'spool', ...told }, 'on');
  logEvent(log, { kind: 'system', what: 'accept', ...told }, 'on');
  logEvent(log, { kind: 'unavailable', cause: 'refused', text, ...told }, 'on');
  logFilter(log, { kind: 'no_thread', cause: 'no more threads' }, 'on');
  expect(seen).toEqual([
    [{ session: told }, 'a large message could not be put into a file in TMPDIR'],
    [{ session: told }, 'a connection could not be accepted'],
    [{ session: { kind: 'unavailable', cause: 'refused', ...told } }, 'next hop unavailable'],
    [{ filter: { cause: 'no more threads' } }, 'cleaning: no_thread'],
  ]);
});

it.each([
  ['TypeError: Invalid URL https://a.example/', 'TypeError'],
  ['RangeError', 'RangeError'],
  ['Robin: no such reader', 'Error'],
  ['Robin', 'Error'],
  ['', 'Error'],
])('of what an exception says, %j, only the class of error is logged', (text, logged) => {
  const seen: unknown[] = [];
  const log = { error: (facts: unknown) => seen.push(facts) } as unknown as Parameters<typeof logEvent>[0];
  logEvent(log, { kind: 'fault', session: 'S', text }, 'on');
  expect(seen).toEqual([{ code: 'E_BUG', session: { session: 'S', text: logged } }]);
});
