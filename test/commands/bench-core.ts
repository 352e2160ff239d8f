/** `npm run bench:core -- DIR [--rounds N] [--most N] [--json FILE]`: what the core costs by stage, beside bare parsers of the same HTML, in CPU time. */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Parser } from 'htmlparser2';
import { parse } from 'parse5';
import { cleanMessage } from '../../src/clean/index.ts';
import { planFindings } from '../../src/clean/act.ts';
import { scanParts } from '../../src/clean/scan-parts.ts';
import type { PartsScan } from '../../src/clean/scan-parts.ts';
import type { DetectInput } from '../../src/detect/input.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { judgeLinks } from '../../src/detect/link/index.ts';
import { judgeLoads } from '../../src/detect/load/index.ts';
import { fieldText, readMessage, readTexts } from '../../src/message/index.ts';
import type { Message } from '../../src/message/types.ts';
import { compiledPolicy } from '../support/compiled.ts';
import { newsletterMail } from '../support/sample-mail.ts';
import { mailFiles, readAsReceived } from './mail-files.ts';

const args = process.argv.slice(2);
const option = (name: string): string | undefined =>
  args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
const root = args[0];
if (root === undefined || root.startsWith('--')) {
  console.error('usage: npm run bench:core -- DIR [--rounds N] [--most N] [--json FILE]');
  process.exit(64);
}
const rounds = Number(option('--rounds') ?? 3);
const most = Number(option('--most') ?? Infinity);
const chunk = 40;

const compiled = compiledPolicy();
const { limits } = compiled;
const readLimits = { maxParts: limits.parts, maxDepth: limits.nesting, nested: compiled.policy.nested };

interface Sample {
  readonly octets: Buffer;
  readonly message: Message;
  readonly scan: PartsScan;
  readonly input: DetectInput;
  readonly findings: readonly Finding[];
  /** The texts of HTML parts, in their first reading. */
  readonly html: readonly string[];
}

function sampleOf(octets: Buffer): Sample {
  const message = readMessage(octets, readLimits);
  const scan = scanParts(message, limits, 'full');
  const fields = message.fields
    .filter(({ name }) => name !== '')
    .map((field) => ({ name: field.name, value: fieldText(message, field), span: field.span }));
  const texts = scan.texts.map(({ scanned }) => scanned);
  const input = { texts, fields, recipients: [], sender: '', rules: compiled.rules };
  const findings = [...judgeLoads(input), ...judgeLinks(input)];
  const html = texts.filter(({ kind, reading }) => kind === 'html' && reading === 0).map(({ text }) => text);
  return { octets, message, scan, input, findings, html };
}

let events = 0;
const count = (): void => {
  events += 1;
};
const handler = {
  onopentag: count,
  onattribute: count,
  onclosetag: count,
  ontext: count,
  oncomment: count,
  onprocessinginstruction: count,
};

function bareEvents(html: readonly string[]): void {
  for (const text of html) {
    const parser = new Parser(handler);
    parser.write(text);
    parser.end();
  }
}

function readAll(octets: Buffer): void {
  const message = readMessage(octets, readLimits);
  for (const part of message.parts) {
    if (part.role !== 'other' && part.children.length === 0) readTexts(message, part);
  }
}

const steps = {
  read: ({ octets }: Sample): unknown => readMessage(octets, readLimits),
  'read+texts': ({ octets }: Sample): unknown => readAll(octets),
  'texts+find': ({ message }: Sample): unknown => scanParts(message, limits, 'full'),
  loads: ({ input }: Sample): unknown => judgeLoads(input),
  links: ({ input }: Sample): unknown => judgeLinks(input),
  plan: ({ findings, scan }: Sample): unknown => planFindings(findings, scan, compiled, {}),
  htmlparser2: ({ html }: Sample): unknown => bareEvents(html),
  parse5: ({ html }: Sample): unknown => html.map((text) => parse(text).childNodes.length),
  core: ({ octets }: Sample): unknown => cleanMessage(octets, {}, compiled),
} as const;
type Step = keyof typeof steps;
const stepNames = Object.keys(steps) as readonly Step[];

