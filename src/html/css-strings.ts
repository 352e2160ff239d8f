/** Functions whose string argument is a URL, whatever it looks like. */
const URL_FUNCTIONS = new Set([
  'url',
  'src',
  'image-set',
  '-webkit-image-set',
  'image',
  'cross-fade',
  '-webkit-cross-fade',
  'element',
  'paint',
  'if',
  'var',
  'light-dark',
  'alphaimageloader',
]);

/** Functions whose strings never are one. */
const OTHER_FUNCTIONS = new Set([
  'format',
  'tech',
  'local',
  'type',
  'counter',
  'counters',
  'symbols',
  'selector',
  'lang',
  'is',
  'not',
  'has',
  'where',
]);

/** Properties that print their strings. */
const PRINTED = new Set([
  'content',
  'quotes',
  'font-family',
  'font',
  'font-feature-settings',
  'hyphenate-character',
]);

/** At-rules that load nothing, if they are what the statement begins with, in front of all rules. */
export const WITHOUT_URL = new Set(['namespace', 'charset']);

/** Whether a string is a URL (`url`), may be one (`maybe`), or is text. */
export function stringKind(
  call: string,
  depth: number,
  at: string,
  property: string,
): 'url' | 'maybe' | 'text' {
  if (at === 'import') return OTHER_FUNCTIONS.has(call) ? 'text' : 'url';
  if (WITHOUT_URL.has(at)) return 'text';
  if (depth > 0) {
    if (URL_FUNCTIONS.has(call) || call.endsWith('image-set')) return 'url';
    return OTHER_FUNCTIONS.has(call) ? 'text' : 'maybe';
  }
  return PRINTED.has(property) ? 'text' : 'maybe';
}

/** Whether the string may come to stand in another declaration, where even `a` is a URL against the base. */
export function isCarried(call: string, property: string): boolean {
  return (
    property.startsWith('--') ||
    call.startsWith('--') ||
    property === 'initial-value' ||
    property === 'result'
  );
}

/** Whether a string that no known function takes is worth a look: it has a scheme, or slashes of one kind or the other, or escapes. */
export function mayBeUrl(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x3a || code === 0x2f || code === 0x5c) return true;
  }
  return false;
}
