import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../src/cli/bin.mjs', import.meta.url));

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

export interface Serving {
  /** Port of the first listener. */
  readonly port: number;
  /** Of all listeners. */
  readonly ports: readonly number[];
  readonly adminPort: number;
  /** JSON lines of the log; others are left out. */
  readonly lines: () => readonly LogLine[];
  /** What it wrote to standard error. */
  readonly complaints: () => string;
  readonly until: (test: (line: LogLine) => boolean, from?: number) => Promise<LogLine>;
  /** Waits for a line of any form, and gives it. */
  readonly untilText: (pattern: RegExp) => Promise<string>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  readonly pid: number;
  /** SIGTERM, unless it ended already; the exit code. */
  readonly end: () => Promise<number | null>;
}

function portOf(text: unknown): number {
  return Number(String(text).slice(String(text).lastIndexOf(':') + 1));
}

/** Runs `serve` as a process and answers once it listens; `program` is another than the checkout's, `openFiles` what the system allows it. */
export async function serve(
  config: string,
  program: string = bin,
  environment: NodeJS.ProcessEnv = {},
  openFiles?: number,
): Promise<Serving> {
  const limited = openFiles === undefined ? [] : ['/bin/sh', '-c', `ulimit -n ${openFiles}; exec "$0" "$@"`];
  const [command, ...words] = [...limited, process.execPath, program, 'serve', '-c', config];
  const child = spawn(command, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const lines = (): readonly LogLine[] =>
    out
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine);
  const waitFor = async <Found>(look: () => Found | undefined): Promise<Found> => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}: ${err}${out}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const until: Serving['until'] = (test, from = 0) => waitFor(() => lines().slice(from).find(test));
  const hello = await until(({ msg }) => msg === 'listening');
  const ports = (hello['listeners'] as readonly string[]).map(portOf);
  return {
    port: ports[0] ?? 0,
    ports,
    adminPort: portOf(hello['metrics']),
    lines,
    complaints: () => err,
    until,
    untilText: (pattern) => waitFor(() => pattern.exec(out)?.[0]),
    signal: (name) => void child.kill(name),
    ended,
    pid: child.pid ?? 0,
    end: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Status and body of a GET on loopback. */
export function fetchText(
  port: number,
  path: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).on('error', reject);
  });
}
