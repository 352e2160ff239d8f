/**
 * `npm run bench:worst [-- CHARACTERS [NAME]]`: what the finder's worst inputs cost for each character, as a multiple of an ordinary newsletter,
 * beside what htmlparser2 and parse5 make of the same texts: each a multiple of its own time for the newsletter. CPU time, the least of several runs.
 */
import { loadavg } from 'node:os';
import { Parser } from 'htmlparser2';
import { parse } from 'parse5';
import { scanHtml } from '../../src/html/index.ts';
import { newsletter, worst, WORST } from '../html/worst-inputs.ts';
import { cpuMs } from '../support/cpu.ts';

const characters = Number(process.argv[2] ?? 1_000_000);
const wanted = process.argv[3] ?? '';
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
const names = Object.keys(passes) as readonly Pass[];

function nsEach(pass: Pass, text: string, rounds: number): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    least = Math.min(
      least,
      cpuMs(() => passes[pass].run(text)),
    );
  }
  return (least * 1e6) / text.length;
}

const ordinary = newsletter(characters);
for (let run = 0; run < 10; run += 1) scanHtml(ordinary);
const base = new Map(names.map((pass) => [pass, nsEach(pass, ordinary, 10)]));
console.log(`Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}, ${characters} characters\n`);
console.log(`${'ns a character'.padEnd(56)}${names.map((name) => name.padStart(12)).join('')}`);
const print = (name: string, figures: readonly number[]): void =>
  console.log(`${name.padEnd(56)}${figures.map((figure) => figure.toFixed(1).padStart(12)).join('')}`);
print(
  'an ordinary newsletter',
  names.map((pass) => base.get(pass) ?? 0),
);

const rows = Object.keys(WORST)
  .filter((name) => name.includes(wanted))
  .map((name) => {
    const text = worst(name, characters);
    const figures = names.map(
      (pass) => nsEach(pass, text, passes[pass].rounds) / (base.get(pass) ?? Number.NaN),
    );
    return { name, figures };
  })
  .sort((one, other) => (other.figures[0] ?? 0) - (one.figures[0] ?? 0));
console.log('\ntimes the newsletter');
for (const { name, figures } of rows) print(name, figures);
const above = (at: number): number => rows.filter(({ figures }) => (figures[at] ?? 0) > AIM).length;
const counts = names.map((name, at) => `${name} ${above(at)}`).join(', ');
console.log(`\nof ${rows.length} texts above ${AIM} times the newsletter: ${counts}`);
