import { dirname, isAbsolute, resolve } from 'node:path';
import type { Located } from './located.ts';

type Scalar = Extract<Located, { kind: 'scalar' }>;

const listenerFiles = ['tls.certificate', 'tls.key', 'tls.names.certificate', 'tls.names.key'];
const hopFiles = ['ca', 'certificate', 'key', 'auth.password_file'].map((key) => `next_hop.${key}`);

/** Keys whose value is the path of a file or folder, or a list of them; list indices left out. */
const pathKeys: ReadonlySet<string> = new Set([
  'rules.files',
  'rules.lists',
  'consent.files',
  'auth.arc.key_file',
  'log.key_file',
  ...[...listenerFiles, ...hopFiles].map((key) => `listeners.${key}`),
]);

/** Keys whose value names a file only behind `file:`. */
const prefixedKeys: ReadonlySet<string> = new Set(['select.when.recipient', 'select.when.sender']);
const prefix = 'file:';

function fromOwnFolder(scalar: Scalar, key: string): Scalar {
  const { value, at } = scalar;
  if (typeof value !== 'string') return scalar;
  const isPrefixed = prefixedKeys.has(key) && value.startsWith(prefix);
  if (!isPrefixed && !pathKeys.has(key)) return scalar;
  const path = isPrefixed ? value.slice(prefix.length) : value;
  if (path === '' || isAbsolute(path)) return scalar;
  return { ...scalar, value: `${isPrefixed ? prefix : ''}${resolve(dirname(at.file), path)}` };
}

/**
 * Relative paths of files made absolute: they are meant from the folder of the file in which they are written, whatever folder the process runs in.
 */
export function withAbsolutePaths(root: Located, key = ''): Located {
  switch (root.kind) {
    case 'scalar':
      return fromOwnFolder(root, key);
    case 'list':
      return { ...root, items: root.items.map((item) => withAbsolutePaths(item, key)) };
    case 'map': {
      const entries = [...root.entries].map(([name, entry]) => {
        const inner = key === '' ? name : `${key}.${name}`;
        return [name, { ...entry, value: withAbsolutePaths(entry.value, inner) }] as const;
      });
      return { ...root, entries: new Map(entries) };
    }
  }
}
