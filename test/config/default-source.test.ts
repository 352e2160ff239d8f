import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultSource } from '../../src/config/index.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { configSchema } from '../../src/config/schema.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'defaults-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('the defaults that need no schema are those of the schema', () => {
  expect(defaultSource.config).toStrictEqual(configSchema.parse({}));
});

it('an empty file and no file are the same configuration', () => {
  const file = join(folder, 'empty.yaml');
  writeFileSync(file, '');
  const read = readConfig(file);
  expect(read.kind === 'ok' ? read.source.config : read).toStrictEqual(defaultSource.config);
});
