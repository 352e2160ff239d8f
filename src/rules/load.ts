import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { compiledText, loadCompiled, ownLayout, readSources, versionOf } from './load-compiled.ts';
import type { Layout, Source } from './load-compiled.ts';
import { parseRulePack, type RulePack } from './parse.ts';

/** The built-in rules. */
export interface Builtin extends RulePack {
  /** Hash over the YAML files, names and octets. */
  readonly version: string;
  readonly from: 'compiled' | 'yaml';
}

function parseSources(sources: readonly Source[]): RulePack {
  const packs = sources.map(({ name, text }) => parseRulePack(text, name));
  return { rules: packs.flatMap(({ rules }) => rules), problems: packs.flatMap(({ problems }) => problems) };
}

export interface LoadOptions {
  /** Reads the YAML in any case, so that problems can name file and line. */
  readonly origins?: boolean;
  readonly layout?: Layout;
}

/** The rules of `config/rules`: from the compiled module where it was made of these very files, else from the YAML. */
export function loadBuiltin(options: LoadOptions = {}): Builtin {
  const { sources, version, rules } = loadCompiled(options.layout, true);
  if (rules !== undefined && options.origins !== true)
    return { rules, problems: [], version, from: 'compiled' };
  return { ...parseSources(sources()), version, from: 'yaml' };
}

/** Writes the compiled module (`npm run build:rules`); where rules have problems, these are returned and nothing is written. */
export function compileBuiltin(layout: Layout = ownLayout()): Builtin {
  const sources = readSources(layout.root);
  const builtin: Builtin = { ...parseSources(sources), version: versionOf(sources), from: 'yaml' };
  if (builtin.problems.length > 0) return builtin;
  mkdirSync(dirname(layout.compiled), { recursive: true });
  writeFileSync(layout.compiled, compiledText(builtin.version, sources, builtin.rules));
  return builtin;
}
