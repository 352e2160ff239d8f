/**
 * Percent-decodes once, as UTF-8; `+` stays `+`. undefined where a `%` is not followed by two hex digits or the octets are no UTF-8: what
 * does not decode cleanly was not encoded by the format that we took it for.
 */
export function percentDecode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
