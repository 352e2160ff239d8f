import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CleanSettings } from '../config/index.ts';
import { compileRules } from '../rules/index.ts';
import type { Problem, RuleSet } from '../rules/index.ts';
import { loadBuiltin, loadRuleFile } from '../rules/load.ts';

export interface LoadedRules {
  readonly rules: RuleSet;
  readonly problems: readonly Problem[];
}

function packFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(path, name));
}

/**
 * Loads and compiles the built-in packs and the site's own, in this order of precedence: own rules come first. Throws what the file system
 * throws; faults in the rules come back as problems.
 */
export function loadRules(settings: CleanSettings['rules']): LoadedRules {
  const own = settings.files.flatMap(packFiles).map(loadRuleFile);
  const builtin = settings.builtin ? loadBuiltin() : { rules: [], problems: [], version: 'none' };
  const disabled = new Set(settings.disable);
  const all = [...own.flatMap(({ rules }) => rules), ...builtin.rules].filter(({ id }) => !disabled.has(id));
  return {
    rules: compileRules(all, builtin.version),
    problems: [...own.flatMap(({ problems }) => problems), ...builtin.problems],
  };
}
