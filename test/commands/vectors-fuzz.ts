/** Random documents in Chromium, before and after `clean`: `npm run vectors:fuzz -- [SECONDS] [SEED]`. Fails if one of them still loads, or loads only then. */
import { Watcher, whyNoChromium, type Shown } from '../html/chromium.ts';
import { cleanedDocument } from '../html/whole-way.ts';
import { randomDocument } from '../html/vector-grammar.ts';

const CONTENT_TYPE = 'text/html; charset=utf-8';
const BATCH = 120;

const missing = whyNoChromium();
if (missing !== undefined) {
  console.error(missing);
  process.exit(69);
}
const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);

/** A generator of 32 bits (mulberry32), so that a seed says all. */
function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function idsIn(urls: readonly string[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const url of urls) {
    const host = URL.parse(url)?.hostname ?? '';
    const id = /\bv\d+x\b/.exec(url)?.[0];
    if (/(?:^|\.)tracker\.example\.?$/.test(host) && id !== undefined) ids.add(id);
  }
  return ids;
}

const random = generator(seed);
let watcher = await Watcher.start(['load'], 250);
let lost = 0;
const until = Date.now() + seconds * 1000;
let tried = 0;
let loading = 0;
let problems = 0;
console.log(`documents for ${seconds} s, seed ${seed}`);
while (Date.now() < until) {
  const documents: Shown[] = Array.from({ length: BATCH }, () => {
    tried += 1;
    return { id: `v${tried}x`, contentType: CONTENT_TYPE, body: randomDocument(random, `v${tried}x`) };
  });
  const cleaned = documents.map((one) => ({
    ...one,
    body: cleanedDocument(Buffer.from(one.body), CONTENT_TYPE),
  }));
  let before: ReadonlySet<string>;
  let after: ReadonlySet<string>;
  try {
    before = idsIn(await watcher.requests(documents));
    after = idsIn(await watcher.requests(cleaned));
  } catch {
    // Some documents bring Chromium down.
    lost += documents.length;
    await watcher.stop().catch(() => undefined);
    watcher = await Watcher.start(['load'], 250);
    continue;
  }
  loading += before.size;
  for (const { id, body } of documents.filter((one) => after.has(one.id))) {
    problems += 1;
    console.log(`${before.has(id) ? 'STILL' : 'NEWLY'} loads: ${JSON.stringify(body.toString())}`);
  }
}
await watcher.stop();
console.log(
  `${tried} documents, ${loading} load unfiltered, ${problems} after clean, ${lost} lost as the browser closed`,
);
process.exitCode = problems === 0 ? 0 : 1;