function cpuUs(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

const spent = new Map<Step, number>(stepNames.map((name) => [name, 0]));
const files = mailFiles(root).slice(0, most);
const totals = { messages: 0, octets: 0, html: 0, htmlMessages: 0, trees: 0 };

function needsTree({ input }: Sample): boolean {
  return input.rules.selectors.length > 0 && input.texts.some(({ scan }) => scan?.flat === undefined);
}

/** Only messages with HTML: the comparison is with parsers of HTML. */
async function bench(samples: readonly Sample[], isCounted: boolean): Promise<void> {
  for (const name of stepNames) {
    const step = steps[name];
    const start = process.cpuUsage();
    for (const sample of samples) {
      step(sample);
      // As in a service, where each message has a turn of its own: what is weakly held lives until the turn ends.
      await setImmediate();
    }
    const { user, system } = process.cpuUsage(start);
    const us = user + system;
    if (isCounted) spent.set(name, (spent.get(name) ?? 0) + us);
  }
}

for (let at = 0; at < files.length; at += chunk) {
  const all = files.slice(at, at + chunk).map((file) => sampleOf(readAsReceived(file)));
  const samples = all.filter(({ html }) => html.length > 0);
  totals.messages += all.length;
  totals.htmlMessages += samples.length;
  for (const sample of samples) {
    totals.octets += sample.octets.length;
    totals.html += sample.html.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (needsTree(sample)) totals.trees += 1;
  }
  // The compiler warms up on the first messages, which are measured again behind it.
  if (at === 0) for (let round = 0; round < 5; round += 1) await bench(samples, false);
  for (let round = 0; round < rounds; round += 1) await bench(samples, true);
}

const us = (name: Step): number => (spent.get(name) ?? 0) / rounds;
const stages: Readonly<Record<string, number>> = {
  read: us('read'),
  texts: us('read+texts') - us('read'),
  find: us('texts+find') - (us('read+texts') - us('read')),
  'judge loads': us('loads'),
  'judge links': us('links'),
  // Attributes are decoded when judging first asks for them; the samples of the stages above have theirs already.
  'attributes+plan+splice': us('core') - us('read') - us('texts+find') - us('loads') - us('links'),
  'whole core': us('core'),
  'htmlparser2, events only': us('htmlparser2'),
  'parse5, tree': us('parse5'),
};
console.log(
  `${totals.messages} messages, ${totals.htmlMessages} with HTML: ${(totals.octets / 1e6).toFixed(1)} MB of mail, ` +
    `${(totals.html / 1e6).toFixed(1)} MB of HTML; ${rounds} rounds, load average ${loadavg()[0]?.toFixed(1)}`,
);
console.log(
  `${'stage'.padEnd(26)}${'us/message'.padStart(12)}${'MB/s of HTML'.padStart(14)}${'x htmlparser2'.padStart(15)}`,
);
for (const [name, total] of Object.entries(stages)) {
  const each = (total / totals.htmlMessages).toFixed(0).padStart(12);
  const speed = (totals.html / total).toFixed(1).padStart(14);
  const ratio = (total / us('htmlparser2')).toFixed(2).padStart(15);
  console.log(`${name.padEnd(26)}${each}${speed}${ratio}`);
}
console.log(
  `core / htmlparser2 = ${(us('core') / us('htmlparser2')).toFixed(2)}, core / parse5 = ${(us('core') / us('parse5')).toFixed(2)}; ` +
    `cheerio was needed for ${totals.trees} of ${totals.htmlMessages} messages`,
);

/** Time per octet must not grow with the message. */
const growth = [10, 30, 100, 300, 1_000, 3_000, 10_000].map((kilobytes) => {
  const mail = newsletterMail(7, kilobytes * 1000, Math.max(1, Math.round(kilobytes / 3)));
  const times = Math.max(1, Math.round(6_000 / kilobytes));
  const run = (): void => {
    for (let time = 0; time < times; time += 1) cleanMessage(mail, {}, compiled);
  };
  run();
  const nsPerOctet = (Math.min(cpuUs(run), cpuUs(run)) * 1000) / times / mail.length;
  return { octets: mail.length, nsPerOctet: Number(nsPerOctet.toFixed(1)) };
});
console.log('\nnewsletters of our own, links in proportion:');
for (const { octets, nsPerOctet } of growth)
  console.log(`${(octets / 1000).toFixed(0).padStart(8)} kB${nsPerOctet.toFixed(1).padStart(8)} ns an octet`);

const json = option('--json');
if (json !== undefined) {
  const stagesUs = Object.fromEntries(
    Object.entries(stages).map(([name, total]) => [name, Math.round(total / totals.htmlMessages)]),
  );
  const ratios = { htmlparser2: us('core') / us('htmlparser2'), parse5: us('core') / us('parse5') };
  const report = {
    node: process.version,
    load: loadavg(),
    ...totals,
    events,
    usPerMessage: stagesUs,
    ratios,
    growth,
  };
  writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
}
