/**
 * 200 slow clients with 20 MB each and a slow next hop: the process stays under 400 MB, and small mail passes meanwhile.
 * `npm run backpressure [-- CLIENTS MEGABYTES]`. Needs about CLIENTS x MEGABYTES of disk where temporary files go.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { unitEnvironment } from '../real/support/mailsluice.ts';

const clients = Number(process.argv[2] ?? 200);
const megabytes = Number(process.argv[3] ?? 20);
const limitMB = 400;
const uploadMs = 40_000;
/** What the next hop reads of one message before it rests. */
const hopChunkBytes = 262_144;
const hopRestMs = 10;

/** Takes everything, slowly, and keeps nothing. */
async function startSlowHop(): Promise<{ readonly server: Server; readonly count: () => number }> {
  let messages = 0;
  const server = createServer((socket) => {
    let tail = '';
    let inMessage = false;
    let read = 0;
    socket.on('error', () => undefined);
    socket.write('220 slow.example ESMTP\r\n');
    socket.on('data', (chunk: Buffer) => {
      if (inMessage) {
        tail = (tail + chunk.subarray(-5).toString('latin1')).slice(-5);
        if (tail === '\r\n.\r\n') {
          inMessage = false;
          messages++;
          tail = '';
          socket.write('250 2.0.0 taken\r\n');
        }
        read += chunk.length;
        if (read < hopChunkBytes) return;
        read = 0;
        socket.pause();
        setTimeout(() => socket.resume(), hopRestMs);
        return;
      }
      for (const line of chunk.toString('latin1').split('\r\n').slice(0, -1)) {
        inMessage = line === 'DATA';
        socket.write(inMessage ? '354 go on\r\n' : '250 2.0.0 ok\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, count: () => messages };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function startRelay(directory: string, port: number, hopPort: number): ChildProcess {
  const file = join(directory, 'mailsluice.yaml');
  writeFileSync(
    file,
    `listeners: [{ smtp: 127.0.0.1:${port}, mode: after-queue, trusted_peers: [127.0.0.1], next_hop: { smtp: 127.0.0.1:${hopPort}, tls: off } }]\nworkers: 1\n`,
  );
  const bin = join(import.meta.dirname, '../../src/cli/bin.mjs');
  const child = spawn(process.execPath, [bin, 'serve', '-c', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // As the service unit starts it.
    env: { ...process.env, ...unitEnvironment() },
  });
  child.stdout?.resume();
  child.stderr?.on('data', (text: Buffer) => process.stderr.write(text));
  return child;
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const socket = connect(port, '127.0.0.1');
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return;
    await pause(100);
  }
  throw new Error('the relay does not listen');
}

const attachment = Buffer.from(
  `${'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3'}\r\n`.repeat(800),
);

function* messageOf(bytes: number): Generator<Buffer> {
  yield Buffer.from(
    'Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
      '--b\r\nContent-Type: text/html\r\n\r\n<p>see the attachment</p>\r\n' +
      '--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n',
  );
  for (let sent = 0; sent < bytes; sent += attachment.length) yield attachment;
  yield Buffer.from('--b--\r\n.\r\n');
}

/** Sends one message, taking `forMs` over it, and gives the last reply. */
async function send(port: number, pieces: readonly Buffer[], forMs: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const replies: string[] = [];
  let wake: (() => void) | undefined;
  socket.on('data', (chunk: Buffer) => {
    replies.push(
      ...chunk
        .toString('latin1')
        .split('\r\n')
        .filter((line) => /^\d{3} /.test(line)),
    );
    wake?.();
  });
  socket.on('close', () => {
    replies.push('closed');
    wake?.();
  });
  const reply = async (): Promise<string> => {
    while (replies.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return replies.shift() ?? '';
  };
  await reply();
  for (const line of [
    'EHLO slow.example',
    'MAIL FROM:<a@sender.example>',
    'RCPT TO:<b@uni.example>',
    'DATA',
  ]) {
    socket.write(`${line}\r\n`);
    const said = await reply();
    if (!/^[23]/.test(said)) return said;
  }
  const closed = once(socket, 'close');
  for (const piece of pieces) {
    if (!socket.write(piece))
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    if (forMs > 0) await pause(forMs / pieces.length);
  }
  const last = await reply();
  socket.destroy();
  return last;
}

function residentMB(pid: number): number {
  return (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024) / 1e6;
}

const directory = mkdtempSync(join(tmpdir(), 'mailsluice-backpressure-'));
const hop = await startSlowHop();
const port = await freePort();
const relay = startRelay(directory, port, (hop.server.address() as AddressInfo).port);
await untilListening(port);
await send(port, [Buffer.from('Subject: first\r\n\r\nhi\r\n.\r\n')], 0);
const idle = residentMB(relay.pid ?? 0);
let most = idle;
const watch = setInterval(() => (most = Math.max(most, residentMB(relay.pid ?? 0))), 100);

const large = [...messageOf(megabytes * 1_000_000)];
const startedAt = Date.now();
let running = true;
const replies = new Map<string, number>();
const all = Promise.all(
  Array.from({ length: clients }, async () => {
    const reply = (await send(port, large, uploadMs)).slice(0, 9);
    replies.set(reply, (replies.get(reply) ?? 0) + 1);
  }),
).then(() => (running = false));
const smallMs: number[] = [];
let smallRefused = 0;
while (running) {
  const began = performance.now();
  const reply = await send(port, [Buffer.from('Subject: small\r\n\r\nhi\r\n.\r\n')], 0);
  if (!reply.startsWith('250')) smallRefused++;
  smallMs.push(performance.now() - began);
  await pause(500);
}
await all;
clearInterval(watch);
relay.kill('SIGTERM');
await once(relay, 'exit');
hop.server.close();
rmSync(directory, { recursive: true });

const sorted = smallMs.toSorted((a, b) => a - b);
console.log(`${clients} clients with ${megabytes} MB each, ${Math.round((Date.now() - startedAt) / 1000)} s`);
for (const [reply, count] of replies) console.log(`  ${count} x ${reply}`);
console.log(
  `resident memory: idle ${Math.round(idle)} MB, at most ${Math.round(most)} MB (limit ${limitMB})`,
);
console.log(
  `small messages meanwhile: ${sorted.length}, ${smallRefused} not taken, median ${Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)} ms, slowest ${Math.round(sorted.at(-1) ?? 0)} ms`,
);
process.exitCode = most < limitMB && smallRefused === 0 ? 0 : 1;
