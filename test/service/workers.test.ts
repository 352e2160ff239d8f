import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchText, serve } from '../cli/support/serve.ts';
import type { LogLine, Serving } from '../cli/support/serve.ts';
import { folderWith } from '../config/support/folder.ts';
import { WireClient } from '../smtp/support/client.ts';
import { eventually } from './support/eventually.ts';
import { startNextHop } from './support/next-hop.ts';
import type { NextHop } from './support/next-hop.ts';
import { load, Session } from './support/session.ts';

const folder = folderWith({ consent: '' });
const config = join(folder.path, 'm.yaml');
const tooMany = '421 4.7.0 Too many connections, try again later';

let hop: NextHop;
let serving: Serving;
const counters = new Map<string, number>();

function write(more = '', adminPort = 0, listener?: string): void {
  const nextHop = `next_hop: { smtp: 127.0.0.1:${hop.port}, tls: off }`;
  writeFileSync(
    config,
    `listeners:
  - { smtp: 127.0.0.1:0, ${nextHop} }
${listener === undefined ? '' : `  - { ${listener}, ${nextHop} }`}
metrics: { listen: 127.0.0.1:${adminPort} }
consent: { files: [${folder.path}/consent], unauthenticated: ok }
workers: 2
${more}
`,
  );
}

/** All series of ours; fails where a counter is less than it ever was. */
async function metrics(): Promise<ReadonlyMap<string, number>> {
  const { body } = await fetchText(serving.adminPort, '/metrics');
  const types = new Map([...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
  const values = new Map<string, number>();
  for (const [, series = '', name = '', value = ''] of body.matchAll(/^((mailsluice_\w+)\S*) (\S+)$/gm)) {
    values.set(series, Number(value));
    const type = types.get(name) ?? types.get(name.replace(/_(bucket|sum|count)$/, ''));
    if (type !== 'counter' && type !== 'histogram') continue;
    expect(Number(value), series).toBeGreaterThanOrEqual(counters.get(series) ?? 0);
    counters.set(series, Number(value));
  }
  for (const series of counters.keys()) expect(values.has(series), series).toBe(true);
  return values;
}

const said = (msg: string): readonly LogLine[] => serving.lines().filter((line) => line.msg === msg);
const workersOfMessages = (from = 0): readonly unknown[] =>
  [
    ...new Set(
      said('message')
        .slice(from)
        .map((line) => line['worker']),
    ),
  ].toSorted();
/** Process ids of those that take mail, by place. */
const pids = (): ReadonlyMap<number, number> =>
  new Map(said('worker ready').map(({ worker, pid }) => [Number(worker), Number(pid)]));

async function reload(more: string): Promise<void> {
  const before = said('configuration taken').length;
  write(more, serving.adminPort);
  serving.signal('SIGHUP');
  await eventually(() => said('configuration taken').length > before);
}

beforeAll(async () => {
  hop = await startNextHop();
  write();
  serving = await serve(config);
  await eventually(() => pids().size === 2);
});
afterAll(async () => {
  await serving.end();
  await hop.close();
  folder.remove();
});

describe('two workers', () => {
  it('both take messages; it is said once where they listen, and metrics are sums', async () => {
    const sessions = await Promise.all([1, 2, 3, 4].map(() => Session.open(serving.port)));
    const replies = await Promise.all(sessions.map((session, n) => session.send(`both-${n}`)));
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(['250', '250', '250', '250']);
    const values = await metrics();
    expect(values.get('mailsluice_messages_total{outcome="relayed"}')).toBe(4);
    expect(values.get('mailsluice_findings_total{kind="pixel",action="neutralised"}')).toBe(4);
    expect(values.get('mailsluice_policies_total{policy="default"}')).toBe(4);
    expect(values.get('mailsluice_connections')).toBe(4);
    expect(values.get('mailsluice_workers')).toBe(2);
    expect([...values.keys()].filter((series) => series.startsWith('mailsluice_rules{'))).toHaveLength(1);
    await eventually(() => workersOfMessages().length === 2);
    expect(said('listening')).toHaveLength(1);
    for (const session of sessions) session.close();
  });

  it.runIf(process.platform === 'linux')('have a small heap for new objects', () => {
    for (const pid of pids().values()) {
      expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')).toContain('--max-semi-space-size=4');
    }
  });

  it('a reload under load drops no session, and the new policy holds in the next message of each', async () => {
    const sessions = await Promise.all([1, 2, 3, 4].map(() => Session.open(serving.port)));
    const busy = load(serving.port, 'reload', 4);
    await eventually(() => busy.taken.length > 4);
    await reload('policies: { default: { mode: report } }');
    const replies = await Promise.all(sessions.map((session, n) => session.send(`after-${n}`)));
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(['250', '250', '250', '250']);
    await busy.stop();
    expect(busy.troubles).toEqual([]);
    const after = hop.messages.filter((message) => message.includes('Subject: after-'));
    expect(after).toHaveLength(4);
    for (const message of after) expect(message).toContain('result=observed');
    for (const session of sessions) session.close();
    const values = await metrics();
    expect(values.get('mailsluice_reloads_total{result="taken"}')).toBe(1);
    expect(said('configuration taken')).toHaveLength(1);
  });

  it('a listener that cannot be opened leaves everything as it is; one that can is shared, and goes again', async () => {
    const session = await Session.open(serving.port);
    const other = await startNextHop();
    write('', serving.adminPort, `smtp: 127.0.0.1:${other.port}`);
    serving.signal('SIGHUP');
    const refused = await serving.until(({ msg }) => msg.startsWith('configuration not taken'));
    expect(refused['why']).toBe(`127.0.0.1:${other.port} is in use by another program`);
    await other.close();
    const path = join(folder.path, 'more');
    const taken = said('configuration taken').length;
    write('', serving.adminPort, `lmtp: 'unix:${path}'`);
    serving.signal('SIGHUP');
    await eventually(() => said('configuration taken').length > taken);
    const clients = await Promise.all([1, 2, 3, 4].map(() => WireClient.connect({ kind: 'unix', path })));
    for (const client of clients) expect((await client.reply())[0]).toMatch(/^220/);
    await reload('');
    expect(await Promise.all(clients.map(async (client) => (await client.reply())[0]))).toEqual(
      clients.map(() => expect.stringMatching(/^421 /)),
    );
    await expect(WireClient.connect({ kind: 'unix', path })).rejects.toThrow('ENOENT');
    expect(await session.send('still-there')).toMatch(/^250/);
    session.close();
  });

  it('a consent reaches both without another configuration', async () => {
    const sessions = await Promise.all([1, 2].map(() => Session.open(serving.port)));
    writeFileSync(join(folder.path, 'consent'), 'b@uni.example sender.example\n');
    await serving.until(({ msg }) => msg === 'consent taken');
    await Promise.all(sessions.map((session, n) => session.send(`consent-${n}`)));
    const messages = hop.messages.filter((message) => message.includes('Subject: consent-'));
    expect(messages).toHaveLength(2);
    for (const message of messages) expect(message).toContain('policy=consent');
    for (const session of sessions) session.close();
    writeFileSync(join(folder.path, 'consent'), '');
  });

  it('one that is killed under load is replaced: what got 250 has arrived, and no counter falls', async () => {
    const busy = load(serving.port, 'killed', 6);
    await eventually(() => busy.taken.length > 12);
    await metrics();
    const victim = pids().get(1) ?? 0;
    process.kill(victim, 'SIGKILL');
    await metrics();
    await serving.until(({ msg, pid }) => msg === 'worker ended, to be replaced' && pid === victim);
    await metrics();
    await eventually(() => pids().get(1) !== victim);
    const count = busy.taken.length;
    const logged = said('message').length;
    const fresh = await Promise.all([1, 2, 3, 4].map(() => Session.open(serving.port)));
    await Promise.all(fresh.map((session, n) => session.send(`fresh-${n}`)));
    for (const session of fresh) session.close();
    await eventually(() => busy.taken.length > count + 12 && workersOfMessages(logged).length === 2);
    await busy.stop();
    const arrived = new Set(hop.messages.map((message) => /^Subject: (\S+)/m.exec(message)?.[1]));
    expect(busy.taken.filter((id) => !arrived.has(id))).toEqual([]);
    for (const reply of busy.troubles) expect(reply).toMatch(/^(closed|4|Error: read ECONNRESET)/);
    const values = await metrics();
    expect(values.get('mailsluice_worker_deaths_total')).toBe(1);
    expect(values.get('mailsluice_workers')).toBe(2);
    expect((await fetchText(serving.adminPort, '/readyz')).status).toBe(200);
  });

  it('limits hold over both: of one client, and in all', async () => {
    await reload('limits: { connections_per_client: 3 }');
    await eventually(async () => (await metrics()).get('mailsluice_connections') === 0);
    const open = await Promise.all([1, 2, 3].map(() => Session.open(serving.port)));
    expect(open.map(({ greeting }) => greeting.slice(0, 3))).toEqual(['220', '220', '220']);
    expect((await Session.open(serving.port)).greeting).toBe(tooMany);
    expect((await Session.open(serving.port)).greeting).toBe(tooMany);
    const other = await Session.open(serving.port, '127.0.0.2');
    expect(other.greeting).toMatch(/^220/);
    open[0]?.close();
    await eventually(async () => (await metrics()).get('mailsluice_connections') === 3);
    const again = await Session.open(serving.port);
    expect(again.greeting).toMatch(/^220/);
    await reload('limits: { connections: 4 }');
    expect((await Session.open(serving.port, '127.0.0.3')).greeting).toBe(tooMany);
    for (const session of [...open, other, again]) session.close();
    await eventually(async () => (await metrics()).get('mailsluice_connections') === 0);
    const values = await metrics();
    expect(values.get('mailsluice_limits_total{limit="connections_per_client"}')).toBe(2);
    expect(values.get('mailsluice_limits_total{limit="connections"}')).toBe(1);
  });

  it('SIGTERM: not ready, idle sessions are sent away, running messages are taken; then the end with 0', async () => {
    const idle = await Promise.all([1, 2].map(() => Session.open(serving.port)));
    const running = await Promise.all([1, 2].map(() => Session.open(serving.port)));
    for (const session of running) expect(await session.begin()).toMatch(/^354/);
    serving.signal('SIGTERM');
    for (const session of idle) expect((await session.client.reply()).at(-1)).toMatch(/^421 /);
    expect((await fetchText(serving.adminPort, '/readyz')).status).toBe(503);
    expect((await fetchText(serving.adminPort, '/livez')).status).toBe(200);
    for (const [n, session] of running.entries()) expect(await session.finish(`drain-${n}`)).toMatch(/^250/);
    for (const session of running) session.close();
    expect(await serving.ended).toBe(0);
    expect(hop.messages.filter((message) => message.includes('Subject: drain-'))).toHaveLength(2);
    expect(serving.lines().at(-1)?.msg).toBe('ended');
    expect(said('ending: no new sessions, running transactions may finish')).toHaveLength(1);
  });
});
