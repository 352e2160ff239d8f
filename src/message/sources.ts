import type { Span } from '../span.ts';
import { hasBareCr, readEntity } from './entity.ts';
import type { Entity } from './entity.ts';
import { flatSources, hasHiddenParts } from './flat.ts';
import { fieldText, readHeader } from './header.ts';
import { ANY_LINE_END, beforeLineEnd, LF, lineAt } from './octets.ts';
import { roleOf, textRoles } from './roles.ts';
import { isHtml } from './tree.ts';
import type { Node } from './tree.ts';
import { isAsciiBased } from './charset/read-text.ts';
import type { PartRole, Source, TransferEncoding } from './types.ts';

export interface Sources {
  readonly sources: readonly Source[];
  readonly guarded: readonly Span[];
}

/** What is known of a message as a whole when its parts are looked at. */
export interface Whole {
  readonly octets: Buffer;
  readonly newline: number;
  /** A CR without LF stands in front of dashes somewhere, or behind some that begin like a delimiter. */
  readonly bareCrDashes: boolean;
}

/** All ways in which some reader takes the octets of a leaf (or flat region) for a text. `html`: an ancestor is HTML to some. */
export function sourcesOf(whole: Whole, node: Node, role: PartRole, html: boolean): Sources {
  const { octets, newline } = whole;
  const found = new Found();
  if (node.kind === 'gap' || node.kind === 'capped') {
    found.sources.push(...flatSources(octets, node.body, newline));
    if (whole.bareCrDashes) found.sources.push(...flatSources(octets, node.body, ANY_LINE_END));
    // All of a multipart that is HTML, too, is under the encoding that it has as such.
    for (const encoding of node.kind === 'gap' && isHtml(node.entity) ? node.entity.encodings : [])
      if (encoding !== 'identity') found.add(node.entity, node.body, encoding, 'html');
    return found;
  }
  if (node.kind !== 'leaf') return found;
  found.addAll(node.entity, node.body, role);
  if (html) {
    for (const encoding of ['identity', 'quoted-printable'] as const) {
      if (role !== 'html' || !node.entity.encodings.includes(encoding))
        found.add(node.entity, node.body, encoding, 'html');
    }
  }
  if (role === 'plain' && isUntypedRoot(whole, node)) found.addAll(node.entity, node.body, 'html');
  if (node.junkStart !== undefined) readFromJunk(found, whole, node, node.junkStart);
  readDoubtful(found, whole, node);
  readAtBareCr(found, whole, node);
  if (whole.bareCrDashes && newline === LF && hasHiddenParts(octets, node.body, ANY_LINE_END)) {
    // Readers that end lines at a bare CR, too (Python's email, c-client, mailparser).
    found.sources.push(...flatSources(octets, node.body, ANY_LINE_END));
  }
  return found;
}

/** A header with a bare CR: where that ends a line, two of them in a row end the header (Python, Email::MIME). */
function readAtBareCr(found: Found, { octets, newline }: Whole, node: Node): void {
  if (newline !== LF || !hasBareCr(octets, node.header.start, node.header.end)) return;
  const { start } = node.header;
  const end = Math.max(node.body.end, node.header.end);
  const header = readHeader(octets, start, end, ANY_LINE_END, () => false);
  if (header.bodyStart >= node.body.start) return;
  found.addDoubtful(readEntity(octets, header.fields, 'text/plain'), { start: header.bodyStart, end });
}

/** What multipart/related shows, if it names no type: HTML to Thunderbird. Which of the parts is shown, `start` says, or it is the first. */
function isUntypedRoot({ octets }: Whole, { parent, fields }: Node): boolean {
  return (
    parent?.entity.types.includes('multipart/related') === true &&
    !fields.some((field) => field.name === 'content-type' && fieldText({ octets }, field) !== '')
  );
}

class Found implements Sources {
  readonly sources: Source[] = [];
  readonly guarded: Span[] = [];

  addAll(entity: Entity, span: Span, role: PartRole): void {
    if (!textRoles.has(role)) return;
    for (const encoding of entity.encodings) this.add(entity, span, encoding, role);
  }

  /** A second charset of a doubled header matters only where one of them is no superset of ASCII. */
  add(entity: Entity, span: Span, encoding: TransferEncoding, role: PartRole): void {
    const [first, ...others] = entity.charsets;
    const charsets = others.some((charset) => !isAsciiBased(charset)) || !isAsciiBased(first) ? others : [];
    for (const charset of [first, ...charsets]) {
      this.sources.push({ pieces: [{ span, encoding, charset }], role });
    }
  }

  /** A reading that only some clients have: for loads, of which plain text has none. */
  addDoubtful(entity: Entity, span: Span): void {
    const role = roleOf(entity);
    if (role !== 'plain') this.addAll(entity, span, role);
  }
}

/**
 * A header line that is no field: to some readers the body begins with it, and only the fields in front of it count. Fields
 * behind it are header to the others, so they are guarded.
 */
function readFromJunk(found: Found, whole: Whole, node: Node, junkStart: number): void {
  const before = node.fields.filter(({ span }) => span.start < junkStart);
  const entity = readEntity(whole.octets, before, 'text/plain');
  const span = { start: junkStart, end: Math.max(node.body.end, node.header.end) };
  found.addDoubtful(entity, span);
  for (const field of node.fields)
    if (field.name !== '' && field.span.start > junkStart) found.guarded.push(field.span);
}

/**
 * Lines that only begin like a delimiter: to some readers a part begins behind each. Nothing there is guarded: to all others
 * it is text that they show.
 */
function readDoubtful(found: Found, whole: Whole, node: Node): void {
  const { octets, newline } = whole;
  let isFlat = false;
  node.doubtfulLines.forEach((start, index) => {
    const limit = node.doubtfulLines[index + 1] ?? node.body.end;
    const line = lineAt(octets, start, limit, newline);
    const header = readHeader(octets, line.next, limit, newline, () => false);
    const entity = readEntity(octets, header.fields, 'text/plain');
    if (entity.boundaries.length > 0 && !isFlat) {
      isFlat = true;
      found.sources.push(...flatSources(octets, { start, end: node.body.end }, newline));
    }
    const end = limit === node.body.end ? limit : beforeLineEnd(octets, limit, header.bodyStart, newline);
    found.addDoubtful(entity, { start: header.bodyStart, end });
  });
}
