import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { createProgram } from '../../src/cli/program.ts';
import { compileSettings, configJsonSchema, defaultSource, dumpConfig } from '../../src/config/index.ts';
import { errorCatalogue } from '../../src/errors.ts';

interface Node {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: boolean | Node;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
}

export interface ManPage {
  readonly file: string;
  readonly text: string;
}

/** Text for man(7): no character of it is an instruction to roff. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', "'")
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^([.'])/gm, '\\&$1');
}

const bold = (text: string): string => `\\fB${roff(text)}\\fR`;
const section = (name: string, ...lines: readonly string[]): string => [`.SH ${name}`, ...lines].join('\n');
/** A term and what it means. */
const item = (term: string, text: string): string => `.TP\n${term}\n${text === '' ? '\\&' : roff(text)}`;

function title(name: string, number: number): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return `.\\" Made by npm run build:man.\n.TH ${name.toUpperCase()} ${number} "" "mailsluice ${version}" "mailsluice"`;
}

function leafCommands(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leafCommands);
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function commandText(command: Command): string {
  const { registeredArguments, options } = command;
  const shown = registeredArguments.map((argument) => {
    const name = `\\fI${roff(argument.name())}\\fR${argument.variadic ? '...' : ''}`;
    return argument.required ? name : `[${name}]`;
  });
  return [
    `.SS ${bold(fullName(command).replace('mailsluice ', ''))} ${options.length > 0 ? '[options] ' : ''}${shown.join(' ')}`.trimEnd(),
    roff(`${command.description()}.`),
    ...registeredArguments.map((each) => item(`\\fI${roff(each.name())}\\fR`, each.description)),
    ...options.map(({ flags, description, defaultValue, argChoices }) => {
      const plain = typeof defaultValue === 'string' ? ` (default: ${defaultValue})` : '';
      const choices = argChoices === undefined ? '' : `: ${argChoices.join(', ')}`;
      return item(bold(flags), `${description}${choices}${plain}`);
    }),
  ].join('\n');
}

function exitCodes(): readonly string[] {
  const meanings = Map.groupBy(Object.values(errorCatalogue), ({ exit }) => exit);
  return [...meanings]
    .toSorted(([a], [b]) => a - b)
    .map(([exit, all]) => item(bold(String(exit)), all.map(({ meaning }) => meaning).join('; ')));
}

async function commandPage(): Promise<ManPage> {
  const program = await createProgram([], () => undefined);
  const text = [
    title('mailsluice', 8),
    section('NAME', 'mailsluice \\- takes tracking out of mail and relays everything else octet for octet'),
    section('SYNOPSIS', `.B mailsluice\n.I command\n[options] [\\fIargument\\fR...]`),
    section(
      'DESCRIPTION',
      roff(program.description()),
      'It speaks SMTP and LMTP, keeps no queue, and says in one header field what it removed.',
      'The configuration is described in',
      '.BR mailsluice.yaml (5).',
    ),
    section('COMMANDS', ...leafCommands(program).map(commandText)),
    section(
      'SIGNALS',
      item(
        bold('SIGHUP'),
        'serve reads the configuration and the certificates again; it is taken as a whole, or the old one stays and the log says why.',
      ),
      item(
        bold('SIGTERM, SIGINT'),
        'serve takes no new sessions and ends after the running transactions; a second one ends it at once.',
      ),
    ),
    section(
      'EXIT STATUS',
      item(bold('0'), 'all went well'),
      item(bold('1'), 'serve was ended by a second signal'),
      ...exitCodes(),
    ),
    section(
      'FILES',
      item('\\fI/etc/mailsluice/mailsluice.yaml\\fR', 'the configuration, where -c names no other'),
    ),
    section('SEE ALSO', '.BR mailsluice.yaml (5),\n.BR postfix (1)'),
  ].join('\n');
  return { file: 'mailsluice.8', text: `${text}\n` };
}

/** What may stand there, for people. */
function values(node: Node): readonly string[] {
  if (node.const !== undefined) return [node.const];
  if (node.enum !== undefined) return node.enum.map(String);
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.flatMap(values))];
  if (node.items !== undefined) return [`list of ${values(node.items).join(' or ')}`];
  const words: Readonly<Record<string, string>> = { string: 'text', integer: 'number', object: 'mapping' };
  return node.type === undefined ? [] : [words[node.type] ?? node.type];
}

