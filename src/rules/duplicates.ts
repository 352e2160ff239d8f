import type { Rule } from './format.ts';
import { originOf, type Problem } from './problem.ts';

/**
 * Rules of one author (the built-in packs, or an administrator's files) that share an id: only the first of them counts, and the other
 * would be dead without a word. Between authors it is how a built-in rule is replaced, so each author's rules are asked for alone.
 */
export function duplicateIds(rules: readonly Rule[]): readonly Problem[] {
  const first = new Map<string, Rule>();
  const problems: Problem[] = [];
  for (const rule of rules) {
    const earlier = first.get(rule.id);
    if (earlier === undefined) {
      first.set(rule.id, rule);
      continue;
    }
    const origin = originOf(rule) ?? { file: 'builtin', line: 1, column: 1 };
    const other = originOf(earlier);
    const where = other === undefined ? '' : `: ${other.file}:${other.line} has it, too`;
    problems.push({ ...origin, message: `duplicate id \`${rule.id}\`${where}` });
  }
  return problems;
}
