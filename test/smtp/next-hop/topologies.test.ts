import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings } from '../../../src/config/index.ts';

const page = await readFile(new URL('../../../src/smtp/topologies.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^## (.*)\n(?:(?!^## )[^])*?^```yaml\n([^]*?)^```/gm)].map(
  ([, title, yaml]) => ({ title, yaml }),
);

test('every topology has a configuration', () => expect(examples.length).toBe(7));

test.each(examples)('$title: the configuration is taken', async ({ yaml }) => {
  const folder = await mkdtemp(join(tmpdir(), 'mailsluice-topology-'));
  try {
    const file = join(folder, 'mailsluice.yaml');
    // Certificates are read where they stand; those of the examples stand nowhere.
    await writeFile(file, (yaml ?? '').replace(/^ *tls: \{ certificate.*\n/m, ''));
    expect(loadSettings(file, { serving: true })).toMatchObject({ kind: 'ok' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('every test that is named exists', async () => {
  for (const [, path] of page.matchAll(/`(test\/[^`]*)`/g)) {
    await expect(readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')).resolves.toContain('test');
  }
});
