import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measureLatency } from './latency.ts';
import { peakMemoryMiB, resetPeakMemory, treeCpuSeconds } from './process-tree.ts';
import { mailsluiceRig } from './rigs.ts';
import type { Rig } from './rigs.ts';
import { pause, run, until } from '../tools.ts';

export interface OneWorker {
  /** CPU of a newsletter, milliseconds: in one worker, in two, and in two instances of one worker that know nothing of each other. */
  readonly cpuMs: { readonly one: number; readonly two: number; readonly apart: number };
  /** Resident memory of one worker after small messages, and the most while it relays the large one, MiB. */
  readonly idleMiB: number;
  readonly peakMiB: number;
  readonly largeMiB: number;
}

/** Resolves when nothing starts any more: every worker has loaded its code. */
async function idle(pid: number): Promise<void> {
  await until(
    'all workers are ready',
    async () => {
      const before = treeCpuSeconds(pid);
      await pause(500);
      return treeCpuSeconds(pid) - before < 0.03 || undefined;
    },
    60_000,
  );
}

/** CPU of a newsletter in so many instances of so many workers, which share 20 connections; milliseconds. */
async function cpuMsOf(
  { instances, workers }: { readonly instances: number; readonly workers: number },
  sinkPort: number,
  newsletter: string,
  messages: number,
): Promise<number> {
  const rigs: Rig[] = [];
  const cpuSeconds = (): number => rigs.reduce((sum, { pid }) => sum + treeCpuSeconds(pid ?? 0), 0);
  const sendAll = async (): Promise<void> => {
    const shares = ['-s', `${20 / instances}`, '-m', `${Math.ceil(messages / instances)}`];
    const flags = ['-d', ...shares, '-f', 'nieuws@example.org', '-t', 'reader@uni.example', '-F', newsletter];
    const all = await Promise.all(
      rigs.map(({ port }) => run('smtp-source', [...flags, `127.0.0.1:${port}`], undefined, 300_000)),
    );
    const failed = all.find(({ code }) => code !== 0);
    if (failed !== undefined) throw new Error(`smtp-source: ${failed.stderr.trim().slice(0, 300)}`);
  };
  try {
    for (let at = 0; at < instances; at += 1)
      rigs.push(await mailsluiceRig('mailsluice', 'clean', sinkPort, `${workers}`));
    for (const { pid } of rigs) await idle(pid ?? 0);
    await sendAll();
    const before = cpuSeconds();
    await sendAll();
    return ((cpuSeconds() - before) / messages) * 1000;
  } finally {
    for (const rig of rigs) await rig.stop();
  }
}

/** What more workers cost, and what a large message costs one of them in memory. */
export async function measureOneWorker(
  sinkPort: number,
  folder: string,
  mails: { readonly newsletter: Buffer; readonly small: Buffer; readonly large: Buffer },
  messages: number,
): Promise<OneWorker> {
  const file = join(folder, 'one-worker.eml');
  await writeFile(file, mails.newsletter.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  const cpuMs = {
    one: await cpuMsOf({ instances: 1, workers: 1 }, sinkPort, file, messages),
    two: await cpuMsOf({ instances: 1, workers: 2 }, sinkPort, file, messages),
    apart: await cpuMsOf({ instances: 2, workers: 1 }, sinkPort, file, messages),
  };
  const rig = await mailsluiceRig('mailsluice', 'clean', sinkPort, '1');
  try {
    await measureLatency(rig.port, mails.small, 60_000, 100);
    const idleMiB = peakMemoryMiB(rig.pid ?? 0).now;
    resetPeakMemory(rig.pid ?? 0);
    await measureLatency(rig.port, mails.large, 60_000, 5);
    const largeMiB = mails.large.length / 2 ** 20;
    return { cpuMs, idleMiB, peakMiB: peakMemoryMiB(rig.pid ?? 0).peak, largeMiB };
  } finally {
    await rig.stop();
  }
}
