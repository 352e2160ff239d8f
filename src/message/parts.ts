import type { Span } from '../span.ts';
import type { Entity } from './entity.ts';
import { flatPieces } from './flat.ts';
import { protectionOf } from './protection.ts';
import type { Node, Tree } from './tree.ts';
import type {
  ContentType,
  Part,
  PartRole,
  Piece,
  Reason,
  ReadLimits,
  Source,
  TransferEncoding,
} from './types.ts';

/** A part under construction: what a `Part` is, with the fields that are filled in as the tree is walked. */
interface Draft extends Omit<Part, 'children' | 'contentType' | 'encoding'> {
  readonly contentType: ContentType;
  readonly encoding: TransferEncoding;
  readonly children: Part[];
}

const roles: ReadonlyMap<string, PartRole> = new Map([
  ['text/html', 'html'],
  ['text/x-html', 'html'],
  ['application/xhtml+xml', 'xhtml'],
  ['text/plain', 'plain'],
  ['text/css', 'css'],
  ['image/svg+xml', 'svg'],
  ['text/x-amp-html', 'amp'],
  ['text/calendar', 'calendar'],
]);

/** Which of several types decides: what loads most comes first. */
const precedence: readonly PartRole[] = ['html', 'xhtml', 'svg', 'css', 'amp', 'calendar', 'plain'];

function roleOf(entity: Entity): PartRole {
  const found = new Set(entity.types.map((type) => roles.get(type) ?? 'other'));
  for (const role of precedence) if (found.has(role)) return role;
  // Clients that go by the name show it in place, if it asks to be shown there.
  if (entity.contentType.type === 'application/octet-stream' && entity.inline) {
    if (/\.(html?|shtml)$/.test(entity.fileName)) return 'html';
    if (/\.xht(ml)?$/.test(entity.fileName)) return 'xhtml';
    if (entity.fileName.endsWith('.svg')) return 'svg';
  }
  return 'other';
}

const shownTexts: ReadonlySet<PartRole> = new Set(['html', 'xhtml', 'plain']);

/** What a walk over the tree carries from a node to those below it. */
interface Inherited {
  readonly keep: Reason | undefined;
  /** An ancestor is text/html in some reading, so that all octets in it may be. */
  readonly html: boolean;
}

/** Decides for each node of the tree what it is to us, in document order. */
export function readParts(
  octets: Buffer,
  newline: number,
  tree: Tree,
  limits: ReadLimits,
): { root: Part; parts: readonly Part[]; reasons: readonly Reason[] } {
  const reasons = new Set<Reason>(tree.reasons);
  const drafts = new Map<Node, Draft>();
  const inherited = new Map<Node, Inherited>();
  const parts: Draft[] = [];
  let firstText = true;
  for (const node of tree.nodes) {
    const above = (node.parent && inherited.get(node.parent)) ?? { keep: undefined, html: false };
    const protection = above.keep === undefined ? protectionOf(octets, node) : undefined;
    if (protection === 'signed.malformed') reasons.add(protection);
    const own = protection === 'signed.malformed' ? undefined : protection;
    const nested = node.kind === 'message' && (limits.nested === 'keep' || node.entity.attachment);
    const inside: Inherited = {
      keep: above.keep ?? own ?? (nested ? 'nested' : undefined),
      html: above.html || node.entity.types.includes('text/html'),
    };
    inherited.set(node, inside);
    const flat = node.kind === 'gap' || node.kind === 'capped';
    const role = flat ? 'html' : node.kind === 'leaf' ? roleOf(node.entity) : 'other';
    let keep = inside.keep;
    if (keep === undefined && !flat && role !== 'other') {
      const shown = firstText && shownTexts.has(role);
      if (node.entity.attachment && !shown) keep = 'attachment';
      else if (role === 'amp' || role === 'calendar') keep = role;
    }
    if (shownTexts.has(role)) firstText = false;
    const sources = sourcesOf(octets, newline, node, role, keep, inside);
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
      ...(sources.length > 0 ? { sources } : {}),
    };
    drafts.set(node, draft);
    parts.push(draft);
    if (node.parent) drafts.get(node.parent)?.children.push(draft);
  }
  const root = drafts.get(tree.root);
  if (!root) throw new RangeError('a tree has a root');
  return { root, parts, reasons: [...reasons] };
}

const readRoles: ReadonlySet<PartRole> = new Set(precedence);
const readThoughKept: ReadonlySet<Reason | undefined> = new Set([undefined, 'amp', 'calendar']);

function sourcesOf(
  octets: Buffer,
  newline: number,
  node: Node,
  role: PartRole,
  keep: Reason | undefined,
  inside: Inherited,
): readonly Source[] {
  if (!readThoughKept.has(keep)) return [];
  if (node.kind === 'gap' || node.kind === 'capped') {
    const pieces = flatPieces(octets, node.body, newline);
    return pieces.length > 0 ? [{ pieces, role: 'html' }] : [];
  }
  if (node.kind !== 'leaf') return [];
  const { entity } = node;
  const piece = (span: Span, encoding: TransferEncoding): Piece => ({
    span,
    encoding,
    charset: entity.charsets[0],
  });
  const sources: Source[] = [];
  if (readRoles.has(role)) {
    for (const encoding of entity.encodings) sources.push({ pieces: [piece(node.body, encoding)], role });
  }
  if (inside.html && role !== 'html') {
    sources.push({ pieces: [piece(node.body, 'identity')], role: 'html' });
  }
  return sources;
}
