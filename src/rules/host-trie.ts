import { type LabelPattern, parseHostPattern, specificity } from './host-pattern.ts';
import type { Glob } from './glob.ts';
import { hashOf, WordMap } from './words.ts';

interface GlobChild<T> {
  readonly glob: Glob;
  readonly node: Node<T>;
}

interface Node<T> {
  readonly children: WordMap<Node<T>>;
  /** Glob labels by the literal text in front of their first `*`. */
  globs: Map<string, GlobChild<T>[]> | undefined;
  /** Lengths of the keys of `globs`. */
  globLengths: readonly number[];
  exact: T | undefined;
  below: T | undefined;
}

const nothingFound: readonly never[] = [];
const noNodes: readonly never[] = [];
const noLengths: readonly never[] = [];

function newNode<T>(): Node<T> {
  return {
    children: new WordMap(),
    globs: undefined,
    globLengths: noLengths,
    exact: undefined,
    below: undefined,
  };
}

/**
 * Values by host pattern, in a trie of labels from the right. A look-up costs O(length of the host), whatever the number of patterns, as
 * long as few glob labels share both their place and their literal beginning.
 */
export class HostTrie<T> {
  readonly #root = newNode<T>();

  /** The value at a pattern, made by `create` at first use, which is told how specific the pattern is. */
  at(pattern: string, create: (specificity: number) => T): T {
    const labels = parseHostPattern(pattern);
    let node = this.#root;
    for (const label of labels) {
      if (label.kind === 'labels') {
        return (node.below ??= create(specificity(labels)));
      }
      node = childOf(node, label);
    }
    return (node.exact ??= create(specificity(labels)));
  }

  /** Values at all patterns that the host matches, in no order. */
  find(host: string): readonly T[] {
    let found: T[] | undefined;
    let nodes: readonly Node<T>[] = [this.#root];
    let end = host.length;
    while (end >= 0 && nodes.length > 0) {
      const dot = host.lastIndexOf('.', end - 1);
      let next: Node<T>[] | undefined;
      for (const node of nodes) {
        if (node.below !== undefined) (found ??= []).push(node.below);
        next = follow(node, host, dot + 1, end, next);
      }
      nodes = next ?? noNodes;
      end = dot;
      if (dot <= 0) break;
    }
    for (const node of nodes) if (node.exact !== undefined) (found ??= []).push(node.exact);
    return found ?? nothingFound;
  }
}

function childOf<T>(node: Node<T>, label: Exclude<LabelPattern, { kind: 'labels' }>): Node<T> {
  if (label.kind === 'literal') {
    const known = node.children.get(label.label);
    if (known !== undefined) return known;
    const made = newNode<T>();
    node.children.set(label.label, made);
    return made;
  }
  node.globs ??= new Map();
  const siblings = node.globs.get(label.prefix) ?? [];
  node.globs.set(label.prefix, siblings);
  if (!node.globLengths.includes(label.prefix.length))
    node.globLengths = [...node.globLengths, label.prefix.length];
  const known = siblings.find(({ glob }) => glob.text === label.glob.text);
  if (known !== undefined) return known.node;
  const child = { glob: label.glob, node: newNode<T>() };
  siblings.push(child);
  return child.node;
}

/** Adds the children that a label leads to; the list is made when there is one to add. */
function follow<T>(
  node: Node<T>,
  host: string,
  start: number,
  end: number,
  next: Node<T>[] | undefined,
): Node<T>[] | undefined {
  let list = next;
  const literal = node.children.mayHave(hashOf(host, start, end))
    ? node.children.get(host.slice(start, end))
    : undefined;
  if (literal !== undefined) (list ??= []).push(literal);
  for (const length of node.globLengths) {
    const globs = start + length > end ? undefined : node.globs?.get(host.slice(start, start + length));
    for (const { glob, node: child } of globs ?? []) {
      if (glob.matches(host.slice(start, end))) (list ??= []).push(child);
    }
  }
  return list;
}
