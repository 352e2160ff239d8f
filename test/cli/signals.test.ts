import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';
import { pause, until } from '../real/support/tools.ts';

const bin = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url));
const SIGHUP = 1n;

/** Whether the process has a handler of its own for this signal. */
function catches(pid: number, signal: bigint): boolean {
  const mask = /^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> (signal - 1n)) & 1n) === 1n;
}

/** Whether it has started another process, which can be no further than its own start. */
function hasChild(pid: number): boolean {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1') !== '';
}

/** Starts `serve` in a group of its own; exit code and output once it has ended by the signals that `act` sends. */
async function started(
  workers: number,
  act: (pid: number, output: () => string) => Promise<void>,
): Promise<readonly unknown[]> {
  const { path, remove } = folderWith({
    'm.yaml': `listeners: [{ smtp: '127.0.0.1:0', next_hop: { smtp: '127.0.0.1:9' } }]\nmetrics: { listen: 'off' }\nworkers: ${workers}\n`,
  });
  const child = spawn(process.execPath, [bin, 'serve', '-c', join(path, 'm.yaml')], { detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await act(child.pid ?? 0, () => output);
  const code = await ended;
  remove();
  return [code, output];
}

const obeyed = [0, expect.stringMatching(/listening[^]*configuration taken[^]*ended/)];

describe.runIf(process.platform === 'linux')('signals that come while it starts', () => {
  it.each([1, 2])('with %d workers are obeyed once it runs', async (workers) => {
    const act = async (pid: number): Promise<void> => {
      await until('it catches SIGHUP', () => catches(pid, SIGHUP) || undefined);
      process.kill(pid, 'SIGHUP');
      // Of two that wait at once the system hands over the second first.
      await pause(30);
      process.kill(pid, 'SIGTERM');
    };
    expect(await started(workers, act)).toEqual(obeyed);
  });

  it.each([1, 2])(
    'and a reload asked for at the end, with %d workers, keeps nothing alive',
    async (workers) => {
      const act = async (pid: number, output: () => string): Promise<void> => {
        await until('it listens', () => output().includes('"listening"') || undefined);
        process.kill(pid, 'SIGTERM');
        process.kill(pid, 'SIGHUP');
        await pause(5);
        process.kill(pid, 'SIGHUP');
      };
      expect((await started(workers, act))[0]).toBe(0);
    },
  );

  it.each([1, 2])(
    'and of many reloads asked for at once, with %d workers, one stands for all that wait, and none delays the end',
    async (workers) => {
      const act = async (pid: number, output: () => string): Promise<void> => {
        await until('it listens', () => output().includes('"listening"') || undefined);
        for (let asked = 0; asked < 30; asked += 1) {
          process.kill(pid, 'SIGHUP');
          await pause(20);
        }
        process.kill(pid, 'SIGTERM');
      };
      const [code, output] = await started(workers, act);
      expect(code).toBe(0);
      expect(String(output).split('configuration taken').length - 1).toBeLessThan(12);
    },
  );

  it('and reach its workers too, as Ctrl-C does, are obeyed once it runs', async () => {
    const act = async (pid: number): Promise<void> => {
      await until('a worker starts', () => hasChild(pid) || undefined);
      process.kill(-pid, 'SIGHUP');
      await pause(30);
      process.kill(-pid, 'SIGINT');
    };
    expect(await started(2, act)).toEqual(obeyed);
  });
});
