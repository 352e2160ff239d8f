/** `npm run quality -- DIR LABELS [--list FILE] [--domains FILE]`: how well loads are judged, on loads that people have labelled. */
import { readFileSync } from 'node:fs';
import { readFilterList } from '../../src/rules/adblock.ts';
import { loadBuiltin } from '../../src/rules/load.ts';
import { compileRules, isSelectorRule, type PixelRule } from '../../src/rules/index.ts';
import {
  domainList,
  hostsOf,
  listBaseline,
  mailScannerRule,
  ruleBaseline,
  type Baseline,
} from '../quality/baselines.ts';
import { readMail, shortHash } from '../quality/distinct-loads.ts';
import { isActedOn, judgedLoads, type JudgedLoad, type Tier } from '../quality/judged-loads.ts';
import { readLabels, type Label, type Labelled } from '../quality/labels.ts';
import { kappa, shown } from '../quality/statistics.ts';
import { mailFiles, readAsReceived } from './mail-files.ts';

const args = process.argv.slice(2);
const [root, labelFile] = args.filter(
  (arg, index) => !arg.startsWith('--') && args[index - 1]?.startsWith('--') !== true,
);
if (root === undefined || labelFile === undefined) {
  console.error('usage: npm run quality -- DIR LABELS [--list ADBLOCK-FILE] [--domains FILE] [--show]');
  process.exit(64);
}

function option(name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

const labels = readLabels(labelFile);
const builtin = loadBuiltin();
const rules = compileRules(builtin.rules, builtin.version);

const byMessage = new Map<string, Map<string, Labelled>>();
for (const one of labels) {
  const known = byMessage.get(one.message) ?? new Map<string, Labelled>();
  byMessage.set(one.message, known.set(one.load, one));
}

const judged: JudgedLoad[] = [];
const fileOf = new Map<JudgedLoad, string>();
let messages = 0;
for (const file of mailFiles(root)) {
  const wanted = byMessage.get(shortHash(readFileSync(file)));
  if (wanted === undefined) continue;
  messages += 1;
  for (const one of judgedLoads(readMail(readAsReceived(file)), rules, wanted)) {
    judged.push(one);
    fileOf.set(one, file);
  }
}

const count = (filter: (one: JudgedLoad) => boolean): number => judged.filter(filter).length;
const all: readonly Label[] = ['T', 'I', 'C', 'S'];
const trackers = count((one) => one.label === 'T');

console.log(
  `${judged.length} of ${labels.length} labelled loads in ${messages} messages; rules ${builtin.version}`,
);
console.log(`labels: ${all.map((label) => `${label} ${count((one) => one.label === label)}`).join(', ')}`);
const twice = labels.flatMap((one) => (one.b === undefined ? [] : [[one.a, one.b] as const]));
if (twice.length > 0) {
  const same = twice.filter(([a, b]) => a === b).length;
  console.log(`two labellings: ${same} of ${twice.length} alike, kappa ${kappa(twice).toFixed(3)}`);
}

console.log('\ntier        T     I     C     S   precision (share of T)');
const tiers: readonly Tier[] = ['certain', 'probable', 'possible', 'personal', 'none'];
for (const tier of tiers) {
  const of = (label: Label): number => count((one) => one.tier === tier && one.label === label);
  const counts = all.map((label) => String(of(label)).padStart(5)).join(' ');
  const sum = all.reduce((total, label) => total + of(label), 0);
  console.log(`${tier.padEnd(8)} ${counts}   ${shown(of('T'), sum)}`);
}

function score(name: string, takes: (one: JudgedLoad) => boolean): void {
  const taken = count(takes);
  const hits = count((one) => takes(one) && one.label === 'T');
  const lost = count((one) => takes(one) && (one.label === 'C' || one.label === 'I'));
  console.log(
    `${name}\n  recall    ${shown(hits, trackers)}\n  precision ${shown(hits, taken)}   content taken: ${lost}`,
  );
}

console.log('');
score('mailsluice, default policy (certain and probable)', (one) => isActedOn(one.tier));
score('mailsluice, certain only', (one) => one.tier === 'certain');
const named = builtin.rules.filter(
  (rule): rule is PixelRule => rule.kind === 'pixel' && !isSelectorRule(rule),
);
const baselines: Baseline[] = [ruleBaseline(rules), mailScannerRule];
const domains = option('--domains');
if (domains === undefined)
  baselines.push(domainList('a domain list (hosts of our pixel rules)', hostsOf(named)));
else {
  const hosts = readFileSync(domains, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  baselines.push(
    domainList(
      `domain list ${domains}`,
      hosts.flatMap((host) => [host, `*.${host}`]),
    ),
  );
}
const listFile = option('--list');
if (listFile !== undefined) {
  const loaded = await readFilterList(listFile, readFileSync(listFile, 'utf8'));
  if (loaded.kind === 'loaded') baselines.push(listBaseline(`adblock list ${listFile}`, loaded.list));
  else console.error(loaded.message);
}
for (const baseline of baselines) score(baseline.name, (one) => baseline.takes(one.load));

console.log('\nevidence                 share of T among loads that have it and are acted on');
const names = new Set(judged.flatMap((one) => one.finding?.evidence.map((evidence) => evidence.name) ?? []));
for (const name of [...names].sort()) {
  const having = judged.filter(
    (one) => isActedOn(one.tier) && one.finding?.evidence.some((evidence) => evidence.name === name),
  );
  console.log(
    `  ${name.padEnd(22)} ${shown(having.filter((one) => one.label === 'T').length, having.length)}`,
  );
}

if (args.includes('--show')) {
  console.log('\nwhere verdict and label differ');
  for (const one of judged) {
    if (isActedOn(one.tier) === (one.label === 'T')) continue;
    const evidence = one.finding?.evidence.map((single) => single.name).join(' ') ?? '';
    console.log(
      `  ${one.label} ${one.tier} ${fileOf.get(one) ?? ''} ${one.load.url.slice(0, 160)} ${evidence}`,
    );
  }
}
