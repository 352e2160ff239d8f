import type { At } from './problem.ts';

/** A YAML value that knows where it was written, so that files can be merged and an error still names its line. */
export type Located =
  | { readonly kind: 'scalar'; readonly at: At; readonly value: unknown; readonly isPlain: boolean }
  | { readonly kind: 'list'; readonly at: At; readonly items: readonly Located[] }
  | { readonly kind: 'map'; readonly at: At; readonly entries: ReadonlyMap<string, LocatedEntry> };

export interface LocatedEntry {
  readonly keyAt: At;
  readonly value: Located;
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
