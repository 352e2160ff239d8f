import { unescapeHtml } from '../decode/text.ts';
import { fold, wordsOf } from './fold.ts';
import { wordGuard } from './match-words.ts';
import { browserStems } from './words.ts';

const maxText = 240;

/** Why a link must stay, from the words that a reader sees on it (or right in front of it); undefined for ordinary ones. */
export function textGuard(text: string): string | undefined {
  const start = text.slice(0, maxText);
  const guard = wordGuard(start, { stems: 10, words: 4 });
  if (guard !== undefined) return guard;
  const words = wordsOf(fold(start));
  return words.length <= 12 && browserStems.some((stem) => words.some((word) => word.startsWith(stem)))
    ? 'view'
    : undefined;
}

/** The words of a piece of HTML: tags give way to spaces, `alt`, `title` and `aria-label` count as text. Linear in the markup. */
export function visibleWords(markup: string): string {
  const pieces: string[] = [];
  let at = 0;
  while (at < markup.length) {
    const open = markup.indexOf('<', at);
    pieces.push(markup.slice(at, open < 0 ? markup.length : open));
    if (open < 0) break;
    const close = markup.indexOf('>', open);
    const tag = markup.slice(open, close < 0 ? markup.length : close);
    if (/\s(?:alt|title|aria-label)=/i.test(tag)) {
      const line = tag.replaceAll(/\s/g, ' ');
      const lower = line.toLowerCase();
      for (const name of [' alt=', ' title=', ' aria-label=']) pieces.push(quotedBehind(line, lower, name));
    }
    if (close < 0) break;
    at = close + 1;
  }
  return unescapeHtml(pieces.join(' ')).trim();
}

function quotedBehind(tag: string, lower: string, name: string): string {
  const start = lower.indexOf(name) + name.length;
  const quote = start < name.length ? '' : tag.charAt(start);
  const end = quote === '"' || quote === "'" ? tag.indexOf(quote, start + 1) : -1;
  return end < 0 ? '' : tag.slice(start + 1, end);
}
