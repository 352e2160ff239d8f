import { isCollection, isMap, isSeq, LineCounter, parseDocument, type ParsedNode } from 'yaml';
import type { z } from 'zod';
import type { Rule } from './format.ts';
import { setOrigin, type Origin, type Problem } from './problem.ts';
import { kinds, schemas } from './schema.ts';
import { didYouMean } from './suggest.ts';
import { issueText } from './wording.ts';

/** What a file of rules holds: the sound rules, and what is wrong with the others. */
export interface RulePack {
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
}

type Schema = (typeof schemas)[keyof typeof schemas];
type Locate = (node: unknown) => Origin;

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

/** The node an issue is about: the deepest one on its path that exists; for an unknown key, the key itself. */
function nodeAt(root: unknown, path: readonly PropertyKey[], key: string | undefined): unknown {
  let node = root;
  for (const step of path) {
    const next: unknown = isCollection(node)
      ? node.get(typeof step === 'number' ? step : String(step), true)
      : undefined;
    if (next === undefined || next === null) break;
    node = next;
  }
  if (key === undefined || !isMap(node)) return node;
  return node.items.find((pair) => String(pair.key) === key)?.key ?? node;
}

/** Keys that a schema knows at a path; empty where it is no mapping. */
function keysAt(schema: Schema, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const step of path) at = innerOf(at, step);
  const shape = valueAt(unwrapped(at), ['shape']);
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
}

function unwrapped(schema: unknown): unknown {
  let at = schema;
  for (let depth = 0; depth < 5; depth += 1) {
    const inner = valueAt(at, ['def', 'innerType']);
    if (inner === undefined) return at;
    at = inner;
  }
  return at;
}

function innerOf(schema: unknown, step: PropertyKey): unknown {
  const outer = unwrapped(schema);
  return typeof step === 'number' ? valueAt(outer, ['element']) : valueAt(outer, ['shape', step]);
}

function schemaFor(value: object): Schema | string {
  const kind: unknown = Reflect.get(value, 'kind');
  const known = kinds.find((name) => name === kind);
  if (known === 'pixel' && 'selector' in value) return schemas.selector;
  if (known !== undefined) return schemas[known];
  const names = kinds.map((name) => `\`${name}\``).join(', ');
  if (typeof kind !== 'string') return `\`kind\` is missing: one of ${names}`;
  return `unknown kind \`${kind}\`: it must be one of ${names}${didYouMean(kind, kinds)}`;
}

function readRule(node: ParsedNode, value: unknown, locate: Locate): Rule | readonly Problem[] {
  if (typeof value !== 'object' || value === null || !isMap(node)) {
    return [{ ...locate(node), message: 'a rule must be a mapping that begins with `- id: …`' }];
  }
  const schema = schemaFor(value);
  if (typeof schema === 'string') return [{ ...locate(nodeAt(node, ['kind'], undefined)), message: schema }];
  const parsed: z.ZodSafeParseResult<Rule> = schema.safeParse(value) as z.ZodSafeParseResult<Rule>;
  if (parsed.success) {
    const vectors = (key: string): readonly Origin[] => {
      const list = node.get(key, true);
      return isSeq(list) ? list.items.map(locate) : [];
    };
    setOrigin(parsed.data, locate(node), { must: vectors('must'), must_not: vectors('must_not') });
    return parsed.data;
  }
  return told(parsed.error.issues).map((issue) => {
    const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const message = issueText(issue, valueAt(value, issue.path), keysAt(schema, issue.path));
    return { ...locate(nodeAt(node, issue.path, key)), message: `${nameOf(value)}${message}` };
  });
}

/** Without what only follows from a misspelt key of the same mapping. */
function told(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const unknown = issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => path.join('.'));
  return issues.filter(({ code, path }) => code !== 'custom' || !unknown.includes(path.join('.')));
}

function nameOf(value: object): string {
  const id: unknown = Reflect.get(value, 'id');
  return typeof id === 'string' ? `rule \`${id}\`: ` : '';
}

/**
 * Reads a file of rules. Never throws: each problem names line and column and what was meant; a rule with a problem is left out, the
 * others stand. Ids must be unique within the file.
 */
export function parseRulePack(yamlText: string, fileName: string): RulePack {
  const lines = new LineCounter();
  const at = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { file: fileName, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const locate: Locate = (node) => at(offsetOf(node));
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return { rules: [], problems: document.errors.map(({ message, pos }) => ({ ...at(pos[0]), message })) };
  }
  const root = document.contents;
  if (root === null) return { rules: [], problems: [] };
  if (!isSeq(root))
    return { rules: [], problems: [{ ...locate(root), message: 'a rule pack must be a list of rules' }] };
  let values: unknown;
  try {
    values = document.toJS();
  } catch (error) {
    return {
      rules: [],
      problems: [{ ...locate(root), message: error instanceof Error ? error.message : String(error) }],
    };
  }
  return readRules(root.items, Array.isArray(values) ? values : [], locate);
}

function offsetOf(node: unknown): number {
  const range: unknown = typeof node === 'object' && node !== null ? Reflect.get(node, 'range') : undefined;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0;
}

function readRules(nodes: readonly ParsedNode[], values: readonly unknown[], locate: Locate): RulePack {
  const rules: Rule[] = [];
  const problems: Problem[] = [];
  const lineOfId = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    const read = readRule(node, values[index], locate);
    if (!('id' in read)) {
      problems.push(...read);
      continue;
    }
    const earlier = lineOfId.get(read.id);
    if (earlier !== undefined) {
      problems.push({ ...locate(node), message: `duplicate id \`${read.id}\`: line ${earlier} has it, too` });
      continue;
    }
    lineOfId.set(read.id, locate(node).line);
    rules.push(read);
  }
  return { rules, problems };
}
