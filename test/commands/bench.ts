/**
 * `npm run bench [-- DIR] [--quick] [--json FILE] [--markdown] [--haraka FOLDER] [--workers N] [--only RIG,...]`: mail end to end, from Debian's
 * smtp-source to its smtp-sink, with nothing, mailsluice, Postfix or Haraka between them; then one worker beside two, and the core alone on
 * the messages in DIR (or the folder that MAILSLUICE_CORPUS names). Needs the package postfix, and root for its private instance.
 */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureLatency, percentile } from '../real/support/bench/latency.ts';
import { measureOneWorker } from '../real/support/bench/one-worker.ts';
import type { OneWorker } from '../real/support/bench/one-worker.ts';
import { line, markdown, titles } from '../real/support/bench/cells.ts';
import type { Cell } from '../real/support/bench/cells.ts';
import { treeCpuSeconds, treeMemoryMiB } from '../real/support/bench/process-tree.ts';
import { harakaRig, mailsluiceRig, postfixRig, startSink } from '../real/support/bench/rigs.ts';
import type { Rig } from '../real/support/bench/rigs.ts';
import { makeFolder, missing, run } from '../real/support/tools.ts';
import { attachmentMail, newsletterMail, textMail } from '../support/sample-mail.ts';

const args = process.argv.slice(2);
const option = (name: string): string | undefined =>
  args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
const corpus = args[0]?.startsWith('--') === false ? args[0] : process.env['MAILSLUICE_CORPUS'];
const isQuick = args.includes('--quick');
/** Names of what stands between: nothing, off, clean, postfix, haraka. */
const only = option('--only')?.split(',');
const workers = option('--workers') ?? 'auto';
if (missing('bench', ['smtp-source', 'smtp-sink', 'postfix']) !== undefined) process.exit(69);

const mails: readonly { readonly name: string; readonly octets: Buffer; readonly isInQuick: boolean }[] = [
  { name: 'text 400 B', octets: textMail(1), isInQuick: true },
  { name: 'newsletter 60 kB', octets: newsletterMail(1, 58_000, 40), isInQuick: true },
  { name: 'newsletter 1 MB', octets: newsletterMail(1, 1_000_000, 300), isInQuick: false },
  { name: 'attachment 10 MB', octets: attachmentMail(1, 7_300_000), isInQuick: true },
];
const connections = isQuick ? [1, 20] : [1, 20, 100];
/** How long each cell is to take. */
const cellMs = isQuick ? 700 : 4_000;

const temporary = await makeFolder('bench');

async function send(rig: Rig, file: string, sessions: number, messages: number): Promise<string | undefined> {
  const flags = [
    '-d',
    '-s',
    `${sessions}`,
    '-m',
    `${messages}`,
    '-f',
    'nieuws@example.org',
    '-t',
    'reader@uni.example',
  ];
  const ran = await run('smtp-source', [...flags, '-F', file, `127.0.0.1:${rig.port}`], undefined, 300_000);
  await rig.settle();
  return ran.code === 0 ? undefined : ran.stderr.trim().slice(0, 200);
}

