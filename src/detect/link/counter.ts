import { percentDecode, type UrlParts } from '../../url/index.ts';

/** Whole path segments and first host labels by which a counter names itself. */
const redirectWords: ReadonlySet<string> = new Set([
  'click', 'clicks', 'clk', 'clic', 'clicktracking', 'clickthrough', 'ct', 'ctr', 'ck', 'cl', 'track', 'tracking', 'tracker', 'trk', 'trck',
  'tr', 'redirect', 'redirects', 'redirection', 'redirector', 'redir', 'rdr', 'rd', 'r', 'rt', 'go', 'goto', 'out', 'outgoing', 'outbound',
  'link', 'links', 'linktrack', 'linkclick', 'lnk', 'l', 'lt', 'll', 'url', 'u', 'c', 'exit', 'away', 'jump', 'leave', 'visit', 'open',
  'forward', 'fwd', 'clickout', 'clicktrack', 'clicktracker', 'linktracker', 'trackclick', 'emailclick', 'mailclick', 'count', 'counter',
  'hit', 'ext', 'external', 'extern', 'eclick', 'doorklik', 'klik', 'klick', 'weiterleitung', 'sortie',
]); // prettier-ignore

/** Host labels, where a single letter or `open` says nothing. */
const hostWords: ReadonlySet<string> = new Set([
  'click', 'clicks', 'clk', 'track', 'tracking', 'tracker', 'trk', 'trck', 'redirect', 'redir', 'link', 'links', 'lnk', 'go', 'out',
  'klik', 'klick', 'clic', 'ct', 'ctrk', 'url',
]); // prettier-ignore

function wordsIn(segment: string): readonly string[] {
  return (percentDecode(segment) ?? segment)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
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
  const digits = text.replaceAll(/\D/g, '').length;
  if (digits === text.length) return text.length >= 6;
  if (/^[0-9a-f-]+$/i.test(text)) return digits >= 2;
  const hasBothCases = /[a-z]/.test(text) && /[A-Z]/.test(text);
  if (/[-_.~%+]/.test(text) && !hasBothCases && text.length < 20) return false;
  return digits >= 2 || (hasBothCases && text.length >= 10 && !isCamelCase(text));
}

export interface CounterEvidence {
  readonly token: boolean;
  readonly word: boolean;
}

/** What in the rest of a redirect (segments in front of the destination, parameters beside it) speaks of a counter. */
export function counterEvidence(
  url: UrlParts,
  segments: readonly string[],
  params: readonly { readonly name: string; readonly rawValue: string }[],
): CounterEvidence {
  const values = params.map(({ rawValue }) => rawValue);
  const label = url.host.slice(0, url.host.indexOf('.')).replaceAll(/\d+$/g, '');
  const word =
    segments.some((segment) => {
      const words = wordsIn(segment);
      return (
        words.length <= 3 &&
        words.some((each) => redirectWords.has(each) && (each.length > 2 || words.length === 1))
      );
    }) || hostWords.has(label);
  return { token: [...segments, ...values].some(isOpaqueToken), word };
}
