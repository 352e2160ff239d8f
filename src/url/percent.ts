const malformed = /%(?![0-9a-f]{2})/i;

/** Whether `percentDecode` gives a text; costs less than decoding. */
export function isDecodable(text: string): boolean {
  // What stands for ASCII alone always decodes.
  return !/%(?![0-7][0-9a-f])/i.test(text) || percentDecode(text) !== undefined;
}

/**
 * Percent-decodes once, as UTF-8; `+` stays `+`. undefined where a `%` is not followed by two hex digits or the octets are no UTF-8: what
 * does not decode cleanly was not encoded by the format that we took it for.
 */
export function percentDecode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  // Told without an exception: a hostile URL has thousands of them.
  if (malformed.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
