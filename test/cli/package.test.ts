import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';
import { pack, unpack } from './support/installed.ts';

const folder = folderWith({});
const installed = join(folder.path, 'node_modules/mailsluice');
const sample = join(installed, 'src/demo/newsletter.eml');

function mailsluice(args: readonly string[], input: Uint8Array = new Uint8Array()): string {
  return execFileSync(process.execPath, [join(installed, 'src/cli/bin.mjs'), ...args], {
    input,
    cwd: folder.path,
    maxBuffer: 1e8,
  }).toString('latin1');
}

/** Files that Node loads with one of `dist/js`, by their names without hash. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(installed, 'dist/js', file), 'utf8');
  for (const [, next = ''] of text.matchAll(/^(?:import|export) (?:[^"]* from )?"\.\/([^"]+)";$/gm))
    loadedWith(next, seen);
  return seen;
}

function groupsWith(entry: RegExp): ReadonlySet<string> {
  const files = readdirSync(join(installed, 'dist/js')).filter((file) => entry.test(file));
  const loaded = files.flatMap((file) => [...loadedWith(file)]);
  return new Set(loaded.map((file) => file.replace(/(?:-[\w-]{8})?\.js$/, '')));
}

describe('the tarball of `npm pack`', () => {
  beforeAll(() => void unpack(pack(folder.path), folder.path), 300_000);
  afterAll(() => folder.remove());

  it('holds what is needed and no sources or tests', () => {
    const files = readdirSync(installed, { recursive: true }).map(String);
    for (const needed of [
      'dist/js/main.js',
      'dist/js/index.js',
      'dist/js/generated/builtin.json',
      'config/mailsluice.yaml',
      'README.md',
      'LICENSE',
    ]) {
      expect(files).toContain(needed);
    }
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
    expect(files.filter((file) => file.startsWith('test'))).toEqual([]);
  });

  it.each([
    [
      '`clean`',
      /^(?:main|clean-[\w-]{8}|cleaning-[\w-]{8})\.js$/,
      'cleaning',
      ['serving', 'relaying', 'schemas'],
    ],
    [
      'a thread that cleans',
      /^clean-worker\.js$/,
      'cleaning',
      ['serving', 'relaying', 'commands', 'schemas'],
    ],
    ['a process that relays', /^serve-worker\.js$/, 'relaying', ['cleaning']],
    ['one that watches over them', /^serve-(?:command|many)-/, 'serving', ['cleaning', 'relaying']],
  ])('loads for %s what it needs', (_, entry, own, others) => {
    const groups = groupsWith(entry);
    expect(groups).toContain(own);
    for (const other of others) expect(groups).not.toContain(other);
  });

  it('keeps compiled what `clean` calls, not only what runs as a file is loaded', () => {
    const log = join(folder.path, 'v8.log');
    const flags = ['--log-function-events', '--no-logfile-per-isolate', `--logfile=${log}`];
    /** How many functions of ours V8 compiles. */
    const compiled = (): number => {
      execFileSync(process.execPath, [...flags, join(installed, 'src/cli/bin.mjs'), 'clean', sample], {
        env: { ...process.env, NODE_COMPILE_CACHE: join(folder.path, 'cache') },
      });
      const text = readFileSync(log, 'utf8');
      const ours = new Set(
        [...text.matchAll(/^script-details,(\d+),file:.*\/dist\/js\//gm)].map(([, id]) => id),
      );
      const functions = [...text.matchAll(/^function,interpreter,(\d+),/gm)];
      return functions.filter(([, script]) => ours.has(script)).length;
    };
    expect(compiled()).toBeGreaterThan(1000);
    expect(compiled()).toBeLessThan(20);
  });

  it('names the licences of what its files hold', () => {
    const text = readFileSync(join(installed, 'dist/js/LICENCES.txt'), 'utf8');
    for (const name of ['commander', 'pino', 'yaml', 'zod']) {
      const [, licence = ''] = text.split(new RegExp(`^${name} [\\d.]+, `, 'm'));
      expect(licence.split(/^-{70,}$/m)[0]).toMatch(/copyright/i);
    }
  });

  it('cleans, and shows the demo', () => {
    expect(mailsluice(['clean'], readFileSync(sample))).toMatch(/result=cleaned/);
    expect(mailsluice(['try', '--once', '--port', '0'])).toContain('250 2.6.0 demo, not delivered');
  });
});
