import { parse } from 'yaml';
import type { Located } from './located.ts';
import type { Problem } from './problem.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts the environment's values where `${NAME}` is written (`$${` is a literal `${`). A value that consists of nothing else and is not
 * quoted is read as YAML reads it, so that numbers stay numbers.
 */
export function withEnvironment(root: Located, environment: Environment, problems: Problem[]): Located {
  switch (root.kind) {
    case 'list':
      return { ...root, items: root.items.map((item) => withEnvironment(item, environment, problems)) };
    case 'map':
      return {
        ...root,
        entries: new Map(
          [...root.entries].map(([name, entry]) => [
            name,
            { ...entry, value: withEnvironment(entry.value, environment, problems) },
          ]),
        ),
      };
    case 'scalar':
      return typeof root.value === 'string' && root.value.includes('${')
        ? { ...root, value: substituted(root, root.value, environment, problems) }
        : root;
  }
}

function substituted(
  scalar: Extract<Located, { kind: 'scalar' }>,
  text: string,
  environment: Environment,
  problems: Problem[],
): unknown {
  const result = text.replace(/(\$?)\$\{([^}]*)\}/g, (whole, dollar: string, name: string) => {
    if (dollar === '$') return whole.slice(1);
    const value = environment[name];
    if (value === undefined) {
      problems.push({
        at: scalar.at,
        message: `the environment variable ${name} is not set; set it, or write $\${${name}} if the text itself is meant`,
      });
    }
    return value ?? '';
  });
  return scalar.isPlain && /^\$\{[^}]*\}$/.test(text) && /^-?\d+$|^(true|false)$/.test(result)
    ? parse(result)
    : result;
}
