import type { Extensions, Reply } from './types.ts';

export const NO_EXTENSIONS: Extensions = { keywords: new Map() };

/** Reads a positive EHLO or LHLO reply (RFC 5321 4.1.1.1): the first line is the greeting, each other one a keyword. */
export function readExtensions(reply: Reply): Extensions {
  const keywords = new Map<string, string>();
  for (const line of reply.lines.slice(1)) {
    const space = line.search(/[ =]/);
    const keyword = (space === -1 ? line : line.slice(0, space)).toUpperCase();
    const argument = space === -1 ? '' : line.slice(space + 1).trim();
    if (!/^[A-Z0-9][A-Z0-9-]*$/.test(keyword)) continue;
    // `AUTH=PLAIN` is the old spelling that some servers give besides `AUTH PLAIN`.
    const before = keywords.get(keyword);
    keywords.set(keyword, before === undefined ? argument : `${before} ${argument}`.trim());
  }
  return { keywords };
}