function keyTexts(node: Node, name: string): readonly string[] {
  const inner = node.properties ?? node.items?.properties;
  if (inner !== undefined) {
    const here = node.properties === undefined ? `${name}[]` : name;
    return Object.entries(inner).flatMap(([key, each]) =>
      keyTexts(each, here === '' ? key : `${here}.${key}`),
    );
  }
  const any = node.additionalProperties;
  if (typeof any === 'object' && any.properties !== undefined) return keyTexts(any, `${name}.NAME`);
  const what = values(node).join(', ');
  const given =
    node.default === undefined
      ? ''
      : `; default: ${node.default === '' ? 'empty' : JSON.stringify(node.default).replaceAll('"', '')}`;
  const described = node.description === undefined ? '' : `${node.description}. `;
  return [item(bold(name), `${described}(${what}${given})`)];
}

/** The schema leaves a policy's defaults to the product, so that one can build on another. */
function withDefaults(node: Node, values: unknown): Node {
  if (node.properties === undefined) return { ...node, default: values };
  const own = values as Readonly<Record<string, unknown>>;
  const properties = Object.entries(node.properties).map(([key, each]) => [
    key,
    withDefaults(each, own[key]),
  ]);
  return { ...node, properties: Object.fromEntries(properties) as Readonly<Record<string, Node>> };
}

function configSchema(): Node {
  const schema = configJsonSchema() as Node;
  const loaded = compileSettings(defaultSource, { serving: false });
  const policy = schema.properties?.['policies']?.additionalProperties;
  if (loaded.kind === 'bad' || typeof policy !== 'object') throw new Error('no policies in the schema');
  const { policies } = parse(dumpConfig(loaded.settings)) as {
    readonly policies: Readonly<Record<string, unknown>>;
  };
  const own = {
    ...schema.properties?.['policies'],
    additionalProperties: withDefaults(policy, policies['default']),
  };
  return { ...schema, properties: { ...schema.properties, policies: own } };
}

function configPage(): ManPage {
  const schema = configSchema();
  const sections = Object.entries(schema.properties ?? {}).map(([key, node]) =>
    [
      `.SS ${roff(key)}`,
      ...(node.properties === undefined ? [] : [roff(`${node.description ?? ''}`)]),
      ...keyTexts(node, key),
    ]
      .filter((line) => line !== '')
      .join('\n'),
  );
  const text = [
    title('mailsluice.yaml', 5),
    section('NAME', 'mailsluice.yaml \\- configuration of mailsluice'),
    section(
      'DESCRIPTION',
      roff(
        'YAML with strict keys: an unknown key or a wrong value is told as file:line:column, with what was meant and what is allowed (mailsluice check).',
      ),
      roff(
        'conf.d/*.yaml beside the file is laid on top in name order: mappings key by key, lists one behind the other.',
      ),
      roff('${NAME} is the environment variable NAME; keys that end in _file read a secret from a file.'),
      roff('Relative paths are meant from the folder of the file that names them.'),
      roff('Durations are written as 500ms, 30s, 5m, 1h, 2d, from 1ms to 24d; sizes as 512KiB, 25MiB, 25MB.'),
      roff(
        'Every key has a default but next_hop of a listener. A policy starts from policies.default; write what differs. mailsluice config dump prints what holds.',
      ),
    ),
    section('KEYS', ...sections),
    section(
      'EXAMPLE',
      '.nf',
      roff(
        'listeners:\n  - smtp: 127.0.0.1:10025\n    mode: after-queue\n    trusted_peers: [127.0.0.1]\n    next_hop: { smtp: 127.0.0.1:10026 }\npolicies: { default: { mode: report } }',
      ),
      '.fi',
    ),
    section('SEE ALSO', '.BR mailsluice (8)'),
  ].join('\n');
  return { file: 'mailsluice.yaml.5', text: `${text}\n` };
}

/** The man pages, from the definitions of the command line, of the errors and of the configuration. */
export async function manPages(): Promise<readonly ManPage[]> {
  return [await commandPage(), configPage()];
}
