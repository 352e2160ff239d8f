import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors.ts';
import { defaultSource, noFile } from './default-source.ts';
import { withEnvironment } from './environment.ts';
import { explainIssues } from './explain-issues.ts';
import { mergeLocated, toValue } from './located.ts';
import type { Located } from './located.ts';
import type { Problem } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { withAbsolutePaths } from './relative-paths.ts';
import { configSchema } from './schema.ts';
import type { Config } from './schema.ts';

export interface Source {
  readonly config: Config;
  /** The merged files, to tell where a value was written. */
  readonly root: Located;
  readonly files: readonly string[];
}

export type ReadResult =
  | { readonly kind: 'ok'; readonly source: Source }
  | { readonly kind: 'bad'; readonly problems: readonly Problem[] };

function filesOf(main: string): readonly string[] {
  const folder = join(dirname(main), 'conf.d');
  const more = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];
  return [main, ...more.toSorted().map((name) => join(folder, name))];
}

/**
 * Reads the file, lays `conf.d/*.yaml` beside it on top in name order, puts environment variables in and checks the whole. Paths of files
 * are absolute then. Without a file the defaults are the configuration. Never throws for what stands in the files.
 */
export function readConfig(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ReadResult {
  if (file === undefined) return { kind: 'ok', source: defaultSource };
  const problems: Problem[] = [];
  const files = filesOf(file);
  let root: Located = noFile;
  for (const name of files) {
    try {
      const read = readYaml(readFileSync(name, 'utf8'), name);
      problems.push(...read.problems);
      const { value } = read;
      if (value === undefined) continue;
      // Laid on top as it is, it would replace all that stands below.
      if (value.kind === 'map') root = root === noFile ? value : mergeLocated(root, value);
      else problems.push({ at: value.at, message: 'is no configuration; write a mapping (key: value)' });
    } catch (error) {
      problems.push({
        at: { file: name, line: 0, column: 0 },
        message: `cannot be read: ${messageOf(error)}`,
      });
    }
  }
  root = withAbsolutePaths(withEnvironment(root, environment, problems));
  if (problems.length > 0) return { kind: 'bad', problems };
  const parsed = configSchema.safeParse(toValue(root));
  if (!parsed.success) return { kind: 'bad', problems: explainIssues(parsed.error.issues, root) };
  return { kind: 'ok', source: { config: parsed.data, root, files } };
}
