import type { UrlParts } from '../../url/index.ts';
import { camelPieces, pieces, strengthOf } from './token.ts';

/** Words of counting that are no other. */
export const reportWords: readonly string[] = [
  'trackopen', 'opentrack', 'opentracker', 'opentracking', 'openpixel', 'trackingpixel', 'trackpixel', 'pixeltrack', 'mailtracker', 'emailtracker',
  'mailopen', 'mailopened', 'emailopen', 'emailopened', 'readreceipt', 'zaehlpixel', 'lesebestaetigung', 'leesbevestiging', 'telpixel',
]; // prettier-ignore

/** `surely`: what is counted and the act stand side by side (`track/open`, `email_opened`); `perhaps`: one word that content may have too. */
export type Report = 'surely' | 'perhaps';

const acts: ReadonlySet<string> = new Set(['open', 'opens', 'opened', 'seen', 'read', 'viewed']);
const counted: ReadonlySet<string> = new Set([
  'mail', 'mails', 'email', 'emails', 'newsletter', 'newsletters', 'message', 'messages', 'campaign', 'campaigns', 'mailing', 'mailings',
  'track', 'tracking', 'tracker', 'trk', 'pixel', 'beacon', 'receipt', 'rate',
]); // prettier-ignore
const single: ReadonlySet<string> = new Set([
  'open', 'opens', 'opened', 'track', 'tracking', 'tracker', 'trk', 'pixel', 'beacon', 'webbug', 'mailtrack', 'emailtrack', 'geopend', 'gelezen',
  'geoeffnet', 'gelesen', 'ouverture', 'ouvert', 'apertura', 'aperto', 'abierto', 'oppnad', 'apnet', 'aabnet',
]); // prettier-ignore
/** Compounds that say both. */
const compounds: ReadonlySet<string> = new Set(reportWords);
/** Words that may stand between the two. */
const between: ReadonlySet<string> = new Set(['as', 'is', 'was', 'by', 'the', 'mark', 'set']);

/** What may follow the act; behind another word it is `open air` and `read more`. */
const behind: ReadonlySet<string> = new Set([
  'php', 'gif', 'png', 'jpg', 'jpeg', 'asp', 'aspx', 'ashx', 'jsp', 'cgi', 'html', 'do', 'api', 'event', 'events', 'log', 'count', 'counter',
  'image', 'img', 'stat', 'stats', 'id', 'email', 'user', 'u', 'by', 'webhook', 'gateway', 'action', 'callback', 'handler', 'status',
]); // prettier-ignore

/** Path that is looked into, and words of it. */
const maxPath = 300;
const maxWords = 40;
const longestValue = 16;

/** Words, and `0` for each run that is an identifier. */
function wordsIn(text: string): readonly string[] {
  return pieces(text.slice(0, maxPath))
    .slice(0, maxWords)
    .flatMap((piece) => (strengthOf(piece) > 0 ? ['0'] : camelPieces(piece)))
    .map((word) => word.toLowerCase());
}

/** A word, as against an identifier or a number. */
function isOtherWord(word: string): boolean {
  return /^[a-z]{2,16}$/.test(word) && !behind.has(word) && !counted.has(word) && !acts.has(word);
}

function hasPair(all: readonly string[]): boolean {
  // `emails/4711/open`: whose it is may stand between.
  const words = all.filter((word) => !between.has(word) && !/^[0-9]/.test(word));
  return words.some((word, at) => {
    if (isOtherWord(words[at + 1] ?? '')) return false;
    if (compounds.has(word)) return true;
    const before = words[at - 1];
    if (before === undefined) return false;
    return (acts.has(word) && counted.has(before)) || (counted.has(word) && acts.has(before));
  });
}

function hasSingle(words: readonly string[]): boolean {
  return words.some((word, at) => single.has(word) && !isOtherWord(words[at + 1] ?? ''));
}

/**
 * Whether the path and the parameters say that a mail was opened. The host is left out, under which a sender keeps its images too, and so is a
 * file's name that `isNoise`: images are stored as `open-3f9ad1c02e.png`.
 */
export function reportIn({ path, params }: UrlParts, isNoise: boolean): Report | undefined {
  const inPath = wordsIn(isNoise ? path.slice(0, path.lastIndexOf('/')) : path);
  if (hasPair(inPath)) return 'surely';
  if (hasSingle(inPath)) return 'perhaps';
  for (const { name, rawValue } of params.slice(0, 12)) {
    if (rawValue.length > longestValue) continue;
    const words = wordsIn(`${name}=${rawValue}`);
    if (hasPair(words)) return 'surely';
    if (hasSingle(words)) return 'perhaps';
  }
  return undefined;
}
