import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measureLatency } from './latency.ts';
import { fullLoad, type Load, pacedLoad } from './loads.ts';
import { peakMemoryMiB, resetPeakMemory, treeCpuSeconds } from './process-tree.ts';
import { mailsluiceRig } from './rigs.ts';
import type { Rig } from './rigs.ts';
import { pause, until } from '../tools.ts';

/** CPU of a newsletter, milliseconds: in one worker, in two, and in two instances of one worker that know nothing of each other. */
export interface CpuMs {
  readonly one: number;
  readonly two: number;
  readonly apart: number;
}

export interface OneWorker {
  /** As fast as it goes: the more workers, the more is done at the same time, and the more each waits for caches and memory. */
  readonly cpuMs: CpuMs;
  /** At `perSecond` messages a second, which one worker does with ease: the same work in the same time for all. */
  readonly pacedCpuMs: CpuMs;
  readonly perSecond: number;
  /** Resident memory of one worker after small messages, and the most while it relays the large one, MiB. */
  readonly idleMiB: number;
  readonly peakMiB: number;
  readonly largeMiB: number;
}

const perSecond = 50;
/** Each load runs so often for each kind in turn, so that what else the machine does befalls all alike. */
const rounds = 4;

interface Kind {
  readonly name: keyof CpuMs;
  readonly rigs: readonly Rig[];
}

const cpuSeconds = ({ rigs }: Kind): number =>
  rigs.reduce((sum, { pid }) => sum + treeCpuSeconds(pid ?? 0), 0);

/** Resolves when nothing starts any more: every worker has loaded its code. */
async function idle(kind: Kind): Promise<void> {
  await until(
    'all workers are ready',
    async () => {
      const before = cpuSeconds(kind);
      await pause(500);
      return cpuSeconds(kind) - before < 0.03 || undefined;
    },
    60_000,
  );
}

async function cpuOf(kinds: readonly Kind[], load: Load, messages: number): Promise<CpuMs> {
  const seconds = { one: 0, two: 0, apart: 0 };
  const share = Math.ceil(messages / rounds);
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of kinds) {
      const before = cpuSeconds(kind);
      await load(
        kind.rigs.map(({ port }) => port),
        share,
      );
      seconds[kind.name] += cpuSeconds(kind) - before;
    }
  }
  const ms = (sum: number): number => (sum * 1000) / (share * rounds);
  return { one: ms(seconds.one), two: ms(seconds.two), apart: ms(seconds.apart) };
}

async function compareWorkers(
  sinkPort: number,
  file: string,
  newsletter: Buffer,
  messages: number,
): Promise<Pick<OneWorker, 'cpuMs' | 'pacedCpuMs'>> {
  const started: Rig[] = [];
  const start = async (workers: string): Promise<Rig> => {
    const rig = await mailsluiceRig('mailsluice', 'clean', sinkPort, workers);
    started.push(rig);
    return rig;
  };
  try {
    const kinds: readonly Kind[] = [
      { name: 'one', rigs: [await start('1')] },
      { name: 'two', rigs: [await start('2')] },
      { name: 'apart', rigs: [await start('1'), await start('1')] },
    ];
    const full = fullLoad(file);
    for (const kind of kinds) {
      await idle(kind);
      await full(
        kind.rigs.map(({ port }) => port),
        messages,
      );
    }
    const cpuMs = await cpuOf(kinds, full, messages);
    return { cpuMs, pacedCpuMs: await cpuOf(kinds, pacedLoad(newsletter, perSecond), messages) };
  } finally {
    for (const rig of started) await rig.stop();
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
  const compared = await compareWorkers(sinkPort, file, mails.newsletter, messages);
  const rig = await mailsluiceRig('mailsluice', 'clean', sinkPort, '1');
  try {
    await measureLatency(rig.port, mails.small, 60_000, 100);
    const idleMiB = peakMemoryMiB(rig.pid ?? 0).now;
    resetPeakMemory(rig.pid ?? 0);
    await measureLatency(rig.port, mails.large, 60_000, 5);
    const largeMiB = mails.large.length / 2 ** 20;
    return { ...compared, perSecond, idleMiB, peakMiB: peakMemoryMiB(rig.pid ?? 0).peak, largeMiB };
  } finally {
    await rig.stop();
  }
}
