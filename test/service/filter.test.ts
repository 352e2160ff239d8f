import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { CleanContext } from '../../src/clean/index.ts';
import { loadSettings } from '../../src/config/index.ts';
import type { Settings } from '../../src/config/index.ts';
import { createFilter } from '../../src/service/index.ts';
import { newsletterMail } from '../support/sample-mail.ts';
import { eventually } from './support/eventually.ts';
import { filtered, inFile } from './support/filtered.ts';
import type { FilterEvent, FilterHooks, RunningFilter } from '../../src/service/index.ts';

const sample = readFileSync(new URL('../../src/demo/newsletter.eml', import.meta.url));
const forged = Buffer.concat([
  Buffer.from('tracking-protection : evil; result=none\r\n\tpolicy=default\r\n'),
  sample,
]);
const received = Buffer.from('Received: from a by b; Mon, 23 Nov 2026 08:00:00 +0100\r\n');

function settingsWith(change: Partial<Settings>): Settings {
  const loaded = loadSettings(undefined, { serving: false, environment: {} });
  if (loaded.kind === 'bad') throw new Error('no defaults');
  const { settings } = loaded;
  return { ...settings, workers: 1, clean: { ...settings.clean, headerId: 'mx.uni.example' }, ...change };
}

const filters: RunningFilter[] = [];
const events: FilterEvent[] = [];
function filterWith(
  change: Partial<Settings> = {},
  patienceMs = 60_000,
  pool: FilterHooks['pool'] = {},
): RunningFilter {
  const onEvent = (event: FilterEvent): void => void events.push(event);
  const filter = createFilter(settingsWith(change), { onEvent, patienceMs, pool });
  filters.push(filter);
  return filter;
}
afterAll(() => Promise.all(filters.map((filter) => filter.retire())));

/** A context that the cleaner trips over: a fault of ours that nothing foresaw. */
const faulty = { recipients: 5 } as unknown as CleanContext;
const roomyMs = 60_000;

