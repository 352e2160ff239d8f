/**
 * `npm run geometry -- [SECONDS] [SEED]`: makes documents that show or hide one picture in all manner of ways, asks judging whether it is hidden and
 * Chromium, at two widths, whether it is seen, and prints how often they agree and the smallest documents of which they do not.
 */
import { whyNoChromium } from '../html/chromium.ts';
import { Dice } from '../geometry/dice.ts';
import { htmlOf } from '../geometry/documents.ts';
import { BATCH, Eye } from '../geometry/eye.ts';
import { makeDocument } from '../geometry/grammar.ts';
import { compare, leastOf, type Fault, type Seen } from '../geometry/search.ts';
import { startChromium } from '../pictures/browser.ts';

const missing = whyNoChromium();
if (missing !== undefined) {
  console.error(`geometry: ${missing}`);
  process.exit(69);
}
const [secondsText = '60', seedText = '1'] = process.argv.slice(2);
const endMs = Date.now() + Number(secondsText) * 1000;

interface Found {
  readonly fault: Fault;
  readonly seed: number;
  readonly why: string;
  count: number;
}

const browser = await startChromium();
const eye = await Eye.open(browser);
const matrix = new Map<string, number>();
const found = new Map<string, Found>();

async function note(one: Seen, seed: number): Promise<void> {
  const { fault } = one;
  if (fault === undefined) return;
  const made = await leastOf(eye, one);
  const least = htmlOf(made, '@@');
  const known = found.get(least);
  if (known === undefined) found.set(least, { fault, seed, why: one.why, count: 1 });
  else known.count += 1;
}

let count = 0;
for (let seed = Number(seedText); Date.now() < endMs; seed += BATCH) {
  const seeds = Array.from({ length: BATCH }, (_, at) => seed + at);
  const seen = await compare(
    eye,
    seeds.map((one) => makeDocument(new Dice(one))),
  );
  count += seen.length;
  for (const [at, one] of seen.entries()) {
    const cell = `${one.sight}, judged ${one.verdict}${one.fault === undefined ? '' : `: ${one.fault}`}`;
    matrix.set(cell, (matrix.get(cell) ?? 0) + 1);
    if (one.fault !== undefined) await note(one, seed + at);
  }
}
await browser.close();

for (const fault of ['lost', 'slips'] as const) {
  const all = [...found].filter(([, one]) => one.fault === fault).sort(([, a], [, b]) => b.count - a.count);
  console.log(`\n${fault}: ${all.length} smallest documents`);
  for (const [html, one] of all) {
    const inner = html.replace('<p>Dear reader,</p>', '').replace('<p>Kind regards</p>', '');
    console.log(`${one.count}\t${one.seed}\t${one.why}\t${inner.replaceAll('\n', ' ')}`);
  }
}
console.log(`\n${count} documents`);
for (const [cell, times] of [...matrix].sort()) console.log(`${times}\t${cell}`);
