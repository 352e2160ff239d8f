/**
 * Length of the shortest prefix of a path that this glob matches (`*` any run without `/`); undefined where none does. Each literal is
 * looked for once, from left to right: the leftmost match of each is as good as any, since `*` cannot cross a slash.
 */
export function pathPrefixLength(glob: string, path: string): number | undefined {
  const literals = glob.split('*');
  const first = literals[0] ?? '';
  if (!path.startsWith(first)) return undefined;
  let at = first.length;
  for (const literal of literals.slice(1)) {
    const found = path.indexOf(literal, at);
    if (found < 0 || path.slice(at, found).includes('/')) return undefined;
    at = found + literal.length;
  }
  return at;
}
