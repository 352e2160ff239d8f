import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';
import { until } from '../real/support/tools.ts';

const bin = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url));
const SIGHUP = 1n;

/** Whether the process has a handler of its own for this signal. */
function catches(pid: number, signal: bigint): boolean {
  const mask = /^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> (signal - 1n)) & 1n) === 1n;
}

it.runIf(process.platform === 'linux').each([1, 2])(
  'signals that come while it starts with %d workers are obeyed once it runs',
  async (workers) => {
    const { path, remove } = folderWith({
      'm.yaml': `listeners: [{ smtp: '127.0.0.1:0', next_hop: { smtp: '127.0.0.1:9' } }]\nmetrics: { listen: 'off' }\nworkers: ${workers}\n`,
    });
    const child = spawn(process.execPath, [bin, 'serve', '-c', join(path, 'm.yaml')]);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await until('it catches SIGHUP', () => catches(child.pid ?? 0, SIGHUP) || undefined);
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    expect([await ended, output]).toEqual([
      0,
      expect.stringMatching(/listening[^]*configuration taken[^]*ended/),
    ]);
    remove();
  },
);
