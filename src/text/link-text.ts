import type { Place } from '../html/place.ts';
import type { TextEdit } from '../span.ts';

/** More than any URL that is shown; a longer content is compared up to here. */
const maxContent = 20_000;

const references: Readonly<Record<string, string>> = {
  amp: '&',
  '#38': '&',
  '#x26': '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
};

/** The visible characters of a piece of markup, each with its offsets in the text. */
interface Visible {
  readonly text: string;
  /** `offsets[i]` is where character i starts; one more entry for the end. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

function referenceAt(
  text: string,
  at: number,
  end: number,
): { readonly character: string; readonly end: number } | undefined {
  const near = text.slice(at + 1, Math.min(end, at + 8));
  const semicolon = near.indexOf(';');
  if (semicolon < 0) return undefined;
  const character = references[near.slice(0, semicolon).toLowerCase()];
  return character === undefined ? undefined : { character, end: at + semicolon + 2 };
}

function visibleText(text: string, start: number, end: number): Visible {
  const characters: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let at = start;
  while (at < end) {
    const character = text.charAt(at);
    if (character === '<') {
      const close = text.indexOf('>', at);
      at = close < 0 || close >= end ? end : close + 1;
      continue;
    }
    const reference = character === '&' ? referenceAt(text, at, end) : undefined;
    characters.push(reference?.character ?? character);
    starts.push(at);
    at = reference?.end ?? at + 1;
    ends.push(at);
  }
  return { text: characters.join(''), starts, ends };
}

function escapeHtml(url: string): string {
  return url
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function withoutScheme(url: string): string {
  const at = url.indexOf('://');
  return at < 0 ? url : url.slice(at + 3);
}

/** Whether the characters from `from` to `to` stand side by side, with no tag between them. */
function isUnbroken(visible: Visible, from: number, to: number): boolean {
  for (let at = from + 1; at < to; at += 1) if (visible.starts[at] !== visible.ends[at - 1]) return false;
  return true;
}

function isShortened(shown: string, url: string): boolean {
  const mark = ['...', '\u2026', '&hellip;'].find((each) => shown.endsWith(each));
  if (mark === undefined) return false;
  const head = shown.slice(0, -mark.length).trim();
  return head.length >= 8 && (url.startsWith(head) || withoutScheme(url).startsWith(head));
}

/**
 * What must change in the text of a link when its URL does: a reader who sees the old URL must not be sent elsewhere than it says.
 * undefined: the text does not repeat the URL. `keep-both`: it repeats it in a way that cannot be edited safely (tags inside it, or
 * shortened), so that the URL has to stay as well.
 */
export function linkTextEdits(
  text: string,
  place: Place,
  oldUrl: string,
  newUrl: string,
): readonly TextEdit[] | 'keep-both' | undefined {
  const content = place.element?.contentSpan;
  if (content === undefined || place.channel !== 'anchor') return undefined;
  const visible = visibleText(text, content.start, Math.min(content.end, content.start + maxContent));
  const needle = oldUrl.trim();
  const bare = withoutScheme(needle);
  if (bare.length < 4) return undefined;
  if (isShortened(visible.text.trim(), needle)) return 'keep-both';
  const edits: TextEdit[] = [];
  for (let at = visible.text.indexOf(bare); at >= 0; at = visible.text.indexOf(bare, at + bare.length)) {
    const full = at - (needle.length - bare.length);
    const hasScheme = full >= 0 && visible.text.startsWith(needle, full);
    const from = hasScheme ? full : at;
    const to = at + bare.length;
    const start = visible.starts[from];
    const end = visible.ends[to - 1];
    if (start === undefined || end === undefined || place.doubtful || !isUnbroken(visible, from, to))
      return 'keep-both';
    edits.push({ start, end, replacement: escapeHtml(hasScheme ? newUrl : withoutScheme(newUrl)) });
  }
  return edits.length === 0 ? undefined : edits;
}
