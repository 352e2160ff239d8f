import type { Span } from '../span.ts';
import { Boundaries } from './boundaries.ts';
import { hasBareCr, readEntity } from './entity.ts';
import type { Entity } from './entity.ts';
import { hasContentField, hasHiddenParts } from './flat.ts';
import { readHeader } from './header.ts';
import type { Header } from './header.ts';
import { ANY_LINE_END, beforeLineEnd, LF, lineAt, nextDashLine } from './octets.ts';
import type { HeaderField, Reason, ReadLimits } from './types.ts';

/**
 * `gap` is a preamble or epilogue in which some reader finds parts, `capped` all that stands behind a limit; both are read
 * flat.
 */
export type NodeKind = 'leaf' | 'multipart' | 'message' | 'gap' | 'capped';

/** A part while the tree is built; what it is to us (role, keep, sources) is decided once the tree stands. */
export interface Node {
  readonly id: string;
  readonly parent: Node | undefined;
  readonly header: Span;
  body: Span;
  readonly fields: readonly HeaderField[];
  readonly entity: Entity;
  readonly children: Node[];
  readonly depth: number;
  readonly delimiter: Span | undefined;
  readonly kind: NodeKind;
  /** First header line that is no field. */
  readonly junkStart: number | undefined;
  /** Lines of the body that only some readers take for delimiters. */
  readonly doubtfulLines: number[];
  /** There is such a line in it, or in what stands in it. */
  hasDoubtfulLine: boolean;
  /** Multipart: its close delimiter was seen. */
  closed: boolean;
}

export interface Tree {
  readonly root: Node;
  /** In document order. */
  readonly nodes: readonly Node[];
  readonly reasons: ReadonlySet<Reason>;
  /** A CR without LF stands in front of dashes somewhere, or behind some that begin like a delimiter. */
  readonly bareCrDashes: boolean;
}

/** A multipart or message/rfc822 whose end was not met yet. */
interface Open {
  readonly node: Node;
  /** What the part numbers of its children begin with. */
  readonly prefix: string;
  /** Where its preamble or epilogue begins, while none of its children is open. */
  gapStart: number | undefined;
  count: number;
}

const nestedTypes = new Set(['message/rfc822', 'message/global', 'message/news']);

/** In some reading. */
export function isHtml({ types }: Entity): boolean {
  return types.includes('text/html') || types.includes('application/xhtml+xml');
}

/** An entity that is a message. One that is transfer-encoded (RFC 2046 5.2.1 forbids it) is opaque to us and to clients. */
function isMessage(entity: Entity): boolean {
  return nestedTypes.has(entity.contentType.type) && entity.encodings[0] === 'identity' && !isHtml(entity);
}

/** Builds the tree: one pass, no recursion, a stack no deeper than the limits. */
class TreeReader {
  readonly nodes: Node[] = [];
  readonly reasons = new Set<Reason>();
  readonly #octets: Buffer;
  readonly #newline: number;
  readonly #limits: ReadLimits;
  readonly #stack: Open[] = [];
  readonly #boundaries: Boundaries;
  #bareCrDashes: boolean;
  #leaf: Node | undefined;

  constructor(octets: Buffer, newline: number, limits: ReadLimits) {
    this.#octets = octets;
    this.#newline = newline;
    this.#limits = limits;
    this.#boundaries = new Boundaries(octets);
    this.#bareCrDashes = newline === LF && octets.includes('\r--', 0, 'latin1');
  }

  get bareCrDashes(): boolean {
    return this.#bareCrDashes;
  }

