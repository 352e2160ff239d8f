import { existsSync } from 'node:fs';
import { parse } from 'node:path';
import type { Command } from 'commander';
// Not through the indexes, which bring sockets, authentication, YAML and schemas with their packages.
import {
  compileSettings,
  defaultConfigFile,
  defaultSource,
  locate,
  nearest,
  problemText,
} from '../config/settings.ts';
import type { LoadResult, Problem, Settings } from '../config/settings.ts';
import { importCompiled } from '../compile-cache.ts';
import { AppError } from '../errors.ts';
import type { Cleaner } from '../service/cleaning.ts';
import { loadRules } from '../service/rule-packs.ts';
import type { LoadedRules } from '../service/rule-packs.ts';

/** What `clean`, `scan` and `explain` have in common. */
export interface MessageOptions {
  readonly config?: string;
  readonly policy?: string;
  readonly recipient: readonly string[];
  readonly sender?: string;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

export function withConfig(command: Command): Command {
  return command.option(
    '-c, --config <file>',
    `configuration (default: ${defaultConfigFile} where it exists)`,
  );
}

export function withMessageOptions(command: Command): Command {
  return withConfig(command)
    .option('--policy <name>', 'use this policy, whatever `select` says')
    .option('--recipient <address>', 'envelope recipient; may be repeated', collect, [])
    .option('--sender <address>', 'envelope sender');
}

/** The file that was named, or the usual one where it exists, or none: then the defaults hold. */
function configFile(named: string | undefined): string | undefined {
  return named ?? (existsSync(defaultConfigFile) ? defaultConfigFile : undefined);
}

/** File by file, from top to bottom, as somebody mends them. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map(({ at }) => at.file))];
  return files.flatMap((file) =>
    problems
      .filter(({ at }) => at.file === file)
      .toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column),
  );
}

function settled(loaded: LoadResult, hint?: string): Settings {
  if (loaded.kind === 'ok') return loaded.settings;
  const lines = inOrder(loaded.problems).map(problemText);
  throw new AppError('E_CONFIG', `the configuration is wrong\n${lines.join('\n')}`, hint);
}

/** Loads the configuration; throws `E_CONFIG` with every problem, each on a line. */
export async function settingsFor(named: string | undefined, serving: boolean): Promise<Settings> {
  const file = configFile(named);
  if (file === undefined) {
    const hint = `There is no ${defaultConfigFile}; write it, or name another file with -c.`;
    return settled(compileSettings(defaultSource, { serving }), hint);
  }
  const { loadSettings } = await importCompiled(() => import('../config/index.ts'));
  return settled(loadSettings(file, { serving }));
}

/**
 * A name that nobody knows is a problem: misspelt, it would leave a rule on that somebody wanted off, or take out what an exception was to
 * keep. What filter lists find has their name.
 */
function unknownNames({ clean, source }: Settings, { rules }: LoadedRules): readonly Problem[] {
  const { allow } = source.config;
  const ids = rules.map(({ id }) => id);
  const lists = clean.rules.lists.map((file) => parse(file).name);
  const check = (
    what: 'rule' | 'operator',
    name: string | undefined,
    known: readonly string[],
    path: readonly PropertyKey[],
  ): readonly Problem[] => {
    const isKnown = (each: string): boolean =>
      what === 'rule' ? each === name : each.toLowerCase() === name?.toLowerCase();
    if (name === undefined || known.some(isKnown)) return [];
    const meant = nearest(name, known);
    const guess = meant === undefined ? '' : `; did you mean ${meant}?`;
    return [{ at: locate(source.root, path), message: `there is no ${what} ${name}${guess}` }];
  };
  const allowedIds = [...ids, ...lists.map((name) => `list:${name}`)];
  const operators = [...rules.map(({ operator }) => operator), ...lists];
  return [
    ...clean.rules.disable.flatMap((id, index) => check('rule', id, ids, ['rules', 'disable', index])),
    ...allow.flatMap(({ rule }, index) => check('rule', rule, allowedIds, ['allow', index, 'rule'])),
    ...allow.flatMap(({ operator }, index) =>
      check('operator', operator, operators, ['allow', index, 'operator']),
    ),
  ];
}

export async function rulesFor(settings: Settings, origins: boolean): Promise<LoadedRules> {
  const loaded = await loadRules(settings.clean.rules, { origins });
  const problems = [
    ...loaded.problems.map(({ file, line, column, message }) => ({ at: { file, line, column }, message })),
    ...unknownNames(settings, loaded),
  ];
  if (problems.length === 0) return loaded;
  const lines = problems.map(problemText);
  throw new AppError('E_RULES', `the rules are wrong\n${lines.join('\n')}`);
}

export interface Ready {
  readonly settings: Settings;
  readonly rules: LoadedRules;
  readonly cleaner: Cleaner;
}

/** Everything that a command on files needs. */
export async function prepare(options: MessageOptions, origins = false): Promise<Ready> {
  const settings = await settingsFor(options.config, false);
  if (options.policy !== undefined && !settings.clean.policies.has(options.policy)) {
    const names = [...settings.clean.policies.keys()].join(', ');
    throw new AppError(
      'E_USAGE',
      `there is no policy ${options.policy}`,
      `Policies of this configuration: ${names}`,
    );
  }
  const rules = await rulesFor(settings, origins);
  const { createCleaner } = await importCompiled(() => import('../service/cleaning.ts'));
  return { settings, rules, cleaner: createCleaner(settings.clean, rules.set) };
}

/** The envelope that the options describe. */
export function contextOf(options: MessageOptions): { recipients?: readonly string[]; sender?: string } {
  return {
    ...(options.recipient.length === 0 ? {} : { recipients: options.recipient }),
    ...(options.sender === undefined ? {} : { sender: options.sender }),
  };
}
