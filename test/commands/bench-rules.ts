/** Shows that a look-up costs the same whatever the number of rules: `npm run bench:rules`. Fails beyond a factor of 1.5. */
import { performance } from 'node:perf_hooks';
import { compileRules, type PixelRule, type RuleSet } from '../../src/rules/index.ts';
import { parseUrl, type UrlParts } from '../../src/url/index.ts';

const sizes = [300, 3_000, 30_000] as const;
const rounds = 200;
const allowedFactor = 1.5;

/** A small generator with a fixed seed: the same rules and URLs each time. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function word(next: (below: number) => number, length: number): string {
  let text = '';
  while (text.length < length) text += 'abcdefghijklmnopqrstuvwxyz0123456789'.charAt(next(36));
  return text;
}

/** Shapes in the proportions of the built-in packs: a host and a path; below a host; a glob label; a path or parameter on any host. */
function syntheticRule(index: number, next: (below: number) => number): PixelRule {
  const name = `${word(next, 6)}${index}`;
  const base = { id: `synthetic.${index}`, kind: 'pixel', operator: name, source: 'synthetic' } as const;
  const shape = next(20);
  const url = (host: string, rest: string): readonly string[] => [`https://${host}${rest}`];
  if (shape < 8) {
    const match = { hosts: [`${name}.com`, `*.${name}.com`], paths: ['/open**'] };
    return { ...base, match, must: url(`track.${name}.com`, '/open?id=1') };
  }
  if (shape < 12) {
    const match = { hosts: [`t.${name}.net`], paths: ['/o/*', '/track/*.gif'] };
    return { ...base, match, must: url(`t.${name}.net`, '/o/abc') };
  }
  if (shape < 14) {
    const match = { hosts: [`us*.${name}.com`], paths: ['/track/open.php'], query: ['u'] };
    return { ...base, match, must: url(`us12.${name}.com`, '/track/open.php?u=1') };
  }
  if (shape < 15) return { ...base, match: { hosts: [`*.${name}.io`] }, must: url(`p.${name}.io`, '/x.gif') };
  if (shape < 18) {
    const match = { paths: [`/${name}/open/*`, `**/${name}/o.gif`] };
    return { ...base, match, must: url('mail.example.com', `/${name}/open/abc123`) };
  }
  const match = { paths: ['/wf/open'], query: [`${name}_id~hex8`] };
  return { ...base, match, must: url('mail.example.com', `/wf/open?${name}_id=0123456789abcdef`) };
}

/** Loads and links of a newsletter, none of which a rule is about. */
function ordinaryUrl(next: (below: number) => number): string {
  const host = `https://${word(next, 5)}.${word(next, 8)}.example.com`;
  const shape = next(4);
  if (shape === 0) return `${host}/images/${word(next, 8)}/header-${word(next, 4)}.png`;
  if (shape === 1) return `${host}/wf/open?upn=${word(next, 200)}`;
  if (shape === 2)
    return `${host}/track/click/${word(next, 10)}/${word(next, 24)}?u=${word(next, 20)}&id=${word(next, 10)}`;
  return `${host}/news/2026/11/some-title-of-an-article?utm_source=mail&utm_campaign=${word(next, 12)}`;
}

function parsed(texts: readonly string[]): readonly UrlParts[] {
  return texts.flatMap((text) => parseUrl(text) ?? []);
}

function nanosecondsEach(set: RuleSet, texts: readonly string[]): number {
  const urls = parsed(texts);
  const start = performance.now();
  let found = 0;
  for (const url of urls) if (set.pixel(url) !== undefined) found += 1;
  const elapsed = performance.now() - start;
  if (found === 0) throw new Error('the bench matches nothing');
  return (elapsed * 1e6) / urls.length;
}

const cases = sizes.map((size) => {
  const next = generator(7);
  const rules = Array.from({ length: size }, (_, index) => syntheticRule(index, next));
  const set = compileRules(rules, 'bench');
  // The same mail in every case: hits on 30 rules that lie evenly in the set, as many URLs that no rule is about.
  const hits = Array.from({ length: 1_000 }, (_, at) => rules[(at % 30) * (size / 30)]?.must[0] ?? '');
  const misses = Array.from({ length: 1_000 }, () => ordinaryUrl(next));
  const missed = parsed(hits).filter((url) => set.pixel(url) === undefined);
  if (missed.length > 0) throw new Error(`not matched: ${missed[0]?.text}`);
  return {
    size,
    set,
    texts: hits.flatMap((hit, index) => [hit, misses[index] ?? '']),
    times: [] as number[],
  };
});

// In turns, and the best of them counts: a busy machine slows the others.
for (let round = 0; round < rounds; round += 1) {
  for (const { set, texts, times } of cases) times.push(nanosecondsEach(set, texts));
}
const results = cases.map(({ size, times }) => ({ size, ns: Math.min(...times) }));
for (const { size, ns } of results) {
  process.stdout.write(`${String(size).padStart(6)} rules: ${ns.toFixed(0)} ns a look-up\n`);
}
const all = results.map(({ ns }) => ns);
const factor = Math.max(...all) / Math.min(...all);
process.stdout.write(`slowest / fastest: ${factor.toFixed(2)} (allowed: ${allowedFactor})\n`);
process.exitCode = factor <= allowedFactor ? 0 : 1;
