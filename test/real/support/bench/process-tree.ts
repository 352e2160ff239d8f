import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const ticksPerSecond = 100;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

/** Parent, and CPU time with that of children that have ended; undefined for a process that is gone. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return undefined;
  }
}

/** A process and all below it. */
function treeOf(root: number): ReadonlyMap<number, Stat> {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat !== undefined) all.set(Number(name), stat);
  }
  const tree = new Map<number, Stat>();
  const isBelow = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 0; at = all.get(at)?.parent) {
      if (at === root) return true;
    }
    return false;
  };
  for (const [pid, stat] of all) if (isBelow(pid)) tree.set(pid, stat);
  return tree;
}

/** Seconds of CPU that a process and all below it have used so far. Linux only. */
export function treeCpuSeconds(root: number): number {
  let ticks = 0;
  for (const stat of treeOf(root).values()) ticks += stat.ticks;
  return ticks / ticksPerSecond;
}

/** Memory of a process and all below it, pages that several share counted once (Pss), in MiB. */
export function treeMemoryMiB(root: number): number {
  let kib = 0;
  for (const pid of treeOf(root).keys()) {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
      kib += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
    } catch {
      // It has ended.
    }
  }
  return kib / 1024;
}

/** Resident memory of one process, and the most since `resetPeakMemory`, in MiB. Linux only. */
export function peakMemoryMiB(pid: number): { readonly now: number; readonly peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'latin1');
  const valueOf = (name: RegExp): number => Number(name.exec(text)?.[1] ?? 0) / 1024;
  return { now: valueOf(/^VmRSS:\s+(\d+)/m), peak: valueOf(/^VmHWM:\s+(\d+)/m) };
}

/** Begins the measuring of the most memory anew (proc_pid_clear_refs(5)). */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
