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

  it('cleans, and shows the demo', () => {
    expect(mailsluice(['clean'], readFileSync(sample))).toMatch(/result=cleaned/);
    expect(mailsluice(['try', '--once', '--port', '0'])).toContain('250 2.6.0 demo, not delivered');
  });
});
