import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';
import { mailsluice } from './support/run.ts';

const root = new URL('../../', import.meta.url).pathname;
const sample = readFileSync(join(root, 'src/demo/newsletter.eml'));
// Every octet, NUL and line ends of all kinds included.
const octets = Buffer.concat([
  Buffer.from('Subject: x\n\n'),
  Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256)),
  Buffer.from('\r\n\r\r\n'),
]);

describe('npm run -s mailsluice', () => {
  it('is octet-clean, and takes paths from the caller’s folder', () => {
    const run = (args: readonly string[], input: Uint8Array): Buffer =>
      execFileSync('npm', ['run', '-s', 'mailsluice', '--', ...args], { cwd: join(root, 'test'), input });
    expect(run(['clean'], octets).subarray(-octets.length).equals(octets)).toBe(true);
    expect(run(['clean', '../src/demo/newsletter.eml'], Buffer.alloc(0)).toString('latin1')).toContain(
      'result=cleaned',
    );
  });

  it('runs what README shows', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const commands = readme.match(/^npm run -s mailsluice -- .*$/gm) ?? [];
    expect(commands).toHaveLength(3);
    for (const command of commands) {
      const { status, stdout } = spawnSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' });
      expect([command, status]).toEqual([command, 0]);
      expect(stdout).toMatch(/cleaned/);
    }
    for (const script of readme.match(/npm (?:start|test|run (?!-s)[\w:-]+)/g) ?? []) {
      const name = script.replace(/^npm (?:run )?/, '');
      expect(
        Object.keys(
          (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts,
        ),
      ).toContain(name);
    }
  });
});

describe('a fault of ours', () => {
  const preload = {
    NODE_OPTIONS: `--import ${new URL('./support/break-cleaner.mjs', import.meta.url).href}`,
  };
  const folder = folderWith({ 'm.yaml': 'on_error: tempfail', 'a.eml': sample.toString('latin1') });
  afterAll(() => folder.remove());

  it('as a filter: the original on standard output and 0', async () => {
    const ran = await mailsluice(['clean'], sample, preload);
    expect(ran.code).toBe(0);
    expect(ran.out.equals(sample)).toBe(true);
    expect(ran.err).toContain('a fault of mailsluice, the message is left as it came');
  });

  it('as a filter with on_error: tempfail: nothing, and 75', async () => {
    const ran = await mailsluice(['clean', '-c', join(folder.path, 'm.yaml')], sample, preload);
    expect([ran.code, ran.out.length]).toEqual([75, 0]);
  });

  it('into a folder: the original is written, and the code is 70', async () => {
    const out = folderWith({});
    const ran = await mailsluice(['clean', '-o', out.path, join(folder.path, 'a.eml')], '', preload);
    expect(ran.code).toBe(70);
    expect(readFileSync(join(out.path, 'a.eml')).equals(sample)).toBe(true);
    out.remove();
  });
});

describe('a Node.js that is too old', () => {
  it('is told so, with what to do', () => {
    const bin = join(root, 'src/cli/bin.mjs');
    const script = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); await import(${JSON.stringify(bin)});`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(status).toBe(69);
    expect(stderr).toContain('mailsluice needs Node.js 22.19 or later; this is 20.20.2.');
    expect(stderr).toContain('npm run -s mailsluice -- ARGS');
  });
});
