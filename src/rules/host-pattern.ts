import { compileGlob, type Glob } from './glob.ts';

/** One label of a host pattern; `labels` is the leading `*`: one label or more. */
export type LabelPattern =
  | { readonly kind: 'literal'; readonly label: string }
  | { readonly kind: 'glob'; readonly glob: Glob; readonly prefix: string }
  | { readonly kind: 'labels' };

/** Labels of a host pattern, from the right. */
export function parseHostPattern(pattern: string): readonly LabelPattern[] {
  const labels = pattern.toLowerCase().split('.');
  return labels
    .map((label, index): LabelPattern => {
      if (!label.includes('*')) return { kind: 'literal', label };
      if (index === 0 && label === '*') return { kind: 'labels' };
      return { kind: 'glob', glob: compileGlob(label), prefix: label.slice(0, label.indexOf('*')) };
    })
    .reverse();
}

/** How much a pattern says of a host: the more, the more specific. A literal label outweighs any glob in its place. */
export function specificity(labels: readonly LabelPattern[]): number {
  let sum = 0;
  for (const label of labels) sum += label.kind === 'literal' ? 4 : label.kind === 'glob' ? 2 : 1;
  return sum;
}

/** What is wrong with a host pattern, as a half sentence; undefined where it is one. */
export function hostPatternFault(pattern: string): string | undefined {
  if (pattern === '') return 'is empty';
  if (/[/:?#@\s]/.test(pattern)) return 'must be a host name only, without scheme, port, path or spaces';
  if (/[^\x21-\x7e]/.test(pattern)) return 'must be ASCII: write an international name as its xn-- labels';
  const labels = pattern.split('.');
  if (labels.some((label) => label === '')) return 'has an empty label';
  if (labels.length < 2) return 'must have at least two labels';
  const named = labels.filter((label) => label !== '*').length;
  if (named === 0 || labels.slice(1).length < 2 - Number(labels[0] !== '*')) return 'matches too many hosts';
  return labels.some((label) => label.includes('**')) ? 'has `**`, which only paths may have' : undefined;
}

/**
 * Whether a host (lower case, A-labels) is one of a pattern: `example.com` itself, `*.example.com` any below it, `us*.example.com` a glob
 * inside one label.
 */
export function hostMatches(pattern: string, host: string): boolean {
  const labels = host.split('.').reverse();
  const parts = parseHostPattern(pattern);
  for (const [index, part] of parts.entries()) {
    const label = labels[index];
    if (label === undefined) return false;
    if (part.kind === 'labels') return true;
    if (part.kind === 'literal' ? part.label !== label : !part.glob.matches(label)) return false;
  }
  return labels.length === parts.length;
}
