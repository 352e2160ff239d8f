import type { Entity } from './entity.ts';
import type { Node } from './tree.ts';
import type { PartRole } from './types.ts';

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

/** Types that say nothing, so that clients go by the name; the second is Thunderbird's own. */
const untold: ReadonlySet<string> = new Set([
  'application/octet-stream',
  'application/x-unknown-content-type',
]);

/** Which of several types decides, where a header names several: what loads most comes first. */
const precedence: readonly PartRole[] = ['html', 'xhtml', 'svg', 'css', 'amp', 'calendar', 'plain'];

/** Roles whose octets are read as text. */
export const textRoles: ReadonlySet<PartRole> = new Set(precedence);

/** XML of whatever kind (RFC 7303) loads in a browser what a drawing does. */
function otherRole(type: string): PartRole {
  return /(?:[/+]xml|^text\/xsl)$/.test(type) ? 'svg' : 'other';
}

/** What a leaf is to us. */
export function roleOf(entity: Entity): PartRole {
  const found = new Set(entity.types.map((type) => roles.get(type) ?? otherRole(type)));
  for (const role of precedence) if (found.has(role)) return role;
  // Clients that go by the name show it in place, if it does not ask to be none of the text.
  if (untold.has(entity.contentType.type) && !entity.attachment) {
    const isNamed = (ending: RegExp): boolean => entity.fileNames.some((name) => ending.test(name));
    if (isNamed(/\.s?html?$/)) return 'html';
    if (isNamed(/\.xht(ml)?$/)) return 'xhtml';
    if (isNamed(/\.svg$/)) return 'svg';
  }
  return 'other';
}

/**
 * A client may load the part because another one names it (`cid:`, Content-Location): what is no attachment, and within
 * multipart/related all that has a name. Whether a text names it is not asked: a URL can be written in too many ways.
 */
export function isReferable(node: Node): boolean {
  const named = node.fields.some(({ name }) => name === 'content-id' || name === 'content-location');
  if (!named) return false;
  if (!node.entity.attachment) return true;
  for (let above = node.parent; above; above = above.parent) {
    if (above.entity.types.includes('multipart/related')) return true;
  }
  return false;
}
