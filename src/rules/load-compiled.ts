import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
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

/** A hash over names and octets of the YAML files, and the rules that were compiled of these very files, if there are such. */
export interface Compiled {
  readonly sources: () => readonly Source[];
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

function sourceNames(root: string): readonly string[] {
  return readdirSync(join(root, 'config', 'rules'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `config/rules/${name.replaceAll('\\', '/')}`)
    .toSorted();
}

export function readSources(root: string): readonly Source[] {
  return sourceNames(root).map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
}

/** Octets of each file, by name. */
type Sizes = Readonly<Record<string, number>>;

/** What the first line of the compiled module holds. */
interface CompiledLine {
  readonly version: string;
  readonly sizes: Sizes;
  readonly rules: readonly Rule[];
}

export function versionOf(sources: readonly Source[]): string {
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
export function compiledText(version: string, sources: readonly Source[], rules: readonly Rule[]): string {
  const split = rules.map(splitOff);
  const sizes = Object.fromEntries(sources.map(({ name, text }) => [name, Buffer.byteLength(text)]));
  const first: CompiledLine = { version, sizes, rules: split.map(({ rule }) => rule) as readonly Rule[] };
  return `${asciiJson(first)}\n${asciiJson(split.map(({ vectors }) => vectors))}\n`;
}

interface CompiledFile {
  readonly line: CompiledLine;
  readonly rest: string;
  readonly writtenMs: number;
}

function readCompiled(file: string): CompiledFile | undefined {
  try {
    const text = readFileSync(file, 'latin1');
    const end = text.indexOf('\n');
    return { line: JSON.parse(text.slice(0, end)), rest: text.slice(end), writtenMs: statSync(file).mtimeMs };
  } catch {
    return undefined;
  }
}

/** Whether the files are those that were compiled, as far as names, sizes and times tell: to read and hash them all takes longer than to compile one. */
function seemUnchanged(root: string, { line, writtenMs }: CompiledFile): boolean {
  const names = sourceNames(root);
  return (
    names.length === Object.keys(line.sizes).length &&
    names.every((name) => {
      const { size, mtimeMs } = statSync(join(root, name));
      return size === line.sizes[name] && mtimeMs <= writtenMs;
    })
  );
}

function rulesOf({ line, rest }: CompiledFile, isWhole: boolean): readonly Rule[] {
  if (!isWhole) return line.rules;
  const vectors: readonly Vectors[] = JSON.parse(rest);
  return line.rules.map((rule, at) => Object.assign({}, rule, vectors[at]));
}

/**
 * Reads the compiled built-in rules, without what it takes to read YAML; with their vectors only where `isWhole`, else `must` is empty and
 * `must_not` not there. A file that is newer than the compiled module is compared with it octet for octet.
 */
export function loadCompiled(layout: Layout = ownLayout(), isWhole = false): Compiled {
  const sources = (): readonly Source[] => readSources(layout.root);
  const compiled = readCompiled(layout.compiled);
  const version =
    compiled !== undefined && seemUnchanged(layout.root, compiled)
      ? compiled.line.version
      : versionOf(sources());
  const rules = compiled?.line.version === version ? rulesOf(compiled, isWhole) : undefined;
  return { sources, version, rules };
}
