/**
 * `npm run vectors -- FILE.json [--phases load,scroll,…] [--before]`: which documents of a vector file still ask for something of
 * tracker.example after `clean` with one rule that names that host, as Chromium shows them (script off, nothing leaves the machine).
 * FILE is a list of `{ id, html | htmlBase64, contentType?, kind?, loadsInChromium?, phases? }`, or one of test/html/vectors/.
 */
import { readFileSync } from 'node:fs';
import { Watcher, whyNoChromium, type Phase, type Shown } from '../html/chromium.ts';
import { showsAlone } from '../html/vector-files.ts';
import { cleanedDocument } from '../html/whole-way.ts';

interface Row {
  readonly id: string;
  readonly kind?: string;
  readonly html?: string;
  readonly htmlBase64?: string;
  readonly contentType?: string;
  readonly loadsInChromium?: boolean;
  readonly phases?: readonly string[];
}

const PHASES: readonly Phase[] = ['load', 'scroll', 'dark', 'narrow', 'print', 'hover'];

const args = process.argv.slice(2);
const file = args.find((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--phases');
const missing = whyNoChromium();
if (file === undefined || missing !== undefined) {
  console.error(
    missing ??
      'usage: npm run vectors -- FILE.json [--phases load,scroll,dark,narrow,print,hover] [--before]',
  );
  process.exit(file === undefined ? 64 : 69);
}
const asked = args.includes('--phases') ? (args[args.indexOf('--phases') + 1] ?? '').split(',') : [...PHASES];
const phases = PHASES.filter((phase) => asked.includes(phase));

const read = JSON.parse(readFileSync(file, 'utf8')) as readonly Row[] | { readonly rows: readonly Row[] };
const rows = ('rows' in read ? read.rows : read).filter((row) => (row.kind ?? 'html') === 'html');

function shown(row: Row): Shown {
  const given =
    row.htmlBase64 === undefined ? Buffer.from(row.html ?? '') : Buffer.from(row.htmlBase64, 'base64');
  const contentType = row.contentType ?? 'text/html; charset=utf-8';
  return {
    id: row.id,
    contentType,
    body: args.includes('--before') ? given : cleanedDocument(given, contentType),
  };
}

const watcher = await Watcher.start(phases, 600);
const documents = rows.map(shown);
const alone = new Set(rows.filter((row) => showsAlone(row.html ?? '')).map((row) => row.id));
const requests = [
  ...(await watcher.requests(documents.filter((one) => !alone.has(one.id)))),
  ...(await watcher.requests(
    documents.filter((one) => alone.has(one.id)),
    true,
  )),
];
await watcher.stop();

/** The row whose id the URL carries: the longest, as ids may be parts of others. */
function rowOf(url: string): Row | undefined {
  const text = url.toLowerCase();
  return rows
    .filter((row) => text.includes(row.id.toLowerCase()))
    .sort((a, b) => b.id.length - a.id.length)[0];
}

const loadsUnfiltered = (row: Row): boolean | undefined =>
  row.loadsInChromium === undefined
    ? undefined
    : row.loadsInChromium || (row.phases ?? []).some((phase) => phase !== 'click');
const survivors = new Set(requests.map(rowOf));
const loading = rows.filter((row) => loadsUnfiltered(row) !== false);
const surviving = loading.filter((row) => survivors.has(row));
const woken = rows.filter((row) => loadsUnfiltered(row) === false && survivors.has(row));
const foreign = requests.filter((url) => rowOf(url) === undefined);

console.log(`${rows.length} documents, ${phases.join(', ')}`);
console.log(`silent ${loading.length - surviving.length} of ${loading.length} that load unfiltered`);
for (const row of surviving) console.log(`  still loads: ${row.id}`);
for (const row of woken) console.log(`  newly loads: ${row.id}`);
for (const url of foreign) console.log(`  other request: ${url}`);
process.exitCode = surviving.length + woken.length > 0 && !args.includes('--before') ? 1 : 0;
