import { percentDecode, type UrlParts } from '../../url/index.ts';

const none: readonly never[] = [];

/** Whole path segments and first host labels by which a counter names itself. */
const redirectWords: ReadonlySet<string> = new Set([
  'click', 'clicks', 'clk', 'clic', 'clicktracking', 'clickthrough', 'ct', 'ctr', 'ck', 'cl', 'track', 'tracking', 'tracker', 'trk', 'trck',
  'tr', 'redirect', 'redirects', 'redirection', 'redirector', 'redir', 'rdr', 'rd', 'r', 'rt', 'go', 'goto', 'out', 'outgoing', 'outbound',
  'link', 'links', 'linktrack', 'linkclick', 'lnk', 'l', 'lt', 'll', 'url', 'u', 'c', 'exit', 'away', 'jump', 'leave', 'visit', 'open',
  'forward', 'fwd', 'clickout', 'clicktrack', 'clicktracker', 'linktracker', 'trackclick', 'emailclick', 'mailclick', 'count', 'counter',
  'hit', 'ext', 'external', 'extern', 'eclick', 'doorklik', 'klik', 'klick', 'weiterleitung', 'sortie',
]); // prettier-ignore

/** What stands beside a redirect word in one segment: `email-click.php`, `redirectToUrl`. Any other word makes it the name of a page. */
const besideWords: ReadonlySet<string> = new Set([
  'a', 'action', 'ad', 'ads', 'api', 'asp', 'aspx', 'ashx', 'banner', 'campaign', 'cfm', 'cgi', 'do', 'email', 'emails', 'event', 'events',
  'htm', 'html', 'jsp', 'mail', 'mailing', 'message', 'news', 'newsletter', 'nl', 'php', 'pl', 'safe', 'target', 'to', 'v', 'web', 'wf',
]); // prettier-ignore

/** Host labels, where a single letter or `open` says nothing. */
const hostWords: ReadonlySet<string> = new Set([
  'click', 'clicks', 'clk', 'track', 'tracking', 'tracker', 'trk', 'trck', 'redirect', 'redir', 'link', 'links', 'lnk', 'go', 'out',
  'klik', 'klick', 'clic', 'ct', 'ctrk', 'url',
]); // prettier-ignore

/** What has more words is an identifier or a title. */
const maxWords = 3;

/** The words of a segment in lower case, parted at inner capitals too; none where there are more than `maxWords`. */
function fewWords(segment: string): readonly string[] {
  const decoded = percentDecode(segment) ?? segment;
  const text = /[^\0-\x7f]/.test(decoded)
    ? decoded.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
    : decoded;
  const words: string[] = [];
  let start = -1;
  let wasLower = false;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const isLower = code >= 0x61 && code <= 0x7a;
    const isUpper = code >= 0x41 && code <= 0x5a;
    if (start >= 0 && !(isLower || (isUpper && !wasLower))) {
      words.push(text.slice(start, at).toLowerCase());
      start = -1;
    }
    if (start < 0 && (isLower || isUpper)) {
      if (words.length === maxWords) return none;
      start = at;
    }
    wasLower = isLower;
  }
  return words;
}

/** `newsletterSpring` is written by a person: every capital begins a word of at least three letters. */
function isCamelCase(text: string): boolean {
  return text
    .split(/(?=[A-Z])/)
    .every((word, index) => (index === 0 || word.length >= 3) && /^[A-Za-z][a-z]*$/.test(word));
}

/** Letters alone, or digits of a small number, are a word or a page; a mixture, a long number or a long hex run names somebody. */
export function isOpaqueToken(text: string): boolean {
  if (text.length < 6 || text.length > 2048 || !/^[\w.~%=+:,|!-]+$/.test(text)) return false;
  if (/^\d+$/.test(text)) return true;
  const hasDigits = /\d\D*\d/.test(text);
  if (/^[0-9a-f-]+$/i.test(text)) return hasDigits;
  const hasBothCases = /[a-z]/.test(text) && /[A-Z]/.test(text);
  if (text.length < 20 && !hasBothCases && /[-_.~%+]/.test(text)) return false;
  return hasDigits || (hasBothCases && text.length >= 10 && !isCamelCase(text));
}

type Naming = 'none' | 'among-others' | 'alone';

function namingOf(segment: string): Naming {
  const words = fewWords(segment);
  if (!words.some((word) => redirectWords.has(word) && (word.length > 2 || words.length === 1)))
    return 'none';
  return words.every((word) => redirectWords.has(word) || besideWords.has(word)) ? 'alone' : 'among-others';
}

export interface CounterEvidence {
  readonly token: boolean;
  /** A segment or the host names a counter, maybe among words that make it a page: `track-your-order`. */
  readonly word: boolean;
  /** It names nothing but a counter. */
  readonly wordAlone: boolean;
}

/** What in the rest of a redirect (segments in front of the destination, parameters beside it) speaks of a counter. */
export function counterEvidence(
  url: UrlParts,
  segments: readonly string[],
  params: readonly { readonly name: string; readonly rawValue: string }[],
): CounterEvidence {
  const label = url.host.slice(0, url.host.indexOf('.'));
  const namings = segments.map(namingOf);
  const isHost = hostWords.has(label.replace(/\d+$/, ''));
  return {
    token: segments.some(isOpaqueToken) || params.some(({ rawValue }) => isOpaqueToken(rawValue)),
    word: isHost || namings.some((naming) => naming !== 'none'),
    wordAlone: isHost || namings.includes('alone'),
  };
}
