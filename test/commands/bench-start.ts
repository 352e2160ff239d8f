/**
 * `npm run bench:start [-- DIR]`: what a start costs, beside a bare `node -e 0` in the same run: `clean` of one small message and `serve` until
 * it takes a connection, from the checkout and from the tarball; without a compile cache the first time, then with one. Then `clean -o` of up to
 * 1,000 messages of DIR (or the folder that MAILSLUICE_CORPUS names).
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack, unpack } from '../cli/support/installed.ts';
import { treeCpuSeconds, treeMemoryMiB } from '../real/support/bench/process-tree.ts';
import { freePorts, pause } from '../real/support/tools.ts';
import { newsletterMail } from '../support/sample-mail.ts';

const corpus = process.argv[2] ?? process.env['MAILSLUICE_CORPUS'];
const rounds = 9;
const folder = mkdtempSync(join(tmpdir(), 'mailsluice-bench-start-'));
const checkout = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url));
const message = join(folder, 'small.eml');
writeFileSync(message, newsletterMail(1, 3_000, 4));

interface Took {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Wall and CPU time of a process, by the shell's own clock. */
function timed(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Took {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="took %R %U %S"; time "$@" > /dev/null', 'bash', process.execPath, ...args],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', ...environment } },
  );
  const [, wall, user, system] = /took (\S+) (\S+) (\S+)/.exec(stderr) ?? [];
  if (status !== 0 || wall === undefined) throw new Error(`${args.join(' ')}: ${stderr}`);
  return { wallMs: Number(wall) * 1000, cpuMs: (Number(user) + Number(system)) * 1000 };
}

/** The same of `serve`, up to the first connection that it takes; then its memory once it is idle. */
async function listening(bin: string, environment: NodeJS.ProcessEnv): Promise<Took & { MiB: number }> {
  const [port = 0] = await freePorts(1);
  const file = join(folder, 'mailsluice.yaml');
  const listener = `{ smtp: '127.0.0.1:${port}', mode: after-queue, next_hop: { smtp: '127.0.0.1:1' } }`;
  writeFileSync(file, `listeners: [${listener}]\nmetrics: { listen: 127.0.0.1:0 }\nworkers: 1\n`);
  const began = performance.now();
  const child = spawn(process.execPath, [bin, 'serve', '-c', file], {
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  });
  const pid = child.pid ?? 0;
  const exited = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const accepts = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  while (!(await accepts())) {
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}`);
    await pause(2);
  }
  const took = { wallMs: performance.now() - began, cpuMs: treeCpuSeconds(pid) * 1000 };
  await pause(2_000);
  const MiB = treeMemoryMiB(pid);
  child.kill('SIGTERM');
  await exited;
  return { ...took, MiB };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

function row(name: string, took: readonly Took[], more = ''): void {
  const wall = took.map(({ wallMs }) => wallMs);
  const cells = [Math.min(...wall), median(wall), Math.min(...took.map(({ cpuMs }) => cpuMs))];
  console.log(`${name.padEnd(44)}${cells.map((ms) => ms.toFixed(0).padStart(9)).join('')}${more}`);
}

const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make);
const cache = (name: string): NodeJS.ProcessEnv => ({ NODE_COMPILE_CACHE: join(folder, `cache-${name}`) });

try {
  const tarball = join(unpack(pack(folder), folder), 'src/cli/bin.mjs');
  console.log(`Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}, ${rounds} times each, ms\n`);
  console.log(`${''.padEnd(44)}${['least', 'median', 'CPU'].map((head) => head.padStart(9)).join('')}`);
  const bare = (): void =>
    row(
      'node -e 0',
      times(rounds, () => timed(['-e', '0'])),
    );
  bare();
  for (const [name, bin] of [
    ['checkout', checkout],
    ['tarball', tarball],
  ] as const) {
    row(`clean, ${name}, nothing cached`, [timed([bin, 'clean', message], cache(name))]);
    row(
      `clean, ${name}`,
      times(rounds, () => timed([bin, 'clean', message], cache(name))),
    );
    const first = await listening(bin, cache(name));
    row(`serve until it listens, ${name}, nothing cached`, [first]);
    const served: (Took & { MiB: number })[] = [];
    for (let round = 0; round < 5; round += 1) served.push(await listening(bin, cache(name)));
    const MiB = median(served.map((each) => each.MiB)).toFixed(0);
    row(`serve until it listens, ${name}`, served, `   ${MiB} MiB idle`);
  }
  bare();
  if (corpus === undefined) console.log('not run: clean -o, no folder of messages');
  else {
    const files = readdirSync(corpus, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.eml'))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
    // Under names that occur once, evenly out of all.
    const step = Math.max(1, Math.floor(files.length / 1_000));
    const byName = new Map(
      files.filter((_, at) => at % step === 0).map((file) => [file.replace(/.*\//, ''), file]),
    );
    const chosen = [...byName.values()].slice(0, 1_000);
    const out = join(folder, 'out');
    mkdirSync(out);
    row(`clean -o of ${chosen.length} messages, tarball`, [timed([tarball, 'clean', '-o', out, ...chosen])]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
