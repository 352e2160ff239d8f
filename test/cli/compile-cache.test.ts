import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';

const bin = fileURLToPath(new URL('../../src/cli/bin.mjs', import.meta.url));

describe.skipIf(process.platform === 'win32')('compiled code, which a next start runs unseen', () => {
  let temporary: ReturnType<typeof folderWith>;
  beforeEach(() => (temporary = folderWith({})));
  afterEach(() => temporary.remove());

  const cache = (): string => join(temporary.path, `mailsluice-${process.getuid?.()}`);
  const run = (TMPDIR = temporary.path): void => {
    const { NODE_COMPILE_CACHE: _, ...environment } = process.env;
    execFileSync(process.execPath, [bin, '--version'], { env: { ...environment, TMPDIR } });
  };

  it('is kept where only we can write', () => {
    run();
    expect(readdirSync(temporary.path)).toEqual([cache().slice(temporary.path.length + 1)]);
    expect(statSync(cache()).mode & 0o777).toBe(0o700);
    expect(readdirSync(cache())).toHaveLength(1);
  });

  it('is not kept in a folder that others can write in', () => {
    mkdirSync(cache());
    chmodSync(cache(), 0o777);
    run();
    expect(readdirSync(cache())).toEqual([]);
  });

  it('is not kept where there is no place for it', () => {
    const file = join(temporary.path, 'file');
    writeFileSync(file, '');
    run(file);
    run(join(temporary.path, 'missing'));
    expect(readdirSync(temporary.path)).toEqual(['file']);
  });
});
