import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepts, makeFolder, program, until } from './tools.ts';

export interface Haproxy {
  stop(): Promise<void>;
}

/** Runs Debian's HAProxy in the foreground with this configuration; resolves when `port` takes connections. */
export async function startHaproxy(config: string, port: number): Promise<Haproxy> {
  const { path, remove } = await makeFolder('haproxy');
  const file = join(path, 'haproxy.cfg');
  await writeFile(file, config);
  const child = spawn(program('haproxy'), ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000);
    });
  }
  const exited = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await remove();
  };
  try {
    await until('HAProxy listens', async () => {
      if (child.exitCode !== null) throw new Error(`HAProxy ended: ${output}`);
      return (await accepts(port)) || undefined;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}
