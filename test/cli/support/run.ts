import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../src/cli/bin.mjs', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

/** Runs the command line as a process of its own; `program` is another than the checkout's. */
export function mailsluice(
  args: readonly string[],
  input: Uint8Array | string = '',
  environment: NodeJS.ProcessEnv = {},
  program: string = bin,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, NO_COLOR: '1', ...environment },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, out: Buffer.concat(out), err: Buffer.concat(err).toString() }),
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
