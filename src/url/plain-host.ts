/**
 * Where a host ends that begins at `start` and is written as the URL parser would give it back: lower-case letters, digits and inner hyphens,
 * no label with `xn--`, no last label that may belong to an IP address, then `/`, `?`, `#` or the end of the text; no port, no user. That is
 * most hosts, and none of them is refused. -1: ask the parser.
 */
export function plainHostEnd(text: string, start: number): number {
  let label = start;
  let at = start;
  let hasHyphen = false;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x61 && code <= 0x7a) continue;
    if (code === 0x2e && at > label) label = at + 1;
    else if (code === 0x2f || code === 0x3f || code === 0x23) break;
    else if (code === 0x2d && at > label) hasHyphen = true;
    else if (!(code >= 0x30 && code <= 0x39)) return -1;
  }
  const last = text.charCodeAt(label);
  if (at === label || !(last >= 0x61 && last <= 0x7a) || at - start > 255) return -1;
  return hasHyphen && text.slice(start, at).includes('xn--') ? -1 : at;
}
