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

/** The package's folder: above `src/rules` in a checkout, above `dist/…` in a package. */
function packageRoot(): string {
  let folder = import.meta.dirname;
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

const compiledName = join('generated', 'builtin.json');

function readCompiled(version: string): readonly Rule[] | undefined {
  try {
    const compiled: { readonly version: string; readonly rules: readonly Rule[] } = JSON.parse(
      readFileSync(join(import.meta.dirname, compiledName), 'utf8'),
    );
    return compiled.version === version ? compiled.rules : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The rules of `config/rules`: from the compiled module where it was made of these very files, else from the YAML. `origins: true` reads
 * the YAML in any case, so that problems can name file and line.
 */
export function loadBuiltin(options: { readonly origins?: boolean } = {}): Builtin {
  const sources = readSources(packageRoot());
  const version = versionOf(sources);
  const compiled = options.origins === true ? undefined : readCompiled(version);
  if (compiled !== undefined) return { rules: compiled, problems: [], version, from: 'compiled' };
  return { ...parseSources(sources), version, from: 'yaml' };
}

/** Writes the compiled module (`npm run build:rules`); rules with problems are reported and nothing is written. */
export function compileBuiltin(): Builtin {
  const builtin = loadBuiltin({ origins: true });
  if (builtin.problems.length > 0) return builtin;
  const file = join(import.meta.dirname, compiledName);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ version: builtin.version, rules: builtin.rules }));
  return builtin;
}

/** An administrator's rule file. */
export function loadRuleFile(file: string): RulePack {
  return parseRulePack(readFileSync(file, 'utf8'), file);
}
