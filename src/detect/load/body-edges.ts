/** Elements whose text is not shown. */
const unseen = ['style', 'script', 'title', 'template'] as const;
const blank =
  /^(?:[\s\u00a0\u00ad\u200b-\u200f\u2060\ufeff]|\u034f|&(?:nbsp|zwnj|zwj|shy|#8199|#847|#xfeff);)*$/i;
/** How far from either end is looked, and in how many steps: a pixel stands close to it or has content behind it. */
const reach = 1 << 16;
const maxSteps = 2000;

/**
 * Where the last text that a reader sees ends, and where the first begins, as offsets (0 and the text's length where there is none within
 * reach). Coarse on purpose: tags are skipped by their brackets.
 */
export interface BodyEdges {
  readonly lastTextEnd: number;
  readonly firstText: number;
}

/** The start of the markup that ends at `end`: a tag, a comment, an element that is not shown; -1 where there is none. */
function markupStart(text: string, lower: string, end: number): number {
  if (text.startsWith('-->', end - 3)) {
    const comment = text.lastIndexOf('<!--', end - 4);
    if (comment >= 0) return comment;
  }
  const open = text.lastIndexOf('<', end - 1);
  const name = unseen.find((one) => open >= 0 && lower.startsWith(`</${one}`, open));
  const start = name === undefined ? -1 : lower.lastIndexOf(`<${name}`, open - 1);
  return start < 0 ? open : start;
}

/** Offset in `text` behind its last character that prints; 0 where none does. */
function printEnd(text: string): number {
  const lower = text.toLowerCase();
  let at = text.length;
  for (let step = 0; step < maxSteps && at > 0; step += 1) {
    const close = text.lastIndexOf('>', at - 1);
    if (!blank.test(text.slice(close + 1, at))) return at;
    if (close < 0) return 0;
    const open = markupStart(text, lower, close + 1);
    if (open < 0) return at;
    at = open;
  }
  return at;
}

function markupEnd(text: string, lower: string, open: number): number {
  const behind = (needle: string, from: number): number => {
    const found = lower.indexOf(needle, from);
    return found < 0 ? text.length : found + needle.length;
  };
  if (text.startsWith('<!--', open)) return behind('-->', open + 4);
  const name = unseen.find((one) => lower.startsWith(one, open + 1));
  return name === undefined ? behind('>', open) : behind('>', behind(`</${name}`, open));
}

/** Offset in `text` of its first character that prints; its length where none does. */
function printStart(text: string): number {
  const lower = text.toLowerCase();
  let at = Math.max(0, lower.indexOf('<body'));
  for (let step = 0; step < maxSteps && at < text.length; step += 1) {
    const open = text.indexOf('<', at);
    if (!blank.test(text.slice(at, open < 0 ? text.length : open))) return at;
    if (open < 0) return text.length;
    at = markupEnd(text, lower, open);
  }
  return at;
}

export function bodyEdges(text: string): BodyEdges {
  const floor = Math.max(0, text.length - reach);
  const end = printEnd(text.slice(floor));
  return {
    lastTextEnd: end === 0 && floor > 0 ? floor : floor + end,
    firstText: printStart(text.slice(0, reach)),
  };
}
