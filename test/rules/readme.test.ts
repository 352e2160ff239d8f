import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeRedirect } from '../../src/detect/link/index.ts';
import {
  checkRules,
  kinds,
  parseRulePack,
  problemText,
  shapeNames,
  stepNames,
} from '../../src/rules/index.ts';
import { loadBuiltin } from '../../src/rules/load.ts';

const folder = new URL('../../config/rules/', import.meta.url);
const readme = readFileSync(new URL('README.md', folder), 'utf8');
const sources = readFileSync(new URL('SOURCES.md', folder), 'utf8');
const examples = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml]) => yaml ?? '');

describe('the administrator’s page', () => {
  it('has an example of each kind but the simplest', () => {
    expect(examples).toHaveLength(5);
  });

  it.each(examples)('has examples that work: %s', (yaml) => {
    const { rules, problems } = parseRulePack(yaml, 'README.md');
    expect(problems.map(problemText)).toEqual([]);
    expect(checkRules(rules, decodeRedirect).map(problemText)).toEqual([]);
  });

  it.each([...kinds, ...stepNames, ...shapeNames])('explains %s', (name) => {
    expect(readme).toContain(name);
  });
});

describe('the page of sources', () => {
  it('credits every list with a licence that a rule names', () => {
    const named = new Set(
      loadBuiltin().rules.flatMap(({ source }) =>
        [...source.matchAll(/([A-Z][\w-]+)[^;()]* \((?:BSD|MIT|Apache|CC0)[^)]*\)/g)].map(
          ([, list]) => list ?? '',
        ),
      ),
    );
    expect([...named].filter((list) => !sources.toLowerCase().includes(list.toLowerCase()))).toEqual([]);
  });
});
