import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';

// What `npm install` of the tarball comes to, without a registry: the package unpacked, its dependencies linked from here.
const root = new URL('../../', import.meta.url).pathname;
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
  beforeAll(() => {
    const name =
      execFileSync('npm', ['pack', '--silent', '--pack-destination', folder.path], {
        cwd: root,
        encoding: 'utf8',
      })
        .trim()
        .split('\n')
        .at(-1) ?? '';
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['xzf', join(folder.path, name), '--strip-components=1', '-C', installed]);
    for (const each of readdirSync(join(root, 'node_modules'))) {
      if (!each.startsWith('.'))
        symlinkSync(join(root, 'node_modules', each), join(folder.path, 'node_modules', each));
    }
  }, 300_000);
  afterAll(() => folder.remove());

  it('holds what is needed and no sources or tests', () => {
    const files = readdirSync(installed, { recursive: true }).map(String);
    for (const needed of [
      'dist/cli/main.js',
      'dist/index.js',
      'dist/rules/generated/builtin.json',
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
