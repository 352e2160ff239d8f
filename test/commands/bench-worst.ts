/**
 * `npm run bench:worst [-- CHARACTERS [NAME]] [--alone]`: what the finder's worst inputs cost for each character, as a multiple of an ordinary newsletter,
 * beside what htmlparser2 and parse5 make of the same texts: each a multiple of its own time for the newsletter. CPU time, the least of several runs.
 * The newsletter is read again beside each text: what it takes alone is another matter than what it takes in a process that has read all of them.
 * `--alone`: without the two others, which take more than ten minutes for a megabyte.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Parser } from 'htmlparser2';
import { parse } from 'parse5';
import { scanHtml } from '../../src/html/index.ts';
import { newsletter, worst, WORST } from '../html/worst-inputs.ts';
import { cpuMs } from '../support/cpu.ts';

const { values, positionals } = parseArgs({
  options: { alone: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const characters = Number(positionals[0] ?? 1_000_000);
const wanted = positionals[1] ?? '';
const AIM = 4;

let events = 0;
const count = (): void => {
  events += 1;
};
const handler = { onopentag: count, onattribute: count, onclosetag: count, ontext: count, oncomment: count };

/** parse5 throws at some numbers of characters. */
function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    return error;
  }
}

const passes = {
  finder: { run: (text: string): unknown => scanHtml(text), rounds: 7 },
  htmlparser2: {
    run: (text: string): void => {
      const parser = new Parser(handler);
      parser.write(text);
      parser.end();
    },
    rounds: 2,
  },
  parse5: { run: parsed, rounds: 1 },
} as const;
type Pass = keyof typeof passes;
const all = Object.keys(passes) as readonly Pass[];
const names = values.alone ? all.slice(0, 1) : all;

const ordinary = newsletter(characters);

interface Taken {
  readonly newsletterNs: number;
  readonly textNs: number;
}

function take(pass: Pass, text: string, rounds: number): Taken {
  const { run } = passes[pass];
  let newsletterMs = Infinity;
  let textMs = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    newsletterMs = Math.min(
      newsletterMs,
      cpuMs(() => run(ordinary)),
    );
    textMs = Math.min(
      textMs,
      cpuMs(() => run(text)),
    );
  }
  return { newsletterNs: (newsletterMs * 1e6) / ordinary.length, textNs: (textMs * 1e6) / text.length };
}

console.log(`Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}, ${characters} characters\n`);
console.log(`${'ns a character'.padEnd(56)}${names.map((name) => name.padStart(12)).join('')}`);
const print = (name: string, figures: readonly number[]): void =>
  console.log(`${name.padEnd(56)}${figures.map((figure) => figure.toFixed(1).padStart(12)).join('')}`);

const newsletters = new Map<Pass, number[]>(names.map((pass) => [pass, []]));
const rows = Object.keys(WORST)
  .filter((name) => name.includes(wanted))
  .map((name) => {
    const text = worst(name, characters);
    const figures = names.map((pass) => {
      const { newsletterNs, textNs } = take(pass, text, passes[pass].rounds);
      newsletters.get(pass)?.push(newsletterNs);
      return textNs / newsletterNs;
    });
    return { name, figures };
  })
  .sort((one, other) => (other.figures[0] ?? 0) - (one.figures[0] ?? 0));
for (const [name, of] of [
  ['an ordinary newsletter, at least', Math.min],
  ['at most', Math.max],
] as const)
  print(
    name,
    names.map((pass) => of(...(newsletters.get(pass) ?? []))),
  );
console.log('\ntimes the newsletter');
for (const { name, figures } of rows) print(name, figures);
const above = (at: number): number => rows.filter(({ figures }) => (figures[at] ?? 0) > AIM).length;
const counts = names.map((name, at) => `${name} ${above(at)}`).join(', ');
console.log(`\nof ${rows.length} texts above ${AIM} times the newsletter: ${counts}`);
