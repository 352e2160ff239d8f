const sentenceMarks = ".,;:!?'";
const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Characters that end a URL in running text: white space, controls, angle brackets, quotes, and typographic punctuation. */
export function endsUrl(code: number): boolean {
  if (code <= 0x20 || code === 0x7f) return true;
  if (code === 0x3c || code === 0x3e || code === 0x22 || code === 0x60) return true;
  if (code < 0x80) return false;
  return (
    code === 0xa0 ||
    code === 0xab ||
    code === 0xbb ||
    (code >= 0x2000 && code <= 0x206f) ||
    (code >= 0x3000 && code <= 0x303f) ||
    (code >= 0xff00 && code <= 0xff0f) ||
    code === 0xfeff ||
    code === 0xfffd
  );
}

function countOf(text: string, start: number, end: number, character: string): number {
  let count = 0;
  for (let at = start; at < end; at += 1) if (text.charAt(at) === character) count += 1;
  return count;
}

/**
 * Where a URL that runs from `start` to `end` really ends: punctuation of the sentence around it is not its own, nor a bracket whose
 * opening one stands outside, nor the `*` or `_` of mark-up in front of it.
 */
export function trimmedEnd(text: string, start: number, end: number): number {
  const mark = start > 0 ? text.charAt(start - 1) : '';
  let stop = end;
  // Brackets are counted once and kept up to date, so that a run of them costs no more than its length.
  const open = new Map<string, number>();
  for (const [closer, opener] of Object.entries(closers)) {
    open.set(closer, countOf(text, start, end, closer) - countOf(text, start, end, opener));
  }
  while (stop > start) {
    const last = text.charAt(stop - 1);
    const surplus = open.get(last);
    if (surplus !== undefined) {
      if (surplus <= 0) break;
      open.set(last, surplus - 1);
    } else if (!sentenceMarks.includes(last) && !((mark === '*' || mark === '_') && last === mark)) break;
    stop -= 1;
  }
  return stop;
}
