import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measureLatency } from './latency.ts';
import { peakMemoryMiB, resetPeakMemory, treeCpuSeconds } from './process-tree.ts';
import { mailsluiceRig } from './rigs.ts';
import { pause, run, until } from '../tools.ts';

export interface OneWorker {
  /** CPU of a newsletter by number of workers, milliseconds. */
  readonly cpuMsBy: ReadonlyMap<number, number>;
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

async function cpuMsWith(
  workers: number,
  sinkPort: number,
  newsletter: string,
  messages: number,
): Promise<number> {
  const rig = await mailsluiceRig('mailsluice', 'clean', sinkPort, `${workers}`);
  const send = (count: number): Promise<unknown> => {
    const flags = [
      '-d',
      '-s',
      '20',
      '-m',
      `${count}`,
      '-f',
      'nieuws@example.org',
      '-t',
      'reader@uni.example',
    ];
    return run('smtp-source', [...flags, '-F', newsletter, `127.0.0.1:${rig.port}`], undefined, 300_000);
  };
  try {
    await idle(rig.pid ?? 0);
    await send(messages);
    const before = treeCpuSeconds(rig.pid ?? 0);
    await send(messages);
    return ((treeCpuSeconds(rig.pid ?? 0) - before) / messages) * 1000;
  } finally {
    await rig.stop();
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
  const cpuMsBy = new Map<number, number>();
  for (const workers of [1, 2]) cpuMsBy.set(workers, await cpuMsWith(workers, sinkPort, file, messages));
  const rig = await mailsluiceRig('mailsluice', 'clean', sinkPort, '1');
  try {
    await measureLatency(rig.port, mails.small, 60_000, 100);
    const idleMiB = peakMemoryMiB(rig.pid ?? 0).now;
    resetPeakMemory(rig.pid ?? 0);
    await measureLatency(rig.port, mails.large, 60_000, 5);
    const largeMiB = mails.large.length / 2 ** 20;
    return { cpuMsBy, idleMiB, peakMiB: peakMemoryMiB(rig.pid ?? 0).peak, largeMiB };
  } finally {
    await rig.stop();
  }
}
