/**
 * `npm run complexity -- [SECONDS] [SEED] [KIND]`: makes messages that repeat a few pieces of what a kind is made of (markup, sheet, url, plain, parts,
 * fields), cleans each at four sizes, and prints those whose time grows faster than they do, with what they repeat.
 */
import { cleanMessage } from '../../src/clean/index.ts';
import { KINDS, type Kind } from '../complexity/kinds.ts';
import { Dice } from '../geometry/dice.ts';
import { compiledPolicy } from '../support/compiled.ts';
import { cpuMs } from '../support/cpu.ts';

const [secondsText = '60', seedText = '1', only] = process.argv.slice(2);
const chosen = Object.entries(KINDS).filter(([name]) => only === undefined || only === name);
if (chosen.length === 0) {
  console.error(`usage: npm run complexity -- [SECONDS] [SEED] [${Object.keys(KINDS).join('|')}]`);
  process.exit(64);
}

const compiled = compiledPolicy();
const context = { recipients: ['reader@uni.example'], sender: 'a@sender.example' };
const size = 240_000;
/** What takes less is not looked at again: an ordinary newsletter of this size takes a tenth of it. */
const worthMs = 120;

interface Made {
  readonly prefix: string;
  readonly repeated: readonly string[];
}

function make(dice: Dice, { tokens }: Kind): Made {
  const few = (most: number): string =>
    Array.from({ length: 1 + dice.below(most) }, () => dice.one(tokens)).join('');
  const prefix = dice.chance(0.6) ? few(3) : '';
  return { prefix, repeated: Array.from({ length: 1 + dice.below(3) }, () => few(4)) };
}

function messageOf({ prefix, repeated }: Made, kind: Kind, length: number): Buffer {
  const each = length / repeated.length;
  const all = repeated.map((piece) => piece.repeat(Math.max(1, Math.floor(each / piece.length))));
  return Buffer.from(kind.message(prefix + all.join('')));
}

/** The least of so many runs. */
function least(runs: number, made: Made, kind: Kind, length: number): number {
  const message = messageOf(made, kind, length);
  return Math.min(
    ...Array.from({ length: runs }, () => cpuMs(() => void cleanMessage(message, context, compiled))),
  );
}

const endMs = Date.now() + Number(secondsText) * 1000;
let count = 0;
let grown = 0;
let slowest = 0;
for (let seed = Number(seedText); Date.now() < endMs; seed += 1) {
  const dice = new Dice(seed);
  const [name, kind] = dice.one(chosen);
  const made = make(dice, kind);
  count += 1;
  if (least(1, made, kind, size) < worthMs) continue;
  const wholeMs = least(2, made, kind, size);
  if (wholeMs < worthMs) continue;
  slowest = Math.max(slowest, (wholeMs * 1e6) / size);
  // Four times the text may take four times as long, and the collector's share on top.
  if (wholeMs < 6.5 * least(3, made, kind, size / 4)) continue;
  const twiceMs = least(1, made, kind, 2 * size);
  if (twiceMs < 2.8 * wholeMs) continue;
  grown += 1;
  console.log(
    `${name}: ${Math.round(wholeMs)} ms, twice as long ${Math.round(twiceMs)} ms, seed ${seed}: ${JSON.stringify(made)}`,
  );
}
console.log(
  `${count} messages, ${grown} of which take more than their length; the slowest octet took ${Math.round(slowest)} ns`,
);
process.exitCode = grown > 0 ? 1 : 0;
