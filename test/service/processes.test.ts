import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { MetricsSum } from '../../src/admin/index.ts';
import type { AppError } from '../../src/errors.ts';
import { CentralLimits } from '../../src/service/processes/central-limits.ts';
import { startPrimary } from '../../src/service/processes/index.ts';
import type { WorkerEvent } from '../../src/service/processes/index.ts';
import { Restarts } from '../../src/service/processes/restarts.ts';
import { demoSettings } from '../../src/demo/settings.ts';
import { folderWith } from '../config/support/folder.ts';
import { eventually } from './support/eventually.ts';

const exec = (name: string): string => fileURLToPath(new URL(`./support/${name}.mjs`, import.meta.url));

describe('a process that dies of its start', () => {
  const folder = folderWith({ starts: '' });
  afterEach(() => {
    delete process.env['SAYS'];
    delete process.env['STARTS'];
  });

  const start = async (name: string, events: WorkerEvent[]): Promise<AppError> => {
    const file = join(folder.path, name);
    process.env['STARTS'] = file;
    const nothing = (): void => undefined;
    try {
      const primary = await startPrimary({
        settings: demoSettings(0, 1),
        count: 1,
        exec: exec(name),
        onWorker: (event) => events.push(event),
        onMeasured: nothing,
        onGone: nothing,
        tuning: { firstMs: 1, longestMs: 4 },
      });
      const error = await primary.failed;
      primary.kill();
      return error;
    } catch (error) {
      return error as AppError;
    }
  };

  it('ends the whole when it is the first: with its own words and code where it has them', async () => {
    const events: WorkerEvent[] = [];
    expect(await start('dies-at-start', events)).toMatchObject({
      code: 'E_BUG',
      message: 'a worker process ended: exit code 3',
    });
    process.env['SAYS'] = 'why';
    expect(await start('dies-at-start', events)).toMatchObject({
      code: 'E_LISTEN',
      message: 'broken for the test',
    });
    expect([events, readFileSync(join(folder.path, 'dies-at-start'), 'utf8')]).toEqual([[], 'xx']);
  });

  it('is tried again later and later, five times in a row; then the whole ends, for systemd to see', async () => {
    const events: WorkerEvent[] = [];
    expect(await start('dies-later', events)).toMatchObject({ code: 'E_BUG' });
    const waits = events.flatMap((event) => (event.kind === 'died' ? [event.againInMs] : []));
    // It was ready once: that end may have been an accident.
    expect(waits).toEqual([0, 2, 4, 4]);
    expect(readFileSync(join(folder.path, 'dies-later'), 'utf8')).toBe('xxxxx');
    folder.remove();
  });

  it('counts from the start again where one lived', () => {
    const restarts = new Restarts({ firstMs: 10, healthyMs: 1_000 });
    const lived = performance.now() - 2_000;
    expect([undefined, undefined, lived, lived, undefined].map((since) => restarts.after(since))).toEqual([
      10, 20, 0, 0, 10,
    ]);
    expect(restarts.isHopeless).toBe(false);
  });
});

it('a process that is stuck is ended and replaced', async () => {
  const events: WorkerEvent[] = [];
  const primary = await startPrimary({
    settings: demoSettings(0, 1),
    count: 1,
    exec: exec('stuck'),
    onWorker: (event) => events.push(event),
    onMeasured: () => undefined,
    onGone: () => undefined,
    tuning: { measureMs: 5 },
  });
  await eventually(() => events.filter(({ kind }) => kind === 'ready').length === 2);
  primary.kill();
  expect(events.map((event) => (event.kind === 'died' ? event.why : event.kind)).slice(0, 3)).toEqual([
    'ready',
    'did not answer for a minute',
    'ready',
  ]);
});

it('a process that had no descriptor for a connection gets others once it has', async () => {
  const events: WorkerEvent[] = [];
  const primary = await startPrimary({
    settings: demoSettings(0, 1),
    count: 1,
    exec: exec('out-of-files'),
    onWorker: (event) => events.push(event),
    onMeasured: () => undefined,
    onGone: () => undefined,
  });
  const [endpoint] = primary.addresses;
  const sockets: Socket[] = [];
  const heard = async (): Promise<string> => {
    const socket = connect({ host: '127.0.0.1', port: endpoint?.kind === 'tcp' ? endpoint.port : 0 });
    sockets.push(socket);
    const text = once(socket, 'data').then(([chunk]) => String(chunk));
    return Promise.race([text, once(socket, 'close').then(() => 'closed')]);
  };
  try {
    expect([await heard(), await heard()]).toEqual(['full', 'closed']);
    await eventually(async () => (await heard()) === 'free');
    expect(events.filter(({ kind }) => kind !== 'ready')[0]).toEqual({ kind: 'unaccepted', worker: 1 });
  } finally {
    for (const socket of sockets) socket.destroy();
    primary.kill();
  }
});

describe('connections of several processes', () => {
  it('count together, and go with the process that had them', () => {
    const limits = new CentralLimits({ connections: 4, connectionsPerClient: 2 });
    const [one, two] = [1, 2];
    expect(limits.enter(one, 'a', false)).toBeUndefined();
    expect(limits.enter(two, 'a', false)).toBeUndefined();
    expect(limits.enter(one, 'a', false)).toBe('connections_per_client');
    expect(limits.enter(one, 'b', false)).toBeUndefined();
    expect(limits.enter(two, undefined, true)).toBeUndefined();
    expect([limits.enter(two, 'c', false), limits.isFull]).toEqual(['connections', true]);
    // Whoever was let in already counts; whoever never came in leaves nothing.
    expect(limits.enter(two, undefined, true)).toBeUndefined();
    limits.leave(one, 'c');
    expect(limits.isFull).toBe(true);
    limits.drop(two);
    expect(limits.enter(one, 'a', false)).toBeUndefined();
    expect(limits.enter(one, 'a', false)).toBe('connections_per_client');
    limits.resize({ connections: 3, connectionsPerClient: 3 });
    expect(limits.enter(one, 'a', false)).toBe('connections');
  });
});

describe('metrics of several processes', () => {
  const metric = (name: string, type: string, value: number): object => ({
    name,
    help: name,
    type,
    aggregator: 'sum',
    values: [{ value, labels: {} }],
  });
  it('are sums; the counts of one that is gone stay, its state goes', async () => {
    const sum = new MetricsSum();
    const values = async (): Promise<readonly number[]> =>
      [...(await sum.text([])).matchAll(/^(?:seen|open) (\d+)$/gm)].map(([, value]) => Number(value));
    sum.measured(1, [metric('seen', 'counter', 5), metric('open', 'gauge', 2)]);
    sum.measured(2, [metric('seen', 'counter', 7), metric('open', 'gauge', 1)]);
    expect(await values()).toEqual([12, 3]);
    sum.gone(1);
    expect(await values()).toEqual([12, 1]);
    sum.measured(3, [metric('seen', 'counter', 1), metric('open', 'gauge', 4)]);
    sum.gone(2);
    sum.gone(2);
    expect(await values()).toEqual([13, 4]);
  });
});
