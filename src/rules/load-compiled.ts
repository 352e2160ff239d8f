import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Rule } from './format.ts';

/** Where things lie; tests have them elsewhere. */
export interface Layout {
  /** The folder that holds `config/rules`. */
  readonly root: string;
  /** The compiled module. */
  readonly compiled: string;
}

export interface Source {
  readonly name: string;
  readonly text: string;
}

/** The YAML files with a hash over their names and octets, and the rules that were compiled of these very files, if there are such. */
export interface Compiled {
  readonly sources: readonly Source[];
  readonly version: string;
  readonly rules: readonly Rule[] | undefined;
}

/** The package's folder: above `src/rules` in a checkout, above `dist/js` in a package. */
export function packageRoot(codeFolder: string): string {
  let folder = codeFolder;
  while (!existsSync(join(folder, 'config', 'rules'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('config/rules is missing: the package is not complete');
    folder = above;
  }
  return folder;
}

export function ownLayout(): Layout {
  const here = import.meta.dirname;
  return { root: packageRoot(here), compiled: join(here, 'generated', 'builtin.json') };
}

function readSources(root: string): readonly Source[] {
  return readdirSync(join(root, 'config', 'rules'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `config/rules/${name.replaceAll('\\', '/')}`)
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
}

function versionOf(sources: readonly Source[]): string {
  const hash = createHash('sha256');
  for (const { name, text } of sources) hash.update(`${name}\0${text}\0`);
  return hash.digest('hex').slice(0, 16);
}

/** What a rule is checked by; no message is compared with it. */
type Vectors = Pick<Rule, 'must' | 'must_not'>;

function splitOff({ must, must_not, ...rule }: Rule): { readonly rule: object; readonly vectors: Vectors } {
  return {
    rule: 'selector' in rule ? rule : { ...rule, must: [] },
    vectors: { ...(must === undefined ? {} : { must }), ...(must_not === undefined ? {} : { must_not }) },
  };
}

/** In ASCII, which is read and parsed in half the time and kept in half the memory. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The compiled module: a line with the rules, and one with their vectors, half of it all, which most processes need not parse. */
export function compiledText(version: string, rules: readonly Rule[]): string {
  const split = rules.map(splitOff);
  const [first, second] = [
    { version, rules: split.map(({ rule }) => rule) },
    split.map(({ vectors }) => vectors),
  ];
  return `${asciiJson(first)}\n${asciiJson(second)}\n`;
}

function rulesOf(file: string, version: string, isWhole: boolean): readonly Rule[] | undefined {
  try {
    const text = readFileSync(file, 'latin1');
    const end = text.indexOf('\n');
    const first: { readonly version: string; readonly rules: readonly Rule[] } = JSON.parse(
      text.slice(0, end),
    );
    if (first.version !== version) return undefined;
    if (!isWhole) return first.rules;
    const vectors: readonly Vectors[] = JSON.parse(text.slice(end));
    return first.rules.map((rule, at) => Object.assign({}, rule, vectors[at]));
  } catch {
    return undefined;
  }
}

/**
 * Reads the compiled built-in rules, without what it takes to read YAML; with their vectors only where `isWhole`, else `must` is empty and
 * `must_not` not there.
 */
export function loadCompiled(layout: Layout = ownLayout(), isWhole = false): Compiled {
  const sources = readSources(layout.root);
  const version = versionOf(sources);
  return { sources, version, rules: rulesOf(layout.compiled, version, isWhole) };
}
