import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { literalGetters } from './getters.ts';
import { regExpsOf, unboundedQuantifiers } from './regexps.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8');
const coreFolders = ['url', 'message', 'html', 'text', 'rules', 'detect', 'policy', 'clean'];
// What these read was written by the administrator or by us.
const readsConfiguration = ['src/rules/schema.ts', 'src/rules/parse.ts', 'src/rules/load.ts'];
const sources = globSync('src/**/*.{ts,mjs}', { cwd: root }).filter(
  (file) => !file.startsWith('src/rules/generated/'),
);

describe('house rules', () => {
  it('counts the quantifiers that have no upper bound', () => {
    const rows: readonly [string, number][] = [
      ['^a+$', 1],
      ['[*+]', 0],
      ['\\*a{2,}', 1],
      ['a{2,5}b?', 0],
      ['(a+)+', 2],
      ['[\\]*]x*', 1],
      ['a*|b*', 1],
      ['(?:a*|b)c*', 2],
      ['(?:a|b*|c+)', 1],
    ];
    for (const [source, expected] of rows)
      expect([source, unboundedQuantifiers(source)]).toEqual([source, expected]);
  });

  // DESIGN, invariant 6: over text that a sender chose, two of them can already mean quadratic work.
  it('the core has no regular expression with more than one unbounded quantifier, and builds none', () => {
    const bad = coreFolders
      .flatMap((folder) => sources.filter((file) => file.startsWith(`src/${folder}/`)))
      .filter((file) => !readsConfiguration.includes(file))
      .flatMap((file) =>
        regExpsOf(file, read(file))
          .filter((use) => use.built || use.quantifiers > 1)
          .map((use) => `${file}:${use.line} ${use.text}`),
      );
    expect(bad).toEqual([]);
  });

  // Each such object would have a hidden class of its own, in V8's old generation, which keeps what the getter sees up to a full collection: of a
  // message everything.
  it('the core has no object with a getter of its own', () => {
    const literal = 'const a = { get b() { return 1; } }; class C { get d() { return 2; } }';
    expect(literalGetters('a.ts', literal)).toEqual([1]);
    const bad = coreFolders
      .flatMap((folder) => sources.filter((file) => file.startsWith(`src/${folder}/`)))
      .flatMap((file) => literalGetters(file, read(file)).map((line) => `${file}:${line}`));
    expect(bad).toEqual([]);
  });

  it('no source file is over 500 lines', () => {
    const long = [...sources, ...globSync('test/**/*.{ts,mjs}', { cwd: root })]
      .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 500);
    expect(long).toEqual([]);
  });

  it('source files are named in kebab-case', () => {
    expect(sources.filter((file) => !/^[a-z0-9./-]+\.(ts|mjs)$/.test(file))).toEqual([]);
  });

  it('no tracked file names a path of the machine it was written on', () => {
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
      .split('\0')
      .filter(Boolean);
    const place = new RegExp(`(^|[^A-Za-z0-9_.-])/(${['work', 'farm'].join('|')})/[a-z]`, 'm');
    const bad = tracked.filter((file) => {
      if (file === 'package-lock.json' || file.endsWith('.eml') || !existsSync(`${root}${file}`))
        return false;
      return place.test(read(file));
    });
    expect(bad).toEqual([]);
  });

  it('what the pages link to is there', () => {
    const pages = execFileSync('git', ['ls-files', '-z', '*.md'], { cwd: root, encoding: 'utf8' })
      .split('\0')
      .filter((file) => file !== '' && existsSync(`${root}${file}`));
    expect(pages).toContain('README.md');
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#:]+)\)/g)]
        .map(([, link = '']) => new URL(link, `file://${root}${page}`).pathname)
        .filter((path) => !existsSync(path)),
    );
    expect(dead).toEqual([]);
  });
});
