import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemText } from '../../src/rules/index.ts';
import { type Layout, loadCompiled, packageRoot } from '../../src/rules/load-compiled.ts';
import { compileBuiltin, loadBuiltin } from '../../src/rules/load.ts';

const rule = `- id: a.open
  kind: pixel
  operator: A
  source: test
  match: { hosts: [a.example] }
  must: ['https://a.example/']
`;

let root = '';
let layout: Layout = { root, compiled: '' };

function write(name: string, text: string): void {
  const file = join(root, 'config', 'rules', name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

/** Makes the rules newer than the module: a file system's clock may not tell what was written one after the other. */
function age(seconds: number): void {
  const time = statSync(layout.compiled).mtimeMs / 1000 + seconds;
  utimesSync(join(root, 'config/rules/pixels/a.yaml'), time, time);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rules-'));
  layout = { root, compiled: join(root, 'generated', 'builtin.json') };
  write('pixels/a.yaml', rule);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the compiled module', () => {
  it('is used where it was made of these very files', () => {
    expect(loadBuiltin({ layout }).from).toBe('yaml');
    const built = compileBuiltin(layout);
    const loaded = loadBuiltin({ layout });
    expect(loaded).toEqual({ rules: built.rules, problems: [], version: built.version, from: 'compiled' });
    expect(loadBuiltin({ layout, origins: true }).from).toBe('yaml');
  });

  it('spares who only cleans the vectors, and is ASCII', () => {
    write('pixels/b.yaml', rule.replaceAll('a.', 'b.').replace('operator: A', 'operator: Ä 😀'));
    const { rules } = compileBuiltin(layout);
    expect(loadCompiled(layout).rules).toEqual(rules.map((each) => ({ ...each, must: [] })));
    expect(loadBuiltin({ layout }).rules).toEqual(rules);
    expect(readFileSync(layout.compiled, 'utf8')).toMatch(/^[\0-\x7f]*$/);
  });

  it.each([
    ['a file changed', (): void => write('pixels/a.yaml', rule.replace('a.open', 'a.opened'))],
    ['a file came', (): void => write('params/b.yaml', '[]')],
    [
      'a file was renamed',
      (): void => {
        rmSync(join(root, 'config/rules/pixels/a.yaml'));
        write('pixels/b.yaml', rule);
      },
    ],
    ['the module is broken', (): void => writeFileSync(layout.compiled, '{')],
    ['the module is gone', (): void => rmSync(layout.compiled)],
  ])('is not used where %s', (_, change) => {
    const before = compileBuiltin(layout).version;
    change();
    const loaded = loadBuiltin({ layout });
    expect(loaded.from).toBe('yaml');
    expect(loaded.rules).toHaveLength(1);
    expect(loaded.version === before).toBe(/module/.test(_));
  });

  it('is used where files are newer and their octets the same, as in a fresh checkout', () => {
    compileBuiltin(layout);
    age(60);
    expect(loadBuiltin({ layout }).from).toBe('compiled');
  });

  it('is not used where a newer file of the same size says something else', () => {
    const before = compileBuiltin(layout).version;
    write('pixels/a.yaml', rule.replace('a.open', 'a.oben'));
    age(1);
    const loaded = loadBuiltin({ layout });
    expect([loaded.from, loaded.version === before]).toEqual(['yaml', false]);
  });

  it('is not written over rules with problems', () => {
    write('pixels/b.yaml', '- id: b\n');
    expect(compileBuiltin(layout).problems.map(problemText)).toEqual([
      'config/rules/pixels/b.yaml:1:3: `kind` is missing: one of `pixel`, `redirect`, `opaque`, `keep`, `param`',
    ]);
    expect(loadBuiltin({ layout }).from).toBe('yaml');
  });
});

describe('the package folder', () => {
  it.each(['src/rules', 'dist/js', 'dist'])('is found from %s', (folder) => {
    mkdirSync(join(root, folder), { recursive: true });
    expect(packageRoot(join(root, folder))).toBe(root);
  });

  it('is missed aloud', () => {
    expect(() => packageRoot(tmpdir())).toThrow('config/rules is missing');
  });
});
