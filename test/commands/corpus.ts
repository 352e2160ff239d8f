/** `npm run corpus -- DIR`: runs the core over a folder of messages and says what it did, how fast, and where an independent comparison disagrees. */
import { relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { cleanMessage } from '../../src/clean/index.ts';
import type { Report } from '../../src/clean/index.ts';
import { scanCss, scanHtml, Spare, tailOf } from '../../src/html/index.ts';
import { readMessage, readTexts } from '../../src/message/index.ts';
import { registrableDomain } from '../../src/url/index.ts';
import { compiledPolicy } from '../support/compiled.ts';
import { dkimBodyHashes } from './dkim-body-hash.ts';
import { findDifference } from './independent-compare.ts';
import { mailFiles, readAsReceived } from './mail-files.ts';
import { parsedDifference } from './parsed-compare.ts';

const args = process.argv.slice(2);
const root = args.find((arg) => !arg.startsWith('--'));
if (root === undefined) {
  console.error('usage: npm run corpus -- DIR [--no-parse] [--summary]');
  process.exit(64);
}
const withParser = !args.includes('--no-parse');
/** Without what the messages say: for a log that others read. */
const summaryOnly = args.includes('--summary');
const compiled = compiledPolicy();

function tally(map: Map<string, number>, key: string, by = 1): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

function table(title: string, map: ReadonlyMap<string, number>, most = 40): void {
  console.log(`\n${title}`);
  const rows = [...map].toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  for (const [key, value] of rows.slice(0, most)) console.log(`  ${String(value).padStart(6)}  ${key}`);
  if (rows.length > most) console.log(`          and ${rows.length - most} more`);
}

const results = new Map<string, number>();
const reasons = new Map<string, number>();
const operators = new Map<string, number>();
const generic = new Map<string, string>();
const problems: string[] = [];
const dkim = { verified: 0, unedited: 0, stillVerified: 0 };
let octetsIn = 0;
let spentMs = 0;
let slowest = { file: '', ms: 0 };

function book(report: Report): void {
  tally(results, report.result);
  for (const reason of report.reasons) tally(reasons, reason);
  for (const { finding, action, before } of report.findings) {
    if (action !== 'kept')
      tally(operators, `${finding.kind} ${action} ${finding.operator ?? finding.evidence[0]?.name ?? '?'}`);
    if (
      finding.kind === 'link' &&
      finding.redirect === 'generic' &&
      action === 'rewritten' &&
      finding.where.kind === 'place'
    ) {
      const url = finding.where.place.urls[0] ?? '';
      const host = URL.canParse(url) ? new URL(url).hostname : before;
      if (!generic.has(host)) generic.set(host, `${url}\n            -> ${finding.destination ?? ''}`);
    }
  }
}

/** Whether a text would be cut if it were only long enough: it spends more for each character than it has of its own (`src/html/work.ts`). */
function isDear(original: Buffer): boolean {
  const { nested } = compiled.policy;
  const { parts: maxParts, nesting: maxDepth } = compiled.limits;
  const message = readMessage(original, { maxParts, maxDepth, nested });
  const leaves = message.parts.filter(({ children }) => children.length === 0);
  return leaves
    .flatMap((part) => readTexts(message, part))
    .some(({ text, role }) => {
      if (role === 'plain') return false;
      const options = { spare: new Spare(0), xml: role === 'xhtml' || role === 'svg' };
      const places = role === 'css' ? scanCss(text, options) : scanHtml(text, options).places;
      return tailOf(places) !== undefined;
    });
}

const files = mailFiles(root);
let dear = 0;
for (const file of files) {
  const name = relative(root, file);
  const original = readAsReceived(file);
  const started = performance.now();
  const { octets, report } = cleanMessage(original, {}, compiled);
  const ms = performance.now() - started;
  spentMs += ms;
  octetsIn += original.length;
  if (ms > slowest.ms) slowest = { file: name, ms };
  book(report);
  if (report.reasons.includes('cut')) problems.push(`cut         ${name}`);
  if (isDear(original)) dear += 1;
  if (report.result === 'error' || report.reasons.includes('error')) problems.push(`error       ${name}`);
  const difference = findDifference(original, octets, report.journal);
  if (difference !== undefined) problems.push(`difference  ${name}: ${difference}`);
  const again = cleanMessage(octets, {}, compiled).report;
  if (again.result === 'cleaned') problems.push(`not idempotent  ${name}`);
  if (dkimBodyHashes(original).includes(true)) {
    dkim.verified += 1;
    if (report.result !== 'cleaned') {
      dkim.unedited += 1;
      if (dkimBodyHashes(octets).includes(true)) dkim.stillVerified += 1;
      else problems.push(`DKIM broken  ${name}`);
    }
  }
  if (!withParser) continue;
  const parsed = await parsedDifference(original, octets, report);
  if (parsed !== undefined) problems.push(`parses differently  ${name}: ${parsed}`);
}

table('results', results);
table('reasons', reasons);
if (!summaryOnly) table('findings acted on, by kind, action and operator (or first evidence)', operators, 60);
console.log(`\nhosts unwrapped by the generic decoder: ${generic.size}`);
if (!summaryOnly) {
  for (const [host, example] of [...generic].toSorted(([a], [b]) =>
    (registrableDomain(a) ?? a).localeCompare(registrableDomain(b) ?? b),
  )) {
    console.log(`  ${host}\n            ${example}`);
  }
}

console.log(`\nproblems: ${problems.length}`);
for (const problem of problems) console.log(`  ${problem}`);
const edited = dkim.verified - dkim.unedited;
console.log(
  `\nDKIM body hash right before: ${dkim.verified}; unedited of those: ${dkim.unedited}, still right: ${dkim.stillVerified}; ` +
    `edited: ${edited} (${((100 * edited) / Math.max(dkim.verified, 1)).toFixed(0)} %)`,
);
console.log(`\nwould be cut if they were long enough: ${dear}`);
const errors = problems.filter((problem) => problem.startsWith('error')).length;
const seconds = spentMs / 1000;
console.log(
  `\n${files.length} messages, ${(octetsIn / 1e6).toFixed(1)} MB, ${spentMs.toFixed(0)} ms, ${(octetsIn / 1e6 / seconds).toFixed(1)} MB/s, ` +
    `slowest ${slowest.ms.toFixed(0)} ms (${slowest.file}), ${errors} errors, ${problems.length - errors} differences`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