describe('the filter of the relay', () => {
  it('cleans in a worker; the report that comes back holds no text of the message', async () => {
    const { octets, report } = await filtered(
      filterWith(),
      sample,
      { policies: ['default'], prepend: received },
      roomyMs,
    );
    expect(octets.subarray(0, received.length).equals(received)).toBe(true);
    expect(octets.toString('latin1')).toContain('Tracking-Protection: mx.uni.example; result=cleaned;');
    expect(report).toMatchObject({ result: 'cleaned', step: 'full' });
    expect(report?.tallies.some(({ rule }) => rule === 'mailchimp.open')).toBe(true);
    expect(JSON.stringify(report)).not.toMatch(/https?:|list-manage|robin/);
  });

  it('passes a message on untouched when full and flat both take too long, with our fields and without forged ones', async () => {
    const filter = filterWith();
    await filtered(filter, sample, { policies: ['default'] }, roomyMs);
    events.length = 0;
    const { octets, report, tempfail } = await filtered(
      filter,
      forged,
      { policies: ['default'], prepend: received },
      1,
    );
    expect(tempfail).toBeUndefined();
    expect(report).toMatchObject({ result: 'skipped', step: 'untouched', reasons: ['limit.time'] });
    expect(octets.toString('latin1')).toBe(
      `${received.toString()}Tracking-Protection: mx.uni.example; result=skipped;\r\n reason=limit.time; policy=default\r\n${sample.toString('latin1')}`,
    );
    expect(events.map(({ kind }) => kind)).toEqual(['timeout', 'timeout']);
    // The threads that were ended have successors.
    expect((await filtered(filter, sample, { policies: ['default'] }, roomyMs)).report?.result).toBe(
      'cleaned',
    );
  });

  it('a message that begins with a folded line cannot write on in our field, also where it was too much', async () => {
    const folded = Buffer.concat([Buffer.from(' result=cleaned;\r\n'), sample]);
    const filter = filterWith();
    await filtered(filter, sample, { policies: ['default'] }, roomyMs);
    const { octets, report } = await filtered(filter, folded, { policies: ['default'] }, 1);
    expect(report?.step).toBe('untouched');
    expect(octets.toString('latin1')).toContain(
      'policy=default\r\nTracking-Protection-Continuation:\r\n result=cleaned;\r\n',
    );
  });

  it('cleans a message in a file as one in memory, and it stays there', async () => {
    const filter = filterWith();
    const context = { policies: ['default'], prepend: received };
    const directory = mkdtempSync(join(tmpdir(), 'mailsluice-filter-'));
    const { original, store } = await inFile(forged, directory);
    const inMemory = await filtered(filter, forged, context, roomyMs);
    expect(await filtered(filter, forged, context, roomyMs, original)).toEqual(inMemory);
    expect(inMemory.report?.result).toBe('cleaned');
    const late = await filtered(filter, forged, context, 1, original);
    expect(late.octets.subarray(-sample.length).equals(sample)).toBe(true);
    expect(late.report).toMatchObject({ step: 'untouched', reasons: ['limit.time'] });
    expect((await original.octets()).equals(forged)).toBe(true);
    await store.discard();
    rmSync(directory, { recursive: true });
  });

  it('knows nothing in a thread of the message before, be it longer, shorter or more than its slot holds', async () => {
    const used = filterWith();
    for (const message of [newsletterMail(1, 1_200_000, 10), newsletterMail(2, 20_000, 10), sample]) {
      const alone = await filtered(filterWith(), message, { policies: ['default'] }, roomyMs);
      expect(await filtered(used, message, { policies: ['default'] }, roomyMs)).toEqual(alone);
      expect(alone.report?.result).toBe('cleaned');
    }
  });

  it('a fault passes the message on, or asks for another try', async () => {
    const passing = await filtered(filterWith(), sample, { ...faulty, policies: ['default'] }, roomyMs);
    expect(passing.report).toMatchObject({ result: 'error', reasons: ['error'] });
    expect(passing.tempfail).toBeUndefined();
    expect(passing.octets.subarray(-sample.length).equals(sample)).toBe(true);
    const failing = await filtered(
      filterWith({ onError: 'tempfail' }),
      sample,
      { ...faulty, policies: ['default'] },
      roomyMs,
    );
    expect(failing.tempfail).toBe(true);
  });

  it('asks for another try when no thread is free for too long', async () => {
    const filter = filterWith({}, 1);
    events.length = 0;
    // The only thread is still starting.
    const { tempfail, octets } = await filtered(filter, sample, { policies: ['default'] }, roomyMs);
    expect([tempfail, octets.equals(sample)]).toEqual([true, true]);
    expect(events).toEqual([{ kind: 'busy' }]);
  });

  it('tells why a thread does not start, or is not to be had, and asks for another try meanwhile', async () => {
    events.length = 0;
    const notSent = { headerId: (() => '') as unknown as string };
    const unmade = filterWith({ clean: { ...settingsWith({}).clean, ...notSent } }, 1);
    vi.stubEnv('NODE_OPTIONS', '--import=file:///missing.mjs');
    const unstarted = filterWith({}, 1);
    expect(await unmade.startTrouble).toMatch(/could not be cloned/);
    expect(await unstarted.startTrouble).toMatch(/missing\.mjs/);
    for (const filter of [unmade, unstarted])
      expect((await filtered(filter, sample, { policies: ['default'] }, roomyMs)).tempfail).toBe(true);
    await Promise.all([unmade, unstarted].map((filter) => filter.retire()));
    vi.unstubAllEnvs();
    expect(events.map(({ kind }) => kind)).toEqual(['no_thread', 'no_thread', 'busy', 'busy']);
  });

  it('has a second thread while a long message holds the first, and ends it when there is nothing to do', async () => {
    const filter = filterWith({}, roomyMs, { longMs: 1, idleMs: 1 });
    const clean = (octets: Buffer): Promise<unknown> =>
      filtered(filter, octets, { policies: ['default'] }, roomyMs);
    await clean(sample);
    expect(filter.threads).toBe(1);
    const long = newsletterMail(1, 3_000_000, 500);
    let most = 0;
    // However fast the machine: long ones come until the second thread was seen.
    while (most < 2) {
      const done = Promise.all([clean(long), clean(long), clean(long)]);
      await eventually(async () => {
        most = Math.max(most, filter.threads);
        return most === 2 || (await Promise.race([done, Promise.resolve(undefined)])) !== undefined;
      });
      await done;
    }
    expect(most).toBe(2);
    await eventually(() => filter.threads === 1);
    expect((await filtered(filter, sample, { policies: ['default'] }, roomyMs)).report?.result).toBe(
      'cleaned',
    );
  });

  it('a retired one still cleans a message that began with it', async () => {
    const filter = filterWith();
    await filtered(filter, sample, { policies: ['default'] }, roomyMs);
    await filter.retire();
    expect((await filtered(filter, sample, { policies: ['default'] }, roomyMs)).report?.result).toBe(
      'cleaned',
    );
  });
});
