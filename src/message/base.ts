import { fieldsNamed, fieldText } from './header.ts';
import type { Message, Part } from './types.ts';

/** The absolute URL in a field of the part, with the blanks of its folding taken out (RFC 2557 4.4.1). */
function urlField(message: Message, part: Part, name: string): string | undefined {
  for (const field of fieldsNamed(part.fields, name)) {
    const text = fieldText(message, field).replace(/[\s"<>]/g, '');
    if (URL.canParse(text)) return text;
  }
  return undefined;
}

/** The parts from the root down to `part`. */
function pathTo(message: Message, part: Part): readonly Part[] {
  return message.parts.filter(
    (other) => other === part || (other.body.start <= part.header.start && part.body.end <= other.body.end),
  );
}

/**
 * The URL against which a client resolves the relative URLs of a part: Content-Base, else an absolute Content-Location, of
 * the part or of the nearest multipart around it (RFC 2110 4.2, RFC 2557 5). undefined: there is none.
 */
export function partBase(message: Message, part: Part): string | undefined {
  for (const at of pathTo(message, part).toReversed()) {
    const url = urlField(message, at, 'content-base') ?? urlField(message, at, 'content-location');
    if (url !== undefined) return url;
  }
  return undefined;
}

/**
 * What parts of the message itself answer to: `cid:` URLs and absolute Content-Locations (RFC 2392, RFC 2557). Not every
 * client looks for the latter in the message, so that a load of one is not proven to stay inside.
 */
export function embeddedUrls(message: Message): ReadonlySet<string> {
  const urls = new Set<string>();
  for (const part of message.parts) {
    if (part.depth === 0 || part.flat) continue;
    for (const field of fieldsNamed(part.fields, 'content-id')) {
      urls.add(`cid:${fieldText(message, field).replace(/[\s<>]/g, '')}`);
    }
    const text = fieldsNamed(part.fields, 'content-location')[0];
    if (!text) continue;
    const location = fieldText(message, text).replace(/[\s"<>]/g, '');
    const base = partBase(message, part);
    if (URL.canParse(location, base)) urls.add(new URL(location, base).href);
  }
  return urls;
}
