import { readFileSync } from 'node:fs';
import { messageOf } from '../errors.ts';
import type { Policy } from '../policy/index.ts';
import { addressProblem } from './address-pattern.ts';
import { locate } from './located.ts';
import { loosens } from './policies.ts';
import type { Problem } from './problem.ts';
import type { Source } from './read-config.ts';
import type { Selection } from './schema.ts';

/** An entry of `select` as data that can be handed to a worker: lists are lists, files are read. */
export interface SelectEntry {
  readonly at: string;
  readonly policy: string;
  readonly recipient?: readonly string[];
  readonly sender?: readonly string[];
  readonly listId?: readonly string[];
  readonly client?: readonly string[];
  readonly header?: readonly (readonly [name: string, glob: string])[];
  readonly authenticated?: readonly string[];
  readonly dmarc?: 'pass' | 'fail';
  /** What a sender can forge counts only where its domain is authenticated. */
  readonly needsAuthentication: boolean;
}

function list<Value>(value: Value | readonly Value[] | undefined): readonly Value[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? (value as readonly Value[]) : [value as Value];
}

interface Line {
  readonly text: string;
  readonly line: number;
}

/** Lines of a file: one entry each, `#` starts a comment. */
function linesOf(file: string): readonly Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((text, index) => ({ text: text.replace(/#.*$/, '').trim(), line: index + 1 }))
    .filter(({ text }) => text !== '');
}

function forgeable({ when }: Selection): boolean {
  return (
    when.sender !== undefined ||
    when.list_id !== undefined ||
    when.header !== undefined ||
    when.dmarc === 'fail'
  );
}

interface Compiled {
  readonly entries: readonly SelectEntry[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Turns `select` into entries that can be matched; tells of unknown policies, unreadable files and of entries that cannot hold. */
export function compileSelection(source: Source, policies: ReadonlyMap<string, Policy>): Compiled {
  const { config, root } = source;
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const read = (
    values: string | readonly string[] | undefined,
    path: readonly PropertyKey[],
  ): readonly string[] | undefined =>
    list(values)?.flatMap((value) => {
      if (!value.startsWith('file:')) return [value];
      const file = value.slice('file:'.length);
      try {
        return linesOf(file).map(({ text, line }) => {
          const wrong = addressProblem(text);
          if (wrong !== undefined)
            problems.push({ at: { file, line, column: 1 }, message: `${text}: ${wrong}` });
          return text;
        });
      } catch (error) {
        problems.push({ at: locate(root, path), message: `cannot be read: ${messageOf(error)}` });
        return [];
      }
    });
  const knowsDomains = config.auth.verify === 'on' || config.auth.trust.length > 0;
  const entries = config.select.map((entry, index): SelectEntry => {
    const at = locate(root, ['select', index]);
    const policy = policies.get(entry.policy);
    const base = policies.get('default');
    if (policy === undefined) {
      const names = [...policies.keys()].join(', ');
      problems.push({
        at: locate(root, ['select', index, 'policy']),
        message: `there is no policy ${entry.policy}; allowed: ${names}`,
      });
    }
    const isLooser = policy !== undefined && base !== undefined && loosens(policy, base);
    const needsAuthentication = isLooser && forgeable(entry) && entry.unauthenticated !== 'ok';
    if (isLooser && forgeable(entry) && !(needsAuthentication && knowsDomains)) {
      warnings.push({
        at,
        message: needsAuthentication
          ? `this entry loosens by what a sender can forge, so it holds only for authenticated domains${knowsDomains ? '' : ', and auth.verify is off: it never holds'}`
          : `unauthenticated: ok lets anybody choose the looser policy ${entry.policy} by forging a sender, list or header`,
      });
    }
    const { when } = entry;
    const recipient = read(when.recipient, ['select', index, 'when', 'recipient']);
    const sender = read(when.sender, ['select', index, 'when', 'sender']);
    const listId = list(when.list_id);
    const client = list(when.client);
    const authenticated = list(when.authenticated)?.map((name) => name.toLowerCase());
    return {
      at: `${at.file}:${at.line}`,
      policy: entry.policy,
      needsAuthentication,
      ...(recipient === undefined ? {} : { recipient }),
      ...(sender === undefined ? {} : { sender }),
      ...(listId === undefined ? {} : { listId }),
      ...(client === undefined ? {} : { client }),
      ...(when.header === undefined ? {} : { header: Object.entries(when.header) }),
      ...(authenticated === undefined ? {} : { authenticated }),
      ...(when.dmarc === undefined ? {} : { dmarc: when.dmarc }),
    };
  });
  return { entries, problems, warnings };
}
