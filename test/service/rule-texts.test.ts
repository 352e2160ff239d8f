import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadRules } from '../../src/service/cleaning.ts';
import { folderWith } from '../config/support/folder.ts';

const ruleOf = (id: string): string =>
  `- { id: ${id}, kind: pixel, operator: Own, match: { hosts: [own.example] }, source: x, must: ['https://own.example/a'], must_not: ['https://else.example/a'] }\n`;
const folder = folderWith({
  'one.yaml': ruleOf('own.one'),
  'pack/two.yaml': ruleOf('own.two'),
  'list.txt': '||third.example^$image\n',
});
afterAll(() => folder.remove());

it('rules are those that stood in the files when the configuration was taken, whatever stands there now', async () => {
  const at = (name: string): string => join(folder.path, name);
  const settings = {
    builtin: false,
    files: [at('one.yaml'), at('pack/')],
    disable: [],
    lists: [at('list.txt')],
  };
  const taken = await loadRules(settings);
  expect(taken.rules.map(({ id }) => id)).toEqual(['own.one', 'own.two']);
  writeFileSync(at('one.yaml'), '- id: half wri');
  writeFileSync(at('pack/three.yaml'), ruleOf('own.three'));
  rmSync(at('pack/two.yaml'));
  rmSync(at('list.txt'));
  const again = await loadRules({ ...settings, texts: taken.texts });
  expect([again.rules, again.problems, again.set.version, again.set.size]).toEqual([
    taken.rules,
    [],
    taken.set.version,
    taken.set.size,
  ]);
});
