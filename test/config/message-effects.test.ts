import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSettings, problemText } from '../../src/config/index.ts';
import { createCleaner, loadRules } from '../../src/service/cleaning.ts';
import { folderWith } from './support/folder.ts';
import { effectFiles, messageEffects } from './support/message-effects.ts';
import type { MessageEffect } from './support/message-effects.ts';

const folder = folderWith(effectFiles);
afterAll(() => folder.remove());

async function cleaned(yaml: string, { message, context }: MessageEffect): Promise<string> {
  const file = join(folder.path, 'm.yaml');
  writeFileSync(file, `hostname: mx.uni.example\n${yaml}\n`);
  const loaded = loadSettings(file, { serving: false, environment: {} });
  if (loaded.kind === 'bad') throw new Error(loaded.problems.map(problemText).join('\n'));
  const { clean } = loaded.settings;
  const { set, problems } = await loadRules(clean.rules);
  expect(problems).toEqual([]);
  return createCleaner(clean, set)
    .clean(Buffer.from(message), context ?? {})
    .octets.toString('latin1')
    .replaceAll(/\r\n[ \t]/g, ' ');
}

describe('a key changes the message that comes out', () => {
  it.each(messageEffects.map((row) => [row.keys, row] as const))('%s', async (_, row) => {
    expect(await cleaned(`${row.beside ?? ''}\n${row.yaml}`, row)).toMatch(row.with);
    expect(await cleaned(row.beside ?? '', row)).not.toMatch(row.with);
  });

  const open = messageEffects.find(({ keys }) => keys === 'allow[].until');
  it.each([
    ['2026-06-29', true],
    ['2026-06-30', false],
    ['2026-07-01', false],
  ])('allow[].until: 2026-06-30, on %s', async (today, isAllowed) => {
    if (open === undefined) throw new Error('no row');
    const out = await cleaned(open.yaml, { ...open, context: { today } });
    expect(open.with.test(out)).toBe(isAllowed);
  });
});
