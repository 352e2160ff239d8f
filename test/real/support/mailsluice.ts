import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accepts, makeFolder, pause, until } from './tools.ts';

const BIN = fileURLToPath(new URL('../../../src/cli/bin.mjs', import.meta.url));

export interface Mailsluice {
  readonly pid: number;
  /** Everything it wrote so far, over all restarts. */
  output(): string;
  /** kill -9, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again after `kill`; resolves when it listens. */
  restart(): Promise<void>;
  /** SIGTERM, then its exit code. */
  stop(): Promise<number | null>;
}

const UNIT = fileURLToPath(new URL('../../../config/mailsluice.service', import.meta.url));

/** What the systemd unit sets for memory; the container image does the same. */
export function unitEnvironment(): Readonly<Record<string, string>> {
  const lines = readFileSync(UNIT, 'utf8').matchAll(/^Environment=(MALLOC_\w+|NODE_OPTIONS)=(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
}

/** Runs `mailsluice serve` as its users do, with this configuration; resolves when all `ports` listen. */
export async function startMailsluice(
  yaml: string,
  ports: readonly number[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Mailsluice> {
  const { path, remove } = await makeFolder('serve');
  const file = join(path, 'mailsluice.yaml');
  await writeFile(file, yaml);
  let output = '';
  let child: ChildProcess | undefined;
  let exited: Promise<number | null> = Promise.resolve(null);

  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, [BIN, 'serve', '-c', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    let over = false;
    exited = new Promise((resolve) => {
      started.on('exit', (code) => {
        over = true;
        resolve(code);
      });
    });
    await until(
      'mailsluice listens',
      async () => {
        if (over) throw new Error(`mailsluice ended: ${output}`);
        const all = await Promise.all(ports.map((port) => accepts(port)));
        return all.every(Boolean) || undefined;
      },
      100_000,
    );
  };

  try {
    await start();
  } catch (error) {
    child?.kill('SIGKILL');
    await remove();
    throw error;
  }
  return {
    get pid() {
      return child?.pid ?? 0;
    },
    output: () => output,
    restart: start,
    async kill() {
      child?.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child?.kill('SIGTERM');
      const code = await Promise.race([exited, pause(40_000).then(() => undefined)]);
      if (code === undefined) child?.kill('SIGKILL');
      await exited;
      await remove();
      return code ?? null;
    },
  };
}
