import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join, parse } from 'node:path';
import { messageOf } from '../errors.ts';
import { readFilterList } from '../rules/adblock.ts';
import { loadCompiled } from '../rules/load-compiled.ts';
import { compileRules, duplicateIds } from '../rules/matching.ts';
import type { ExternalList, Problem, Rule, RuleSet } from '../rules/matching.ts';
import type { CleanSettings } from '../config/settings.ts';

export interface LoadedRules {
  /** An administrator's own in front of the built-in ones. */
  readonly rules: readonly Rule[];
  readonly set: RuleSet;
  readonly problems: readonly Problem[];
  /** The texts of the files that were read, by their path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads each file once; `known` ones not at all. */
class Texts {
  readonly read = new Map<string, string>();
  readonly #known: ReadonlyMap<string, string> | undefined;

  constructor(known: ReadonlyMap<string, string> | undefined) {
    this.#known = known;
  }

  of(file: string): string {
    const text = this.#known?.get(file) ?? readFileSync(file, 'utf8');
    this.read.set(file, text);
    return text;
  }

  /** The files of a path that a configuration names: itself, or those right in a folder. */
  filesOf(path: string): readonly string[] {
    const known = [...(this.#known?.keys() ?? [])].filter(
      (file) => file === path || file === join(path, basename(file)),
    );
    return known.length > 0 ? known : filesOf(path);
  }
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => join(path, name));
}

type ReadList = { readonly list: ExternalList } | { readonly problem: Problem };

/** A filter list by its file; its name is the file's. */
async function readList(file: string, texts: Texts): Promise<ReadList> {
  const problem = (message: string): ReadList => ({ problem: { file, line: 1, column: 1, message } });
  let text: string;
  try {
    text = texts.of(file);
  } catch (error) {
    return problem(`cannot be read: ${messageOf(error)}`);
  }
  const loaded = await readFilterList(parse(file).name, text);
  return loaded.kind === 'loaded' ? { list: loaded.list } : problem(loaded.message);
}

interface Pack {
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
}

interface VersionedPack extends Pack {
  readonly version: string;
}

/** An administrator's own rules; their version is empty where there are none. */
async function ownPack(paths: readonly string[], texts: Texts): Promise<VersionedPack> {
  if (paths.length === 0) return { rules: [], problems: [], version: '' };
  // Only here and below: what reads YAML costs more time and memory than the rules themselves.
  const { parseRulePack } = await import('../rules/index.ts');
  const hash = createHash('sha256');
  const packs = paths.flatMap((path): readonly Pack[] => {
    try {
      return texts.filesOf(path).map((file) => {
        const text = texts.of(file);
        hash.update(`${text}\0`);
        return parseRulePack(text, file);
      });
    } catch (error) {
      const message = `cannot be read: ${messageOf(error)}`;
      return [{ rules: [], problems: [{ file: path, line: 1, column: 1, message }] }];
    }
  });
  const rules = packs.flatMap((pack) => pack.rules);
  return {
    rules,
    problems: packs.flatMap(({ problems }) => problems),
    version: rules.length === 0 ? '' : hash.digest('hex').slice(0, 8),
  };
}

async function builtinPack(origins: boolean): Promise<VersionedPack> {
  const { rules, version } = loadCompiled();
  if (rules !== undefined && !origins) return { rules, problems: [], version };
  const { loadBuiltin } = await import('../rules/load.ts');
  return loadBuiltin({ origins });
}

/**
 * Reads the rule packs that a configuration names. `origins`: read the built-in rules from their YAML, so that problems and `explain` can
 * name file and line.
 */
export async function loadRules(
  settings: CleanSettings['rules'],
  options: { readonly origins?: boolean } = {},
): Promise<LoadedRules> {
  const texts = new Texts(settings.texts);
  const own = await ownPack(settings.files, texts);
  const builtin = settings.builtin
    ? await builtinPack(options.origins === true)
    : { rules: [], problems: [], version: 'none' };
  const rules = [...own.rules, ...builtin.rules];
  const problems = [...own.problems, ...builtin.problems, ...duplicateIds(own.rules)];
  const version = own.version === '' ? builtin.version : `${builtin.version}+${own.version}`;
  const lists: ExternalList[] = [];
  for (const file of settings.lists) {
    const loaded = await readList(file, texts);
    if ('list' in loaded) lists.push(loaded.list);
    else problems.push(loaded.problem);
  }
  const set = compileRules(rules, version, { disable: settings.disable, lists });
  return { rules, set, problems, texts: texts.read };
}
