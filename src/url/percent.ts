const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Percent-decodes once, as UTF-8; `+` stays `+`. undefined where a `%` is not followed by two hex digits or the octets are no UTF-8: what
 * does not decode cleanly was not encoded by the format that we took it for.
 */
export function percentDecode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  const octets = Buffer.from(text, 'utf8');
  const decoded = Buffer.alloc(octets.length);
  let length = 0;
  for (let at = 0; at < octets.length; at += 1) {
    const octet = octets[at] ?? 0;
    if (octet !== 0x25) {
      decoded[length++] = octet;
      continue;
    }
    const high = hexDigit(octets[at + 1] ?? 0);
    const low = hexDigit(octets[at + 2] ?? 0);
    if (high < 0 || low < 0) return undefined;
    decoded[length++] = high * 16 + low;
    at += 2;
  }
  try {
    return utf8.decode(decoded.subarray(0, length));
  } catch {
    return undefined;
  }
}
