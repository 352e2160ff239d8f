/** Whether printing the character could move the cursor, colour, hide or reorder text on a terminal. */
function isDangerous(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0xad ||
    code === 0x61c ||
    code === 0x180e ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code === 0xfeff ||
    (code >= 0xfff9 && code <= 0xfffb) ||
    (code >= 0xe0000 && code <= 0xe0fff)
  );
}

/**
 * Text of a message for a terminal: control, escape, bidirectional and invisible characters are written as `\u{..}`, and a `\u{` that stood in the
 * text itself as `\u{5c}u{`, so that nothing can pass for something else.
 */
export function visible(text: string): string {
  let shown = '';
  for (const char of text.replaceAll('\\u{', '\\u{5c}u{')) {
    const code = char.codePointAt(0) ?? 0;
    shown += isDangerous(code) ? `\\u{${code.toString(16)}}` : char;
  }
  return shown;
}