/** Threads start and code is compiled on the first messages. */
async function warmUp(rig: Rig): Promise<void> {
  const file = join(temporary.path, 'warm-up.eml');
  await writeFile(file, newsletterMail(2, 20_000, 10).toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  await send(rig, file, 4, 20);
  await send(rig, file, 20, isQuick ? 60 : 400);
}

/** Runs one cell: a probe says how many messages fill its time. */
async function measure(
  rig: Rig,
  mail: (typeof mails)[number],
  sessions: number,
  file: string,
): Promise<Cell> {
  const cpu = (): number => (rig.pid === undefined ? 0 : treeCpuSeconds(rig.pid));
  let messages = sessions;
  let tookMs = 0;
  let failed: string | undefined;
  let cpuSeconds = 0;
  // The first round warms the rig up and is not counted, unless it is as long as the cell.
  for (let round = 0; round < 5 && failed === undefined; round += 1) {
    const isEnough = round > 1 || tookMs > cellMs * 3;
    if (isEnough && tookMs > cellMs * 0.6) break;
    if (round > 0) {
      const wanted = (messages / Math.max(tookMs, 20)) * cellMs;
      messages = Math.max(sessions, Math.ceil(Math.min(wanted, messages * 20)));
    }
    const before = cpu();
    const started = performance.now();
    failed = await send(rig, file, sessions, messages);
    tookMs = performance.now() - started;
    cpuSeconds = cpu() - before;
  }
  const memoryMiB = rig.pid === undefined ? undefined : treeMemoryMiB(rig.pid);
  const latency =
    failed === undefined
      ? await measureLatency(rig.port, mail.octets, cellMs / 2, 4_000, sessions).catch(() => [])
      : [];
  await rig.settle();
  return {
    rig: rig.name,
    mail: mail.name,
    octets: mail.octets.length,
    connections: sessions,
    messages,
    perSecond: (messages / tookMs) * 1000,
    cpuMsPerMessage: rig.pid === undefined ? undefined : (cpuSeconds / messages) * 1000,
    memoryMiB,
    p50Ms: latency.length === 0 ? undefined : percentile(latency, 0.5),
    p99Ms: latency.length === 0 ? undefined : percentile(latency, 0.99),
    failed,
  };
}

const sink = await startSink();
const starts: Readonly<Record<string, () => Promise<Rig | undefined>>> = {
  nothing: async () => sink,
  off: () => mailsluiceRig('mailsluice off', 'off', sink.port, workers),
  clean: () => mailsluiceRig('mailsluice', 'clean', sink.port, workers),
  postfix: () => postfixRig(sink.port),
  haraka: () => harakaRig(sink.port, option('--haraka') ?? join(tmpdir(), 'mailsluice-bench-haraka')),
};
const cells: Cell[] = [];
let oneWorker: OneWorker | undefined;
const started = loadavg();
console.log(
  `${new Date().toISOString()}, ${availableParallelism()} cores, node ${process.version}, load average ${started[0]?.toFixed(1)} at the start`,
);
console.log(titles);
try {
  for (const [name, start] of Object.entries(starts)) {
    if (only?.includes(name) === false) continue;
    const rig = await start();
    if (rig === undefined) continue;
    try {
      await warmUp(rig);
      for (const mail of mails) {
        if (isQuick && !mail.isInQuick) continue;
        const file = join(temporary.path, `${mail.name.replaceAll(' ', '-')}.eml`);
        await writeFile(file, mail.octets.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
        for (const sessions of connections) {
          const cell = await measure(rig, mail, sessions, file);
          cells.push(cell);
          console.log(line(cell));
        }
      }
    } finally {
      if (rig !== sink) await rig.stop();
    }
  }
  if (only === undefined) {
    const octetsOf = (start: string): Buffer =>
      mails.find(({ name }) => name.startsWith(start))?.octets ?? Buffer.alloc(0);
    const kinds = {
      newsletter: octetsOf('newsletter 60'),
      small: octetsOf('text'),
      large: octetsOf('attachment'),
    };
    oneWorker = await measureOneWorker(sink.port, temporary.path, kinds, isQuick ? 200 : 2_000);
  }
} finally {
  await sink.stop();
  await temporary.remove();
}

/** Of a cell that was measured; NaN for one that was not. */
function of(rig: string, mail: string, sessions: number, what: 'perSecond' | 'p99Ms'): number {
  const found = cells.find((cell) => cell.rig === rig && cell.mail === mail && cell.connections === sessions);
  return found?.[what] ?? Number.NaN;
}

const busiest = connections.at(-1) ?? 1;
const letter = 'newsletter 60 kB';
const rate = (rig: string): number => of(rig, letter, busiest, 'perSecond');
const slowest = (rig: string): number => of(rig, letter, 1, 'p99Ms');
const targets: [string, number][] = [
  ['cleaning / Haraka relay (>= 1.5)', rate('mailsluice') / rate('Haraka relay')],
  ['cleaning / Postfix relay (>= 0.8)', rate('mailsluice') / rate('Postfix relay')],
  ['off / Haraka relay (>= 2)', rate('mailsluice off') / rate('Haraka relay')],
  ['p99 added at 1 connection, ms (<= 5)', slowest('mailsluice') - slowest('nothing')],
];
if (oneWorker !== undefined) {
  const { cpuMs, pacedCpuMs, perSecond, idleMiB, peakMiB, largeMiB } = oneWorker;
  targets.push(
    ['CPU a message, 2 workers / 1 (<= 1.15)', cpuMs.two / cpuMs.one],
    ['... 2 workers / 2 instances of 1', cpuMs.two / cpuMs.apart],
    [`... 2 workers / 1, both at ${perSecond} a second`, pacedCpuMs.two / pacedCpuMs.one],
    [`... 2 workers / 2 instances, likewise`, pacedCpuMs.two / pacedCpuMs.apart],
    ['memory above idle / attachment (<= 2.5)', (peakMiB - idleMiB) / largeMiB],
  );
}
console.log(`\nof the ${letter} at ${busiest} connections:`);
for (const [name, value] of targets) {
  if (!Number.isNaN(value)) console.log(`  ${name.padEnd(40)}${value.toFixed(2)}`);
}
if (oneWorker !== undefined) {
  const { cpuMs, pacedCpuMs, perSecond, idleMiB, peakMiB, largeMiB } = oneWorker;
  const cpu = ({ one, two, apart }: OneWorker['cpuMs']): string =>
    `${one.toFixed(2)} ms in one worker, ${two.toFixed(2)} in two, ${apart.toFixed(2)} in two instances of one`;
  console.log(`CPU of a ${letter}: ${cpu(cpuMs)};
at ${perSecond} a second ${cpu(pacedCpuMs)}; resident memory of one worker: ${idleMiB.toFixed(0)} MiB idle, at most
${peakMiB.toFixed(0)} MiB with attachments of ${largeMiB.toFixed(1)} MiB`);
}
console.log(`load average at the end ${loadavg()[0]?.toFixed(1)}`);
if (corpus !== undefined && only === undefined) {
  console.log('\nthe core alone:');
  const core = new URL('./bench-core.ts', import.meta.url).pathname;
  const flags = isQuick ? ['--rounds', '1', '--most', '120'] : [];
  spawnSync(process.execPath, [core, corpus, ...flags], { stdio: 'inherit' });
}
if (args.includes('--markdown')) console.log(`\n${markdown(cells)}`);
const json = option('--json') ?? (isQuick ? undefined : 'bench.json');
if (json !== undefined) {
  const report = {
    date: new Date().toISOString(),
    node: process.version,
    cores: availableParallelism(),
    load: [started, loadavg()],
    isQuick,
    workers,
    targets: Object.fromEntries(targets),
    oneWorker,
    cells,
  };
  await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
}
