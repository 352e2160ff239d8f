import type { Message, OctetEdit, Part } from './types.ts';

function holdsHtml(part: Part): boolean {
  const open = [part];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.role === 'html' && !next.flat) return true;
    open.push(...next.children);
  }
  return false;
}

/**
 * The edits that take an AMP part out of its multipart/alternative, delimiter line included; undefined where it may not go:
 * no HTML sibling, no alternative, or kept for another reason than being AMP.
 */
export function dropAmp(message: Message, part: Part): readonly OctetEdit[] | undefined {
  if (part.role !== 'amp' || part.keep !== 'amp' || !part.delimiter) return undefined;
  const parent = message.parts.find(({ children }) => children.includes(part));
  if (parent?.contentType.type !== 'multipart/alternative') return undefined;
  const index = parent.children.indexOf(part);
  if (!parent.children.some((sibling) => sibling !== part && holdsHtml(sibling))) return undefined;
  const next = parent.children[index + 1];
  // The line end in front of a delimiter is the delimiter's (RFC 2046 5.1.1), so ours goes and the next one's stays.
  const end = next?.delimiter?.start ?? closeDelimiter(message, part);
  return end === undefined ? undefined : [{ start: part.delimiter.start, end, replacement: Buffer.alloc(0) }];
}

/** Start of the line behind the part, if it is a delimiter at all. */
function closeDelimiter(message: Message, part: Part): number | undefined {
  const { octets } = message;
  let at = part.body.end;
  if (octets[at] === 13) at += 1;
  if (octets[at] === 10) at += 1;
  return octets[at] === 45 && octets[at + 1] === 45 ? at : undefined;
}
