import { z } from 'zod';
import { configSchema } from './schema.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: boolean | Node;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly deprecated?: boolean;
}

/** The configuration as a JSON Schema, for editors; `config/mailsluice.schema.json` is this, written out. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'mailsluice.yaml', description: 'Configuration of mailsluice' };
}

function step(node: Node, key: PropertyKey): readonly Node[] {
  const own = typeof key === 'number' ? node.items : node.properties?.[String(key)];
  const any = typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
  const choices = (node.anyOf ?? []).flatMap((choice) => step(choice, key));
  return own === undefined ? [...choices, ...any] : [own, ...choices];
}

function nodesAt(path: readonly PropertyKey[]): readonly Node[] {
  let nodes: readonly Node[] = [configJsonSchema()];
  for (const key of path) nodes = nodes.flatMap((node) => step(node, key));
  return nodes.flatMap((node) => [node, ...(node.anyOf ?? [])]);
}

/** Keys that may stand in the mapping at this path; those that are reserved are left out. */
export function allowedKeys(path: readonly PropertyKey[]): readonly string[] {
  const keys = nodesAt(path).flatMap((node) => Object.entries(node.properties ?? {}));
  return [...new Set(keys.flatMap(([key, { deprecated }]) => (deprecated === true ? [] : [key])))];
}

/** Words that may stand at this path, where it is a choice of words. */
export function allowedValues(path: readonly PropertyKey[]): readonly string[] {
  const values = nodesAt(path).flatMap((node) => [
    ...(node.enum ?? []),
    ...(node.const === undefined ? [] : [node.const]),
  ]);
  return [...new Set(values.map(String))];
}
