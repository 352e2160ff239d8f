import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, YAMLParseError } from 'yaml';
import type { Located, LocatedEntry } from './located.ts';
import type { At, Problem } from './problem.ts';

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

/** A key as it is written. */
function keyAt(text: string, offset: number): string {
  const end = text.slice(offset).search(/[:\r\n]/);
  return text.slice(offset, end < 0 ? text.length : offset + end).trim();
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
    const messageOf = ({ code, message, pos }: YAMLParseError): string =>
      code === 'DUPLICATE_KEY' ? `${keyAt(text, pos[0])} is written twice; leave one out` : message;
    return { problems: doc.errors.map((error) => ({ at: place(error.pos[0]), message: messageOf(error) })) };
  }
  const at = (node: unknown): At => place((node as Node | null | undefined)?.range?.[0] ?? 0);
  if (doc.contents === null) {
    return { value: { kind: 'map', at: place(0), entries: new Map() }, problems: [] };
  }
  return { value: located(doc.contents, { doc, at }, 0), problems: [] };
}
