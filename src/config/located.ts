import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import type { At, Problem } from './problem.ts';

/** A YAML value that knows where it was written, so that files can be merged and an error still names its line. */
export type Located =
  | { readonly kind: 'scalar'; readonly at: At; readonly value: unknown; readonly isPlain: boolean }
  | { readonly kind: 'list'; readonly at: At; readonly items: readonly Located[] }
  | { readonly kind: 'map'; readonly at: At; readonly entries: ReadonlyMap<string, LocatedEntry> };

export interface LocatedEntry {
  readonly keyAt: At;
  readonly value: Located;
}

const maxDepth = 50;

interface Reader {
  readonly doc: Document;
  readonly at: (node: unknown) => At;
}

function located(node: unknown, reader: Reader, depth: number): Located {
  const at = reader.at(node);
  if (depth > maxDepth) return { kind: 'scalar', at, value: null, isPlain: false };
  if (isAlias(node)) return located(node.resolve(reader.doc), reader, depth + 1);
  if (isSeq(node)) {
    return { kind: 'list', at, items: node.items.map((item) => located(item, reader, depth + 1)) };
  }
  if (isMap(node)) {
    const entries = new Map<string, LocatedEntry>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      const inner =
        value === null
          ? ({ kind: 'scalar', at, value: null, isPlain: true } as const)
          : located(value, reader, depth + 1);
      entries.set(name, { keyAt: reader.at(key), value: inner });
    }
    return { kind: 'map', at, entries };
  }
  return isScalar(node)
    ? { kind: 'scalar', at, value: node.value, isPlain: node.type === 'PLAIN' }
    : { kind: 'scalar', at, value: null, isPlain: false };
}

/** Reads one YAML file. An empty file is an empty mapping; a syntax error is a problem with its place. */
export function readYaml(text: string, file: string): { value?: Located; problems: readonly Problem[] } {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number): At => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  if (doc.errors.length > 0) {
    return { problems: doc.errors.map((error) => ({ at: place(error.pos[0]), message: error.message })) };
  }
  const at = (node: unknown): At => place((node as Node | null | undefined)?.range?.[0] ?? 0);
  if (doc.contents === null) {
    return { value: { kind: 'map', at: place(0), entries: new Map() }, problems: [] };
  }
  return { value: located(doc.contents, { doc, at }, 0), problems: [] };
}

/** `over` on top of `base`: mappings key by key, lists one behind the other, everything else replaced. */
export function mergeLocated(base: Located, over: Located): Located {
  if (base.kind === 'list' && over.kind === 'list') return { ...base, items: [...base.items, ...over.items] };
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [name, entry] of over.entries) {
    const known = entries.get(name);
    entries.set(
      name,
      known === undefined ? entry : { ...entry, value: mergeLocated(known.value, entry.value) },
    );
  }
  return { ...base, entries };
}

/** The plain value. */
export function toValue(located: Located): unknown {
  switch (located.kind) {
    case 'scalar':
      return located.value;
    case 'list':
      return located.items.map(toValue);
    case 'map':
      return Object.fromEntries([...located.entries].map(([name, { value }]) => [name, toValue(value)]));
  }
}

/** Where the value at a path stands, or the nearest thing around it that was written; `key`: where its key stands. */
export function locate(root: Located, path: readonly PropertyKey[], what: 'key' | 'value' = 'value'): At {
  let node = root;
  let at = root.at;
  for (const step of path) {
    if (node.kind === 'map') {
      const entry = node.entries.get(String(step));
      if (entry === undefined) return at;
      node = entry.value;
      at = what === 'key' ? entry.keyAt : node.at;
    } else if (node.kind === 'list') {
      const item = node.items[Number(step)];
      if (item === undefined) return at;
      node = item;
      at = item.at;
    } else return at;
  }
  return at;
}
