import { LF } from './octets.ts';
import { protectionOf } from './protection.ts';
import { isReferable, roleOf } from './roles.ts';
import { sourcesOf } from './sources.ts';
import type { Sources, Whole } from './sources.ts';
import { isHtml } from './tree.ts';
import type { Node, Tree } from './tree.ts';
import type { Part, PartRole, Reason, ReadLimits } from './types.ts';

/** A part whose children are still being added. */
interface Draft extends Omit<Part, 'children'> {
  readonly children: Part[];
}

/** What a walk over the tree carries from a node to those below it. */
interface Inherited {
  readonly keep: Reason | undefined;
  /** The node or an ancestor is text/html in some reading, so that all octets in it may be. */
  readonly html: boolean;
}

export interface ReadParts {
  readonly root: Part;
  readonly parts: readonly Part[];
  readonly reasons: readonly Reason[];
}

const shownTexts: ReadonlySet<PartRole> = new Set(['html', 'xhtml', 'plain']);
const referredOnly: ReadonlySet<PartRole> = new Set(['css', 'svg']);
const readThoughKept: ReadonlySet<Reason | undefined> = new Set([undefined, 'amp', 'calendar']);
const nothing: Sources = { sources: [], guarded: [] };

class PartReader {
  readonly parts: Draft[] = [];
  readonly reasons: Set<Reason>;
  readonly #whole: Whole;
  readonly #limits: ReadLimits;
  readonly #drafts = new Map<Node, Draft>();
  readonly #inherited = new Map<Node, Inherited>();
  #textSeen = false;

  constructor(whole: Whole, limits: ReadLimits, reasons: ReadonlySet<Reason>) {
    this.#whole = whole;
    this.#limits = limits;
    this.reasons = new Set(reasons);
  }

  add(node: Node): Draft {
    const inside = this.#inherit(node);
    const inHtml = node.parent !== undefined && this.#inherited.get(node.parent)?.html === true;
    const flat = node.kind === 'gap' || node.kind === 'capped';
    const role = flat ? 'html' : node.kind === 'leaf' ? roleOf(node.entity) : 'other';
    const keep = inside.keep ?? (flat ? undefined : this.#keptAs(node, role, inHtml));
    if (!flat && shownTexts.has(role)) this.#textSeen = true;
    const read = readThoughKept.has(keep) ? sourcesOf(this.#whole, node, role, inHtml) : nothing;
    const draft: Draft = {
      id: node.id,
      header: node.header,
      body: node.body,
      fields: node.fields,
      contentType: node.entity.contentType,
      encoding: node.entity.encodings[0],
      role,
      keep,
      children: [],
      depth: node.depth,
      ...(node.delimiter ? { delimiter: node.delimiter } : {}),
      ...(flat ? { flat: true as const } : {}),
      ...(read.sources.length > 0 ? { sources: read.sources } : {}),
      ...(read.guarded.length > 0 ? { guarded: read.guarded } : {}),
    };
    this.#drafts.set(node, draft);
    this.parts.push(draft);
    if (node.parent) this.#drafts.get(node.parent)?.children.push(draft);
    return draft;
  }

  #inherit(node: Node): Inherited {
    const above = node.parent && this.#inherited.get(node.parent);
    let keep = above?.keep;
    if (keep === undefined) {
      const protection = protectionOf(this.#whole.octets, node);
      if (protection === 'signed.malformed') this.reasons.add(protection);
      else keep = protection;
    }
    if (keep === undefined && this.#isNested(node)) keep = 'nested';
    const { boundaries, doubtedBoundaries } = node.entity;
    // Where a boundary is in doubt, a part may go on behind what ends it to us; a guess that no line is like delimits to nobody.
    const isDoubted = boundaries.length > 1 || (doubtedBoundaries.length > 0 && node.hasDoubtfulLine);
    const html = above?.html === true || isHtml(node.entity) || isDoubted;
    const inside = { keep, html };
    this.#inherited.set(node, inside);
    return inside;
  }

  #isNested(node: Node): boolean {
    if (node.kind !== 'message' && !(node.kind === 'capped' && node.entity.boundaries.length === 0))
      return false;
    return this.#limits.nested === 'keep' || node.entity.attachment;
  }

  /** `inHtml`: all around it is HTML in some reading, in which it is no attachment. */
  #keptAs(node: Node, role: PartRole, inHtml: boolean): Reason | undefined {
    if (role === 'other') return undefined;
    const isBody = !this.#textSeen && shownTexts.has(role);
    // A message that is nothing but a drawing: what opens it as a document loads what it names.
    const isWhole = role === 'svg' && node.parent === undefined;
    const attached = referredOnly.has(role)
      ? !isWhole && !isReferable(node)
      : node.entity.attachment && !isReferable(node);
    if (attached && !isBody && !inHtml) return 'attachment';
    return role === 'amp' || role === 'calendar' ? role : undefined;
  }
}

/** Decides for each node of the tree what it is to us: its role, why it is kept, how it is read. */
export function readParts(octets: Buffer, newline: number, tree: Tree, limits: ReadLimits): ReadParts {
  const { bareCrDashes } = tree;
  const reader = new PartReader({ octets, newline, bareCrDashes }, limits, tree.reasons);
  const root = reader.add(tree.root);
  for (const node of tree.nodes) if (node !== tree.root) reader.add(node);
  if (newline === LF && hidesHeader(octets, root)) reader.reasons.add('ambiguous-mime');
  return { root, parts: reader.parts, reasons: [...reader.reasons] };
}

const hiddenField = /\rcontent-type:/i;

/** A header of the message with a MIME field behind a bare CR: a field to some readers only, and none of ours to edit. */
function hidesHeader(octets: Buffer, { header, fields }: Part): boolean {
  // In all fields at once first: a search of each, folded as most are, would cost more than all else that is read of them.
  if (!hiddenField.test(octets.toString('latin1', header.start, header.end))) return false;
  return fields.some(({ valueSpan }) =>
    hiddenField.test(octets.toString('latin1', valueSpan.start, valueSpan.end)),
  );
}
