import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchText, serve } from '../cli/support/serve.ts';
import type { Serving } from '../cli/support/serve.ts';
import { folderWith } from '../config/support/folder.ts';
import { WireClient } from '../smtp/support/client.ts';
import { eventually } from './support/eventually.ts';
import { startNextHop } from './support/next-hop.ts';
import type { NextHop } from './support/next-hop.ts';
import { Session } from './support/session.ts';

const folder = folderWith({});
const socket = join(folder.path, 'lmtp');

let hop: NextHop;
const started: Serving[] = [];

async function serveTwo(name: string, more = ''): Promise<{ serving: Serving; pids: readonly number[] }> {
  const file = join(folder.path, `${name}.yaml`);
  writeFileSync(
    file,
    `listeners:
  - { smtp: 127.0.0.1:0, next_hop: { smtp: 127.0.0.1:${hop.port}, tls: off } }
  - { lmtp: 'unix:${socket}', next_hop: { smtp: 127.0.0.1:${hop.port}, tls: off } }
metrics: { listen: 127.0.0.1:0 }
workers: 2
${more}
`,
  );
  const serving = await serve(file);
  started.push(serving);
  const pids = (): readonly number[] =>
    serving.lines().flatMap(({ msg, pid }) => (msg === 'worker ready' ? [Number(pid)] : []));
  await eventually(() => pids().length === 2);
  return { serving, pids: pids() };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

beforeAll(async () => {
  hop = await startNextHop();
});
afterAll(async () => {
  await Promise.all(started.map((serving) => serving.end()));
  await hop.close();
  folder.remove();
});

describe('signals and ends of several processes', () => {
  it('a UNIX socket is shared; Ctrl-C, which reaches every process, drains once and takes running messages', async () => {
    const { serving, pids } = await serveTwo('group');
    expect(statSync(socket).mode & 0o666).toBe(0o666);
    const clients = await Promise.all([1, 2].map(() => WireClient.connect({ kind: 'unix', path: socket })));
    for (const client of clients) {
      expect((await client.reply())[0]).toMatch(/^220/);
      expect(await client.say('LHLO client.example')).toMatch(/^250/);
      client.close();
    }
    const sessions = await Promise.all([1, 2].map(() => Session.open(serving.port)));
    for (const session of sessions) expect(await session.begin()).toMatch(/^354/);
    for (const pid of [serving.pid, ...pids]) process.kill(pid, 'SIGINT');
    await serving.until(({ msg }) => msg.startsWith('ending'));
    const replies = await Promise.all(sessions.map((session, n) => session.finish(`group-${n}`)));
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(['250', '250']);
    for (const session of sessions) session.close();
    expect(await serving.ended).toBe(0);
    const words = serving.lines().map(({ msg }) => msg);
    expect(words.filter((msg) => msg.startsWith('ending'))).toHaveLength(1);
    expect(words).not.toContain('worker ended, to be replaced');
    expect(serving.complaints()).toBe('');
  });

  it('workers whose primary was killed take what is running, and end', async () => {
    const { serving, pids } = await serveTwo('orphans');
    const sessions = await Promise.all([1, 2].map(() => Session.open(serving.port)));
    for (const session of sessions) expect(await session.begin()).toMatch(/^354/);
    process.kill(serving.pid, 'SIGKILL');
    await eventually(() => serving.lines().filter(({ msg }) => msg.startsWith('the primary')).length === 2);
    const replies = await Promise.all(sessions.map((session, n) => session.finish(`orphan-${n}`)));
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(['250', '250']);
    await eventually(() => !pids.some(isAlive));
    expect(hop.messages.filter((message) => message.includes('Subject: orphan-'))).toHaveLength(2);
  });

  it('what a killed primary left of a UNIX socket is taken over; a second signal ends at once', async () => {
    const { serving, pids } = await serveTwo('again', 'limits: { drain: 1h }');
    const session = await Session.open(serving.port);
    expect(await session.begin()).toMatch(/^354/);
    serving.signal('SIGTERM');
    await serving.until(({ msg }) => msg.startsWith('ending'));
    expect((await fetchText(serving.adminPort, '/readyz')).status).toBe(503);
    serving.signal('SIGTERM');
    expect(await serving.ended).toBe(1);
    await session.client.closed();
    await eventually(() => !pids.some(isAlive));
  });
});
