import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Rule } from './format.ts';

/** Where things lie; tests have them elsewhere. */
export interface Layout {
  /** The folder that holds `config/rules`. */
  readonly root: string;
  /** The compiled module. */
  readonly compiled: string;
}

export interface Source {
  readonly name: string;
  readonly text: string;
}

/** The YAML files with a hash over their names and octets, and the rules that were compiled of these very files, if there are such. */
export interface Compiled {
  readonly sources: readonly Source[];
  readonly version: string;
  readonly rules: readonly Rule[] | undefined;
}

/** The package's folder: above `src/rules` in a checkout, above `dist/js` in a package. */
export function packageRoot(codeFolder: string): string {
  let folder = codeFolder;
  while (!existsSync(join(folder, 'config', 'rules'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('config/rules is missing: the package is not complete');
    folder = above;
  }
  return folder;
}

export function ownLayout(): Layout {
  const here = import.meta.dirname;
  return { root: packageRoot(here), compiled: join(here, 'generated', 'builtin.json') };
}

function readSources(root: string): readonly Source[] {
  return readdirSync(join(root, 'config', 'rules'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `config/rules/${name.replaceAll('\\', '/')}`)
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
}

function versionOf(sources: readonly Source[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of sources) hash.update(`${name}\0${text}\0`);
  return hash.digest('hex').slice(0, 16);
}

function rulesOf(file: string, version: string): readonly Rule[] | undefined {
  try {
    const compiled: { readonly version: string; readonly rules: readonly Rule[] } = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    return compiled.version === version ? compiled.rules : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the compiled built-in rules, without what it takes to read YAML. */
export function loadCompiled(layout: Layout = ownLayout()): Compiled {
  const sources = readSources(layout.root);
  const version = versionOf(sources);
  return { sources, version, rules: rulesOf(layout.compiled, version) };
}
