import { isNewline } from './characters.ts';
import type { StartTag } from './element.ts';

/** Queries of a joined condition; nobody writes more. */
const MAX_QUERIES = 16;
/** Longer ones are not read to their end. */
const MAX_CONDITION = 1000;
/** Stands for what no reader of media queries takes for one that always holds. */
const UNKNOWN = '@unknown';

/** CSS without its comments, each of them replaced by `filler`; what looks like one in a string, which a line break ends, stays. */
export function withoutComments(text: string, filler: '' | ' '): string {
  if (!text.includes('/*')) return text;
  const kept: string[] = [];
  let quote = 0;
  let copied = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (quote !== 0) quote = code === quote || isNewline(code) ? 0 : quote;
    else if (code === 0x22 || code === 0x27) quote = code;
    else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) {
      kept.push(text.slice(copied, at), filler);
      const close = text.indexOf('*/', at + 2);
      if (close < 0) return kept.join('');
      copied = close + 2;
      at = close + 1;
    }
  }
  kept.push(text.slice(copied));
  return kept.join('');
}

/** The list of media queries that holds where both lists hold. */
export function bothConditions(outer: string | undefined, inner: string | undefined): string | undefined {
  if (outer === undefined || inner === undefined) return outer ?? inner;
  const first = outer.slice(0, MAX_CONDITION).split(',');
  const second = inner.slice(0, MAX_CONDITION).split(',');
  if (first.length * second.length > MAX_QUERIES) return UNKNOWN;
  const joined = first
    .flatMap((one) => second.map((other) => [one.trim(), other.trim()].filter((part) => part !== '')))
    .map((parts) => parts.join(' and '))
    .join(',');
  return joined.length > MAX_CONDITION ? UNKNOWN : joined;
}

/** What all rules of a `style` element hang on: its `media`, and a type that browsers do not take for CSS. */
export function sheetCondition(element: StartTag | undefined): string | undefined {
  const type = element?.valueOf('type')?.toLowerCase() ?? '';
  if (type !== '' && type !== 'text/css') return UNKNOWN;
  const media = element?.valueOf('media');
  return media === undefined ? undefined : withoutComments(media.slice(0, MAX_CONDITION), ' ').trim();
}
