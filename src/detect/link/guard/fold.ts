/** Lower case without diacritics, so that one spelling in a list stands for all. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  // Most text is ASCII, and normalising it costs more than looking.
  if (!/[^\u0020-\u007e]/.test(lower)) return lower;
  return (
    lower
      .normalize('NFD')
      .replaceAll(/\p{M}/gu, '')
      .replaceAll('ß', 'ss')
      .replaceAll('ł', 'l')
      .replaceAll('ø', 'o')
      // Lower case gives a sigma that ends a word another letter.
      .replaceAll('ς', 'σ')
  );
}

/** `emailPreference` reads as two words. */
export function splitCamel(text: string): string {
  return /[a-z][A-Z]/.test(text) ? text.replaceAll(/([a-z])([A-Z])/g, '$1 $2') : text;
}

function isAsciiWord(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}

/** The words of a folded text: runs of letters and digits. */
export function wordsOf(text: string): readonly string[] {
  // Most text is ASCII, where a walk costs a fraction of the expression.
  if (/[^\u0020-\u007e]/.test(text)) return text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const words: string[] = [];
  let start = -1;
  for (let at = 0; at <= text.length; at += 1) {
    const isInWord = at < text.length && isAsciiWord(text.charCodeAt(at));
    if (isInWord && start < 0) start = at;
    else if (!isInWord && start >= 0) {
      words.push(text.slice(start, at));
      start = -1;
    }
  }
  return words;
}
