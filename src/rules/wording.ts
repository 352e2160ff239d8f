import type { z } from 'zod';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;

const articles: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a mapping (`key: value`)',
  record: 'a mapping (`key: value`)',
  boolean: '`true` or `false`',
  int: 'a whole number',
  number: 'a number',
};

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'nothing (an empty value)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `the text \`${value}\`` : `\`${JSON.stringify(value) ?? typeof value}\``;
}

function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    text += typeof key === 'number' ? `[${key}]` : `${text === '' ? '' : '.'}${String(key)}`;
  }
  return text === '' ? '' : `\`${text}\``;
}

/** Puts an issue of the schema into words: what stands there, and what was meant. `known` are the keys allowed where a key is unknown. */
export function issueText(issue: Issue, value: unknown, known: readonly string[]): string {
  const where = pathText(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const inside = where === '' ? '' : ` in ${where}`;
      return issue.keys.map((key) => `unknown key \`${key}\`${inside}${didYouMean(key, known)}`).join('; ');
    }
    case 'invalid_type':
      return value === undefined
        ? `${where} is missing`
        : `${where} must be ${articles[issue.expected] ?? issue.expected}, here stands ${kindOf(value)}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `${where} must not be empty`
        : `${where} must not be empty or so small`;
    case 'invalid_value':
      return `${where} must be ${issue.values.map((one) => `\`${String(one)}\``).join(' or ')}, here stands ${kindOf(value)}`;
    case 'custom':
      if (typeof issue.params?.['unknown'] === 'string') {
        const word = issue.params['unknown'];
        const among = Array.isArray(issue.params['among']) ? issue.params['among'].map(String) : [];
        return `${where}: unknown decode step \`${word}\`${didYouMean(word, among)}`;
      }
      return `${where}${issue.params?.['whole'] === true ? ':' : ''} ${issue.message}`.trim();
    case 'invalid_key':
      return `${where} ${issue.issues[0]?.message ?? issue.message}`;
    case 'invalid_union':
      return `${where} must be a text or a list of texts, here stands ${kindOf(value)}`;
    default:
      return `${where} ${issue.message}`;
  }
}
