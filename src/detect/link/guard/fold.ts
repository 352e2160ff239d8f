/** Lower case without diacritics, so that one spelling in a list stands for all. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  // Most text is ASCII, and normalising it costs more than looking.
  if (!/[^\u0020-\u007e]/.test(lower)) return lower;
  return lower
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o');
}

/** `emailPreference` reads as two words. */
export function splitCamel(text: string): string {
  return /[a-z][A-Z]/.test(text) ? text.replaceAll(/([a-z])([A-Z])/g, '$1 $2') : text;
}

/** The words of a folded text: runs of letters and digits. */
export function wordsOf(text: string): readonly string[] {
  // The class of all letters costs several times that of the ASCII ones.
  return (/[^\u0020-\u007e]/.test(text) ? text.match(/[\p{L}\p{N}]+/gu) : text.match(/[A-Za-z0-9]+/g)) ?? [];
}
