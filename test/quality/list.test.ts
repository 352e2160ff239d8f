import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { readFilterList } from '../../src/rules/adblock.ts';
import { listBaseline } from './baselines.ts';
import { shortHash } from './distinct-loads.ts';

const run = promisify(execFile);
const listFile = 'test/quality/fixtures/list.txt';

const loads: readonly (readonly [url: string, label: string, listed: boolean])[] = [
  ['https://tracker.example/o?u=7', 'T', true],
  ['https://sub.tracker.example/banner.png', 'C', true],
  ['https://tracker.example/logo.png', 'C', false],
  ['https://counter.example/c.gif', 'T', true],
  ['https://pixels.example/open/7', 'T', true],
  ['https://pixels.example/logo.png', 'C', false],
  ['https://news.example/email/open.gif?m=1', 'T', true],
  ['https://news.example/header.png', 'C', false],
];

describe('an adblock list as baseline', () => {
  test.each(loads)('%s', async (url, _, listed) => {
    const loaded = await readFilterList(listFile, readFileSync(listFile, 'utf8'));
    expect(loaded.kind).toBe('loaded');
    if (loaded.kind !== 'loaded') return;
    expect(listBaseline('a list', loaded.list).takes({ url, places: [] })).toBe(listed);
  });
});

describe('quality --list', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'quality-'));
    const images = loads.map(([url]) => `<img width=9 height=9 src="${url}">`).join('\r\n');
    const mail = Buffer.from(
      `From: a@news.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n${images}\r\n`,
    );
    writeFileSync(join(folder, 'a.eml'), mail);
    const rows = loads.map(([url, label]) => [shortHash(mail), shortHash(url), label, '-', label].join('\t'));
    writeFileSync(join(folder, 'labels.tsv'), ['message\tload\ta\tb\tagreed', ...rows, ''].join('\n'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('prints what the list takes', async () => {
    const args = ['test/commands/quality.ts', folder, join(folder, 'labels.tsv'), '--list', listFile];
    const { stdout } = await run(process.execPath, args, { timeout: 60_000 });
    expect(stdout).toContain('8 of 8 labelled loads in 1 messages');
    const [, block = ''] = stdout.split(`adblock list ${listFile}\n`);
    expect(block.split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(/recall +1\.000 .* 4\/4$/),
      expect.stringMatching(/precision 0\.800 .* 4\/5 +content taken: 1$/),
    ]);
  }, 60_000);
});
