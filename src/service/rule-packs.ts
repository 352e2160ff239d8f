import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, parse } from 'node:path';
import { messageOf } from '../errors.ts';
import { readFilterList } from '../rules/adblock.ts';
import { compileRules, duplicateIds, parseRulePack } from '../rules/index.ts';
import type { ExternalList, Problem, Rule, RuleSet } from '../rules/index.ts';
import { loadBuiltin } from '../rules/load.ts';
import type { CleanSettings } from '../config/index.ts';

export interface LoadedRules {
  /** An administrator's own in front of the built-in ones. */
  readonly rules: readonly Rule[];
  readonly set: RuleSet;
  readonly problems: readonly Problem[];
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
async function readList(file: string): Promise<ReadList> {
  const problem = (message: string): ReadList => ({ problem: { file, line: 1, column: 1, message } });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return problem(`cannot be read: ${messageOf(error)}`);
  }
  const loaded = await readFilterList(parse(file).name, text);
  return loaded.kind === 'loaded' ? { list: loaded.list } : problem(loaded.message);
}

/**
 * Reads the rule packs that a configuration names. `origins`: read the built-in rules from their YAML, so that problems and `explain` can
 * name file and line.
 */
export async function loadRules(
  settings: CleanSettings['rules'],
  options: { readonly origins?: boolean } = {},
): Promise<LoadedRules> {
  const problems: Problem[] = [];
  const own: Rule[] = [];
  const hash = createHash('sha256');
  for (const path of settings.files) {
    try {
      for (const file of filesOf(path)) {
        const text = readFileSync(file, 'utf8');
        const pack = parseRulePack(text, file);
        hash.update(`${text}\0`);
        own.push(...pack.rules);
        problems.push(...pack.problems);
      }
    } catch (error) {
      problems.push({ file: path, line: 1, column: 1, message: `cannot be read: ${messageOf(error)}` });
    }
  }
  const builtin = settings.builtin ? loadBuiltin(options) : undefined;
  const rules = [...own, ...(builtin?.rules ?? [])];
  problems.push(...(builtin?.problems ?? []));
  const version =
    own.length === 0
      ? (builtin?.version ?? 'none')
      : `${builtin?.version ?? 'none'}+${hash.digest('hex').slice(0, 8)}`;
  problems.push(...duplicateIds(own));
  const lists: ExternalList[] = [];
  for (const file of settings.lists) {
    const loaded = await readList(file);
    if ('list' in loaded) lists.push(loaded.list);
    else problems.push(loaded.problem);
  }
  return { rules, set: compileRules(rules, version, { disable: settings.disable, lists }), problems };
}
