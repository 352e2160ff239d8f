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
