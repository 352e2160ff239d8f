import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../../../', import.meta.url).pathname;
const left = new Set(['.git', '.vitest', 'dist', 'node_modules', 'test']);

/**
 * The tarball of `npm pack`, made in a copy of the checkout, since packing builds `dist` anew and other tests may be using it. Answers with its path.
 */
export function pack(into: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'mailsluice-pack-'));
  try {
    for (const name of readdirSync(root)) {
      if (!left.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const args = ['pack', '--silent', '--pack-destination', into];
    const said = execFileSync('npm', args, {
      cwd: copy,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return join(into, said.trim().split('\n').at(-1) ?? '');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Unpacks the tarball and links its dependencies from here: what an installation comes to, without a registry. */
export function unpack(tarball: string, folder: string): string {
  const installed = join(folder, 'node_modules/mailsluice');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['xzf', tarball, '--strip-components=1', '-C', installed]);
  for (const each of readdirSync(join(root, 'node_modules'))) {
    if (!each.startsWith('.'))
      symlinkSync(join(root, 'node_modules', each), join(folder, 'node_modules', each));
  }
  return installed;
}

/**
 * `npm install` of the tarball into the folder, dependencies from npm's cache where it has them; where neither cache nor registry gives them,
 * they are linked from here, and that is printed. Answers with the command that is to be run.
 */
export function install(tarball: string, folder: string): string {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', tarball];
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: 240_000 });
  if (status === 0) return join(folder, 'node_modules/.bin/mailsluice');
  console.warn(
    `npm install of the tarball: dependencies are linked from the checkout (${stderr.slice(0, 200)})`,
  );
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  return join(unpack(tarball, folder), 'src/cli/bin.mjs');
}