  read(start: number): void {
    const octets = this.#octets;
    let position = this.#begin(start, undefined);
    for (;;) {
      const found = nextDashLine(octets, position, octets.length, this.#newline);
      if (found < 0) break;
      const line = lineAt(octets, found, octets.length, this.#newline);
      const match = this.#boundaries.match(line);
      if (!match) {
        if (this.#boundaries.isDoubtful(line)) {
          this.#leaf?.doubtfulLines.push(found);
          this.#bareCrDashes ||= this.#newline === LF && hasBareCr(octets, line.start, line.end);
          this.#doubt();
        }
        position = line.next;
      } else if (match.close) {
        this.#close(match.level, found, line.next);
        position = line.next;
      } else {
        this.#endPart(match.level, found);
        if (this.nodes.length >= this.#limits.maxParts) {
          this.#cap(found);
          break;
        }
        position = this.#begin(line.next, { start: found, end: line.next });
      }
    }
    this.#endPart(-1, octets.length);
  }

  /** Reads the header at `position` and opens what it describes; returns where the search for delimiters goes on. */
  #begin(position: number, delimiter: Span | undefined): number {
    let at = position;
    let before = delimiter;
    for (;;) {
      const node = this.#readNode(at, before);
      if (node.kind === 'multipart') {
        const owner = this.#stack.at(-1);
        const prefix = owner?.node.kind === 'message' ? owner.prefix : owner ? `${node.id}.` : '';
        this.#boundaries.open(node.entity.boundaries, node.entity.doubtedBoundaries, this.#stack.length);
        this.#stack.push({ node, prefix, gapStart: node.body.start, count: 0 });
        return node.body.start;
      }
      if (node.kind !== 'message' || this.nodes.length >= this.#limits.maxParts) {
        this.#leaf = node;
        return node.body.start;
      }
      // The header of the inner message begins where the body of message/rfc822 does.
      this.#stack.push({ node, prefix: `${node.id}.`, gapStart: undefined, count: 0 });
      at = node.body.start;
      before = undefined;
    }
  }

  #readNode(at: number, delimiter: Span | undefined): Node {
    const octets = this.#octets;
    const owner = this.#stack.at(-1);
    const digest = owner?.node.entity.contentType.type === 'multipart/digest';
    const fallback = digest ? 'message/rfc822' : 'text/plain';
    const block = readHeader(octets, at, octets.length, this.#newline, (line) => this.#boundaries.has(line));
    const header = this.#endedByOwn(block, fallback) ?? block;
    const entity = readEntity(octets, header.fields, fallback);
    const depth = owner ? owner.node.depth + 1 : 0;
    const shape = entity.boundaries.length > 0 ? 'multipart' : isMessage(entity) ? 'message' : 'leaf';
    const capped = shape !== 'leaf' && depth >= this.#limits.maxDepth;
    if (capped) this.reasons.add('limit.parts');
    if (owner) owner.count += 1;
    return this.#add({
      id: this.#number(shape),
      parent: owner?.node,
      header: header.span,
      body: { start: header.bodyStart, end: octets.length },
      fields: header.fields,
      entity,
      children: [],
      depth,
      delimiter,
      kind: capped ? 'capped' : shape,
      junkStart: header.junkStart,
      doubtfulLines: [],
      hasDoubtfulLine: false,
      closed: false,
    });
  }

  /** The header, if it goes as far as a delimiter of its own multipart only: no empty line is in front of the first part. */
  #endedByOwn(header: Header, fallback: string): Header | undefined {
    if (header.junkStart === undefined) return undefined;
    const dashed = header.fields.findIndex(({ name, span }) => name === '' && this.#isDashed(span.start));
    const found = header.fields[dashed]?.span;
    if (!found) return undefined;
    const fields = header.fields.slice(0, dashed);
    const { boundaries, doubtedBoundaries } = readEntity(this.#octets, fields, fallback);
    const text = this.#octets.toString('latin1', found.start + 2, found.end).replaceAll('\0', '');
    const begins = (boundary: string): boolean => boundary !== '' && text.startsWith(boundary);
    if (!boundaries.some(begins) && !doubtedBoundaries.some(begins)) return undefined;
    const bodyStart = found.start;
    const junkStart = header.junkStart < bodyStart ? header.junkStart : undefined;
    return { fields, span: { start: header.span.start, end: bodyStart }, bodyStart, junkStart };
  }

  #isDashed(at: number): boolean {
    return this.#octets[at] === 45 && this.#octets[at + 1] === 45;
  }

  /** To some reader the line just read delimits in one of the open multiparts. */
  #doubt(): void {
    for (let level = this.#stack.length - 1; level >= 0; level -= 1) {
      const node = this.#stack[level]?.node;
      if (node === undefined || node.hasDoubtfulLine) return;
      node.hasDoubtfulLine = true;
    }
  }

  /** The number IMAP gives to the part being opened (RFC 3501 6.4.5); a multipart that IMAP cannot name is `` or `N.TEXT`. */
  #number(shape: NodeKind): string {
    const owner = this.#stack.at(-1);
    if (!owner) return shape === 'multipart' ? '' : '1';
    if (shape === 'multipart' && owner.node.kind === 'message') return `${owner.prefix}TEXT`;
    return `${owner.prefix}${owner.count}`;
  }

  #add(node: Node): Node {
    this.nodes.push(node);
    node.parent?.children.push(node);
    return node;
  }

  /** Ends the open leaf and all that is open below `level`, at the delimiter line `found`. */
  #endPart(level: number, found: number): void {
    const end = found === this.#octets.length ? found : beforeLineEnd(this.#octets, found, 0, this.#newline);
    if (this.#leaf) this.#leaf.body = endedAt(this.#leaf.body, end);
    this.#leaf = undefined;
    for (;;) {
      const open = this.#stack.at(-1);
      if (!open || this.#stack.length <= level + 1) break;
      open.node.body = endedAt(open.node.body, end);
      this.#gap(open, end);
      if (!open.node.closed) this.#boundaries.close(open.node.entity.boundaries);
      this.#stack.pop();
    }
    const owner = this.#stack.at(-1);
    if (owner) this.#gap(owner, end);
  }

  #close(level: number, found: number, next: number): void {
    this.#endPart(level, found);
    const owner = this.#stack.at(-1);
    if (!owner) return;
    this.#boundaries.close(owner.node.entity.boundaries);
    owner.node.closed = true;
    // To who takes it for a delimiter, what stands behind it is a part.
    const hasPart = hasContentField(this.#octets, next, this.#octets.length, this.#newline);
    owner.gapStart = hasPart ? found : next;
  }

  /** A preamble or epilogue is shown by nobody, unless it has parts in it that another reader sees. */
  #gap(owner: Open, end: number): void {
    const start = owner.gapStart;
    owner.gapStart = undefined;
    if (start === undefined || start >= end) return;
    const { node } = owner;
    const body = { start, end };
    const doubted = isHtml(node.entity);
    if (!doubted && !hasHiddenParts(this.#octets, body, this.bareCrDashes ? ANY_LINE_END : this.#newline))
      return;
    this.#flat(node, `${node.id}~${node.closed ? 'epilogue' : 'preamble'}`, body, 'gap');
  }

  #cap(found: number): void {
    this.reasons.add('limit.parts');
    const owner = this.#stack.at(-1);
    if (!owner) return;
    const body = { start: found, end: this.#octets.length };
    this.#flat(owner.node, `${owner.prefix}${owner.count + 1}~`, body, 'capped');
  }

  #flat(parent: Node, id: string, body: Span, kind: 'gap' | 'capped'): void {
    this.#add({
      id,
      parent,
      header: { start: body.start, end: body.start },
      body,
      fields: [],
      entity: parent.entity,
      children: [],
      depth: parent.depth + 1,
      delimiter: undefined,
      kind,
      junkStart: undefined,
      doubtfulLines: [],
      hasDoubtfulLine: false,
      closed: false,
    });
  }
}

function endedAt(body: Span, end: number): Span {
  return { start: body.start, end: Math.max(end, body.start) };
}

/**
 * The tree of MIME entities over the octets from `start` on (RFC 2046 5.1). Never fails; time and memory linear. `newline`
 * is LF, or CR where the message has no LF.
 */
export function readTree(octets: Buffer, start: number, newline: number, limits: ReadLimits): Tree {
  const reader = new TreeReader(octets, newline, limits);
  reader.read(start);
  const [root] = reader.nodes;
  if (!root) throw new RangeError('a tree has a root');
  return { root, nodes: reader.nodes, reasons: reader.reasons, bareCrDashes: reader.bareCrDashes };
}
