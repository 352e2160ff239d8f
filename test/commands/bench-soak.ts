/**
 * `npm run bench:soak -- [MESSAGES] [--workers N]` (20,000): messages of several kinds from Debian's smtp-source through a cleaning mailsluice to its
 * smtp-sink, and the memory of all its processes as it goes. Ends with 1 where the last tenth of the run needs more than 1.2 times what the second
 * did, once 10,000 messages have warmed it up. Needs the package postfix.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { treeCpuSeconds, treeMemoryMiB } from '../real/support/bench/process-tree.ts';
import { mailsluiceRig, startSink } from '../real/support/bench/rigs.ts';
import { makeFolder, missing, run } from '../real/support/tools.ts';
import { attachmentMail, newsletterMail, textMail } from '../support/sample-mail.ts';

const args = process.argv.slice(2);
const total = Number(args[0]?.startsWith('--') === false ? args[0] : 20_000);
const workers = args.includes('--workers') ? (args[args.indexOf('--workers') + 1] ?? 'auto') : 'auto';
if (!Number.isInteger(total) || total < 1_000) {
  console.error('usage: npm run bench:soak -- [MESSAGES, 1000 or more] [--workers N]');
  process.exit(64);
}
if (missing('bench:soak', ['smtp-source', 'smtp-sink']) !== undefined) process.exit(69);

/** Small messages mostly, as mail is; in each hundred this many of each kind. */
const kinds: readonly { readonly share: number; readonly make: (id: number) => Buffer }[] = [
  { share: 70, make: textMail },
  { share: 24, make: (id) => newsletterMail(id, 6_000, 8) },
  { share: 5, make: (id) => newsletterMail(id, 58_000, 40) },
  { share: 1, make: (id) => attachmentMail(id, 400_000) },
];
const samples = 100;
const mostMore = 1.2;
const sessions = 20;
/** Until then V8 and malloc take what they keep. */
const warmUp = 10_000;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

/** MiB for each 100,000 messages more, by least squares. */
function slopeOf(points: readonly { readonly at: number; readonly MiB: number }[]): number {
  const at = mean(points.map((point) => point.at));
  const MiB = mean(points.map((point) => point.MiB));
  const over = points.reduce((sum, point) => sum + (point.at - at) * (point.MiB - MiB), 0);
  return (over / points.reduce((sum, point) => sum + (point.at - at) ** 2, 0)) * 100_000;
}

const folder = await makeFolder('bench-soak');
const sink = await startSink();
const rig = await mailsluiceRig('mailsluice', 'clean', sink.port, workers);
const pid = rig.pid ?? process.exit(70);
const points: { at: number; MiB: number }[] = [];
const idleMiB = treeMemoryMiB(pid);
const began = performance.now();
const cpuBefore = treeCpuSeconds(pid);
let sent = 0;

/** Sends so many of all kinds; `id` gives them identifiers of their own, so that nothing is known from the batch before. */
async function batch(id: number, messages: number): Promise<void> {
  for (const [index, { share, make }] of kinds.entries()) {
    const count = Math.max(1, Math.round((messages * share) / 100));
    const file = join(folder.path, `${index}.eml`);
    const octets = make(id * kinds.length + index)
      .toString('latin1')
      .replaceAll('\r\n', '\n');
    await writeFile(file, octets, 'latin1');
    const flags = ['-s', `${Math.min(sessions, count)}`, '-m', `${count}`, '-f', 'nieuws@example.org'];
    // Every other batch with a connection for each message.
    if (id % 2 === 0) flags.push('-d');
    const to = ['-t', 'reader@uni.example', '-F', file, `127.0.0.1:${rig.port}`];
    const ran = await run('smtp-source', [...flags, ...to], undefined, 600_000);
    if (ran.code !== 0) throw new Error(`smtp-source: ${ran.stderr.trim().slice(0, 300)}`);
    sent += count;
  }
}

try {
  for (let id = 0; sent < warmUp; id += 1) await batch(samples + id, 500);
  console.log(`${sent} messages before it counts: ${treeMemoryMiB(pid).toFixed(0)} MiB`);
  const first = sent;
  for (let sample = 1; sample <= samples; sample += 1) {
    await batch(sample, Math.max(kinds.length, Math.round(first + (total * sample) / samples - sent)));
    points.push({ at: sent, MiB: treeMemoryMiB(pid) });
    if (sample % (samples / 10) === 0) {
      console.log(`${String(sent).padStart(8)} messages ${points.at(-1)?.MiB.toFixed(0).padStart(6)} MiB`);
    }
  }
} finally {
  const cpu = treeCpuSeconds(pid) - cpuBefore;
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${sent} messages in ${seconds.toFixed(0)} s, ${((cpu / Math.max(sent, 1)) * 1000).toFixed(2)} ms CPU a message`,
  );
  await rig.stop();
  await sink.stop();
  await folder.remove();
}

const tenth = (index: number): number =>
  mean(points.slice((index * samples) / 10, ((index + 1) * samples) / 10).map((point) => point.MiB));
const [second, last] = [tenth(1), tenth(9)];
console.log(`idle         ${idleMiB.toFixed(0)} MiB
first tenth  ${tenth(0).toFixed(0)} MiB
second tenth ${second.toFixed(0)} MiB
last tenth   ${last.toFixed(0)} MiB
slope        ${slopeOf(points.slice(samples / 10)).toFixed(1)} MiB for 100,000 messages, without the first tenth
last/second  ${(last / second).toFixed(2)} (at most ${mostMore})`);
process.exit(last > second * mostMore ? 1 : 0);
