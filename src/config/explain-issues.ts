import type { z } from 'zod';
import { allowedKeys, allowedValues } from './json-schema.ts';
import { locate, toValue } from './located.ts';
import type { Located } from './located.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

function keyName(path: Path): string {
  return path.reduce<string>(
    (name, key) =>
      typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`,
    '',
  );
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }, root);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : JSON.stringify(value);
}

function kindOf(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    object: 'a mapping (key: value)',
    record: 'a mapping (key: value)',
    array: 'a list',
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
  };
  return words[expected] ?? expected;
}

function unknownKeys(
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  path: Path,
  root: Located,
): readonly Problem[] {
  const allowed = allowedKeys(path);
  const where = path.length === 0 ? '' : ` in ${keyName(path)}`;
  return issue.keys.map((key) => {
    const meant = nearest(key, allowed);
    const guess = meant === undefined ? '' : `; did you mean ${meant}?`;
    return {
      at: locate(root, [...path, key], 'key'),
      message: `unknown key ${key}${where}${guess} Allowed: ${allowed.join(', ')}`.replace(
        /([^?]) Allowed/,
        '$1; allowed',
      ),
    };
  });
}

const yes = ['on', 'yes', 'true'];
const no = ['off', 'no', 'false'];

/** `no` is nearer to `on` than to `off`, and means the other. */
function meantWord(value: unknown, words: readonly string[]): string | undefined {
  const written = String(value).toLowerCase();
  const alike = [yes, no].find((each) => each.includes(written));
  if (alike !== undefined) return words.find((word) => alike.includes(word));
  return typeof value === 'string' ? nearest(value, words) : undefined;
}

function wrongValue(path: Path, root: Located, value: unknown, rule: string): Problem {
  const meant = meantWord(value, allowedValues(path));
  const guess = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return { at: locate(root, path), message: `${keyName(path)} is ${shown(value)}${guess}; ${rule}` };
}

/** A mapping's own rule (`name at least one condition`) is about the whole of it. */
function brokenRule(path: Path, root: Located, rule: string): Problem {
  return { at: locate(root, path), message: `${keyName(path)}: ${rule}` };
}

/** The branch of a union that the value came nearest to: the one that went wrong deepest. */
function deepest(issue: Extract<Issue, { code: 'invalid_union' }>): readonly Issue[] {
  const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((each) => each.path.length));
  const isTyped = (issues: readonly Issue[]): boolean =>
    issues.some((each) => each.code !== 'invalid_type' && each.code !== 'invalid_value');
  const ranked = issue.errors.toSorted(
    (a, b) => depth(b) - depth(a) || Number(isTyped(b)) - Number(isTyped(a)),
  );
  return ranked[0] ?? [];
}

/** What a union takes: its words, then the kinds of its other branches. */
function choices(issue: Extract<Issue, { code: 'invalid_union' }>, words: readonly string[]): string {
  const kinds = issue.errors.flatMap((branch) =>
    branch.flatMap((each) =>
      each.code === 'invalid_type'
        ? [each.message.startsWith('write ') ? each.message.slice(6) : kindOf(each.expected)]
        : [],
    ),
  );
  return [...new Set([...words, ...kinds])].join(' or ');
}

function explain(issue: Issue, prefix: Path, root: Located, value: unknown): readonly Problem[] {
  const path = [...prefix, ...issue.path];
  const found = valueAt(value, path);
  const words = allowedValues(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue, path, root);
    case 'invalid_union': {
      const inner = deepest(issue);
      const isDeeper = inner.some(
        (each) => each.path.length > 0 || (each.code !== 'invalid_type' && each.code !== 'invalid_value'),
      );
      if (isDeeper) return inner.flatMap((each) => explain(each, path, root, value));
      return [wrongValue(path, root, found, `write ${choices(issue, words)}`)];
    }
    case 'invalid_value':
      return [wrongValue(path, root, found, `allowed: ${words.join(', ')}`)];
    case 'invalid_type': {
      // A text's own help (`write a number and s`) tells more than "a text".
      if (issue.message.startsWith('write ')) return [wrongValue(path, root, found, issue.message)];
      return [
        wrongValue(
          path,
          root,
          found,
          `write ${words.length > 0 ? words.join(', ') : kindOf(issue.expected)}`,
        ),
      ];
    }
    case 'too_small':
      if (issue.message.startsWith('write ')) return [wrongValue(path, root, found, issue.message)];
      return [
        wrongValue(
          path,
          root,
          found,
          `write at least ${issue.minimum}${issue.origin === 'array' ? ' entry' : ''}`,
        ),
      ];
    case 'too_big':
      return [wrongValue(path, root, found, `write at most ${issue.maximum}`)];
    case 'invalid_key':
      return [brokenRule(path, root, issue.issues[0]?.message ?? issue.message)];
    case 'custom':
      return typeof found === 'object' && found !== null
        ? [brokenRule(path, root, issue.message)]
        : [wrongValue(path, root, found, issue.message)];
    default:
      return [wrongValue(path, root, found, issue.message)];
  }
}

/** What a person can do about what the schema refuses, each with its place in the files. */
export function explainIssues(issues: readonly Issue[], root: Located): readonly Problem[] {
  const value = toValue(root);
  // A mapping with a misspelt key breaks its own rule (`name at least one condition`) only because of that.
  const misspelt = new Set(
    issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => keyName(path)),
  );
  return issues
    .filter((issue) => issue.code !== 'custom' || !misspelt.has(keyName(issue.path)))
    .flatMap((issue) => explain(issue, [], root, value));
}
