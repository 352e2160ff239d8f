import { eachWord } from './words.ts';

/** A compiled glob: `*` any run without `/`, `**` any run, all else itself. */
export interface Glob {
  readonly text: string;
  /** Anchored at both ends; work O(length of glob x length of text), memory O(length of text). */
  matches(text: string): boolean;
  /** Length of the match of this glob as a prefix, the shortest one; undefined where it is none. */
  prefixLength(text: string): number | undefined;
}

type Token = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'run' | 'any' };

function tokenize(glob: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < glob.length) {
    const star = glob.indexOf('*', at);
    const end = star < 0 ? glob.length : star;
    if (end > at) tokens.push({ kind: 'literal', text: glob.slice(at, end) });
    at = end;
    while (at < glob.length && glob.charCodeAt(at) === 0x2a) at += 1;
    if (at > end) tokens.push({ kind: at - end > 1 ? 'any' : 'run' });
  }
  return tokens;
}

/** Positions a token can end at, given those it can start at. No backtracking: a hostile URL cannot make this quadratic. */
function advance(token: Token, text: string, from: Uint8Array): Uint8Array {
  const to = new Uint8Array(text.length + 1);
  if (token.kind === 'literal') {
    let at = text.indexOf(token.text);
    while (at >= 0) {
      if (from[at] === 1) to[at + token.text.length] = 1;
      at = text.indexOf(token.text, at + 1);
    }
    return to;
  }
  let open = 0;
  for (let at = 0; at <= text.length; at += 1) {
    if (token.kind === 'run' && at > 0 && text.charCodeAt(at - 1) === 0x2f) open = 0;
    open |= from[at] ?? 0;
    to[at] = open;
  }
  return to;
}

function reachable(tokens: readonly Token[], text: string): Uint8Array {
  let positions: Uint8Array = new Uint8Array(text.length + 1);
  positions[0] = 1;
  for (const token of tokens) positions = advance(token, text, positions);
  return positions;
}

/**
 * Whether the literals stand in the text in this order, with anything before, between and behind them; with `isRun`, anything but a `/`. Only
 * the first occurrence of each literal is tried: what stands behind a later one stands behind the first one too. With `isRun`, a `/` that
 * spoils what is behind the first one stands behind the later one too, or in the run in front of it, and spoils that as well.
 */
function inOrder(literals: readonly string[], text: string, isRun: boolean): boolean {
  let from = 0;
  for (const literal of literals) {
    const at = text.indexOf(literal, from);
    if (at < 0 || (isRun && hasSlash(text, from, at))) return false;
    from = at + literal.length;
  }
  return !isRun || !hasSlash(text, from, text.length);
}

function hasSlash(text: string, start: number, end: number): boolean {
  const at = text.indexOf('/', start);
  return at >= 0 && at < end;
}

/** Compiles a glob; every text is a valid one. */
export function compileGlob(glob: string): Glob {
  const tokens = tokenize(glob);
  const first = tokens[0];
  const last = tokens.at(-1);
  const prefix = first?.kind === 'literal' ? first.text : '';
  const suffix = last?.kind === 'literal' ? last.text : '';
  const inner = tokens.slice(prefix === '' ? 0 : 1, tokens.length > 1 && suffix !== '' ? -1 : undefined);
  const literals = inner.flatMap((token) => (token.kind === 'literal' ? [token.text] : []));
  const stars = new Set(inner.flatMap(({ kind }) => (kind === 'literal' ? [] : [kind])));
  // Between stars of one kind, as nearly all are; a mixture of them takes the way by positions.
  const isSimple = stars.size === 1 && inner.length === 2 * literals.length + 1;
  return {
    text: glob,
    matches(text) {
      if (tokens.length === 0) return text === '';
      if (tokens.length === 1 && prefix !== '') return text === prefix;
      if (text.length < prefix.length + suffix.length) return false;
      if (!text.startsWith(prefix) || !text.endsWith(suffix)) return false;
      const middle = text.slice(prefix.length, text.length - suffix.length);
      if (isSimple) return inOrder(literals, middle, stars.has('run'));
      return reachable(inner, middle)[middle.length] === 1;
    },
    prefixLength(text) {
      if (!text.startsWith(prefix)) return undefined;
      const length = reachable(tokens, text).indexOf(1);
      return length < 0 ? undefined : length;
    },
  };
}

/**
 * The words (runs of ASCII letters and digits) that stand in every text that the glob matches: those with a delimiter or an end of the
 * glob on both sides. The index looks rules up by one of them.
 */
export function requiredWords(glob: string): readonly string[] {
  const words: string[] = [];
  let from = 0;
  for (const chunk of glob.split('*')) {
    const end = from + chunk.length;
    const isFirst = from === 0;
    eachWord(chunk, (start, stop) => {
      const bounded = (start > 0 || isFirst) && (stop < chunk.length || end === glob.length);
      if (bounded) words.push(chunk.slice(start, stop));
    });
    from = end + 1;
  }
  return words;
}
