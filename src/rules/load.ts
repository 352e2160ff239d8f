import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Rule } from './format.ts';
import { parseRulePack, type RulePack } from './parse.ts';

/** The built-in rules. */
export interface Builtin extends RulePack {
  /** Hash over the YAML files, names and octets. */
  readonly version: string;
  readonly from: 'compiled' | 'yaml';
}

interface Source {
  readonly name: string;
  readonly text: string;
}

/** Where things lie; tests have them elsewhere. */
export interface Layout {
  /** The folder that holds `config/rules`. */
  readonly root: string;
  /** The compiled module. */
  readonly compiled: string;
}

/** The package's folder: above `src/rules` in a checkout, above `dist/rules` in a package. */
export function packageRoot(codeFolder: string): string {
  let folder = codeFolder;
  while (!existsSync(join(folder, 'config', 'rules'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('config/rules is missing: the package is not complete');
    folder = above;
  }
  return folder;
}

function readSources(root: string): readonly Source[] {
  return globSync('config/rules/**/*.yaml', { cwd: root })
    .map((name) => name.replaceAll('\\', '/'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
}

function versionOf(sources: readonly Source[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of sources) hash.update(`${name}\0${text}\0`);
  return hash.digest('hex').slice(0, 16);
}

function parseSources(sources: readonly Source[]): RulePack {
  const packs = sources.map(({ name, text }) => parseRulePack(text, name));
  return { rules: packs.flatMap(({ rules }) => rules), problems: packs.flatMap(({ problems }) => problems) };
}

function ownLayout(): Layout {
  const here = import.meta.dirname;
  return { root: packageRoot(here), compiled: join(here, 'generated', 'builtin.json') };
}

function readCompiled(file: string, version: string): readonly Rule[] | undefined {
  try {
    const compiled: { readonly version: string; readonly rules: readonly Rule[] } = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    return compiled.version === version ? compiled.rules : undefined;
  } catch {
    return undefined;
  }
}

export interface LoadOptions {
  /** Reads the YAML in any case, so that problems can name file and line. */
  readonly origins?: boolean;
  readonly layout?: Layout;
}

/** The rules of `config/rules`: from the compiled module where it was made of these very files, else from the YAML. */
export function loadBuiltin(options: LoadOptions = {}): Builtin {
  const { root, compiled } = options.layout ?? ownLayout();
  const sources = readSources(root);
  const version = versionOf(sources);
  const rules = options.origins === true ? undefined : readCompiled(compiled, version);
  if (rules !== undefined) return { rules, problems: [], version, from: 'compiled' };
  return { ...parseSources(sources), version, from: 'yaml' };
}

/** Writes the compiled module (`npm run build:rules`); where rules have problems, these are returned and nothing is written. */
export function compileBuiltin(layout: Layout = ownLayout()): Builtin {
  const builtin = loadBuiltin({ origins: true, layout });
  if (builtin.problems.length > 0) return builtin;
  mkdirSync(dirname(layout.compiled), { recursive: true });
  writeFileSync(layout.compiled, JSON.stringify({ version: builtin.version, rules: builtin.rules }));
  return builtin;
}
