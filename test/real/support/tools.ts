import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a code other than 0 is no error here. */
export async function run(
  name: string,
  args: readonly string[],
  input?: Buffer,
  timeoutMs = 60_000,
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, encoding: 'latin1' } as const;
    const child = execFile(program(name), args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr: error === null || stderr !== '' ? stderr : error.message });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Where the program is, or its bare name. */
export const program = (name: string): string => find(name) ?? name;

function find(name: string): string | undefined {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin']) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // The next folder.
    }
  }
  return undefined;
}

/**
 * Undefined where every program is installed and we are root (Postfix and Dovecot change users); else says why the tests of
 * `what` are skipped, and prints it.
 */
export function missing(what: string, programs: readonly string[]): string | undefined {
  const absent = programs.filter((name) => find(name) === undefined);
  const root = process.getuid?.() === 0;
  if (absent.length === 0 && root) return undefined;
  const why = absent.length > 0 ? `not installed: ${absent.join(', ')}` : 'must run as root';
  console.warn(`skipped: ${what} (${why})`);
  return why;
}

/** Free loopback ports at this moment. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A temporary folder that the users of Postfix and Dovecot may enter. */
export async function makeFolder(name: string): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `mailsluice-${name}-`));
  await chmod(path, 0o755);
  return {
    path,
    remove: async () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

/** Asks `check` until it gives something. */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 20_000,
): Promise<T> {
  for (const end = Date.now() + timeoutMs; Date.now() < end;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    await pause(50);
  }
  throw new Error(`not within ${timeoutMs} ms: ${what}`);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** True when a loopback port takes connections. */
export async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/**
 * Order of two names in a Maildir by when they were delivered, `<seconds>.<unique>`, of which `M<microseconds>` is a part without leading
 * zeros: as words, two of one second would be in any order.
 */
export function byDelivery(a: string, b: string): number {
  const at = (name: string): number =>
    Number(/^\d+/.exec(name)?.[0] ?? 0) + Number(/^\d+\.(?:[A-Z]\w*?)?M(\d+)/.exec(name)?.[1] ?? 0) / 1e6;
  return at(a) - at(b);
}
