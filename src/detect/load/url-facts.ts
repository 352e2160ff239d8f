import { percentDecode, registrableDomain, type UrlParts } from '../../url/index.ts';
import { reportIn, reportWords, type Report } from './report-path.ts';
import { partsOf, pieces, shortestToken, strengthOf, WordList, type Strength } from './token.ts';

export type TokenWhere = 'host' | 'folder' | 'file' | 'query';

export interface UrlToken {
  readonly text: string;
  readonly where: TokenWhere;
  readonly strength: Strength;
}

const maxTokens = 64;
const noTokens: readonly UrlToken[] = [];
/** No run of small letters is an identifier. */
const telling = /[0-9A-Z]/;
const imageName =
  /\.(?:png|gif|jpe?g|jfif|webp|svgz?|bmp|ico|avif|a?png|tiff?|heic|mp4|m4v|webm|ogv|mov|mp3|ogg|wav)\s*$/i;
const spacerName =
  /(?:^|[^a-z])(?:spacer?|blank|transparent|trans|clear|shim|gap|dot|speck|(?:blank|transparent|trans|clear|white|gr[ae]y|black|color)?pixel|empty|leer|null|line|rule|border|corner|top|left|right|bottom|divider|white|grey|gray|black|(?:1|one)x(?:1|one))(?:[^a-z]|$)/i;
const reportName =
  /^(?:(?:e?mail|message|newsletter)s?[_-]?)?(?:open(?:ed|s)?[_-]?(?:rate|track(?:er|ing)?|count(?:er)?|pixel|beacon|log|stat)s?|track(?:er|ing)?[_-]?(?:open|pixel|image|img|gif)s?|read[_-]?receipt|web[_-]?(?:bug|beacon))$/i;
/** A report that a mail was opened, or the picture of an open envelope. */
const openName = /^(?:e?mail|message|newsletter)[_-]?open(?:ed|s)?$/i;
/** What a picture may be called too; one of a size to show nothing is called so for what it reports. */
const shortName = /^(?:open(?:ed|s)?|track(?:er|ing)?|beacon|seen|read|impression)$/i;
const countingFolder =
  /^(?:(?:e?mail|newsletter|campaign)s?[_-]?)?(?:open(?:ed|s)?|track(?:er|ing)?|trk|beacon|webbug|seen|impressions?)(?:[_-]?(?:open(?:ed|s)?|track(?:er|ing)?|e?mails?|pixel))?$/i;
/** A name that says that there is nothing to see. */
const nothingName =
  /^(?:(?:1|one)x(?:1|one)|(?:blank|transparent|trans|clear|empty|invisible|tracking)?[_-]?pixel|blank|spacer|transparent|trans|clear|empty|leer|null)$/i;
const address = /^[\w.+=%&'*/-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z][a-z0-9-]{1,62}$/i;
const styleName = /\.(?:css|woff2?|ttf|otf|eot)$/i;
/** Parameters of image services and caches: sizes, formats, versions. */
const plainParams = new Set(
  (
    'v ver version rev w h width height s sz size q quality fit crop f fm format fmt auto dpr resize bg mode scale ' +
    'ext wid hei qlt op_usm resmode cb name type family subset display text lang d default r rating st'
  ).split(' '),
);
const words = new WordList([
  'open',
  'opened',
  'opens',
  'track',
  'tracking',
  'tracker',
  'trk',
  'pixel',
  'px',
  'beacon',
  'impression',
  'imp',
  'webbug',
  'wf',
  'read',
  'seen',
  'view',
  'log',
  'stat',
  'stats',
  'count',
  'counter',
  'collect',
  'analytics',
  'ping',
  'hit',
  ...reportWords,
]);
const signNames = new Set([
  'sig',
  'sign',
  'signature',
  'hmac',
  'hash',
  'token',
  'jwt',
  'mac',
  'digest',
  'checksum',
]);

function decoded(text: string): string {
  return percentDecode(text) ?? text;
}

function bestIn(text: string, where: TokenWhere, into: UrlToken[]): void {
  if (!telling.test(text)) return;
  const whole = strengthOf(text);
  if (whole > 0) {
    into.push({ text, where, strength: whole });
    return;
  }
  for (const piece of pieces(text, shortestToken)) {
    if (into.length >= maxTokens) return;
    const strength = strengthOf(piece);
    if (strength > 0) into.push({ text: piece, where, strength });
  }
}

function hostTokens(url: UrlParts, into: UrlToken[]): void {
  // A label that is hardly anything but an identifier is no short one: most hosts need no look-up.
  if (!/[0-9]/.test(url.host) && url.host.length < 56) return;
  if (!url.host.split('.').some((label) => strengthOf(label) === 2)) return;
  const domain = registrableDomain(url.host);
  if (domain === undefined || domain.length >= url.host.length) return;
  for (const label of url.host.slice(0, -domain.length - 1).split('.')) {
    // CDNs and regions number their hosts; only what is hardly anything else counts here.
    if (strengthOf(label) === 2) into.push({ text: label, where: 'host', strength: 2 });
  }
}

/** A file's name without a suffix of up to five characters. */
export function stripSuffix(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 6 ? name.slice(0, dot) : name;
}

/** Seconds or milliseconds since 1970, as upload times stand in the names of stored images. */
function isMoment(text: string): boolean {
  return /^1[0-9]{9}(?:[0-9]{3})?$/.test(text);
}

function pathTokens({ path, segments }: UrlParts, into: UrlToken[]): void {
  if (!telling.test(path)) return;
  const last = segments.length - 1;
  for (let index = 0; index <= last && into.length < maxTokens; index += 1) {
    const segment = segments[index] ?? '';
    if (segment.length < shortestToken && !segment.includes('%')) continue;
    const text = decoded(segment);
    const from = into.length;
    bestIn(index === last ? stripSuffix(text) : text, index === last ? 'file' : 'folder', into);
    for (let at = into.length - 1; at >= from; at -= 1)
      if (isMoment(into[at]?.text ?? '')) into.splice(at, 1);
  }
}

function queryTokens(url: UrlParts, into: UrlToken[]): void {
  for (const param of url.params) {
    if (into.length >= maxTokens) return;
    const raw = decoded(param.rawValue);
    // A bare `?token` has its value where the name stands; so has one in base64, whose `=` splits it.
    const value = /[0-9A-Za-z]/.test(raw) ? raw : param.name;
    const plain = plainParams.has(param.name.toLowerCase());
    const from = into.length;
    bestIn(value, 'query', into);
    if (plain) {
      for (let at = into.length - 1; at >= from; at -= 1) if (into[at]?.strength !== 2) into.splice(at, 1);
    } else if (into.length === from && /^[0-9]{4,6}$/.test(value) && !/^(?:19|20)[0-9]{2}$/.test(value)) {
      into.push({ text: value, where: 'query', strength: 1 });
    }
  }
}

/** Segments and parameters that are looked into, and how far. */
const maxParts = 12;
const maxPart = 64;
const longestValue = 12;

function wordIn({ segments, params, host }: UrlParts): string | undefined {
  const end = Math.min(params.length, maxParts);
  for (let at = 0; at < segments.length && at < maxParts; at += 1) {
    const found = words.firstIn((segments[at] ?? '').slice(0, maxPart));
    if (found !== undefined) return found;
  }
  for (let at = 0; at < end; at += 1) {
    const found = words.firstIn((params[at]?.name ?? '').slice(0, maxPart));
    if (found !== undefined) return found;
  }
  for (let at = 0; at < end; at += 1) {
    const value = params[at]?.rawValue ?? '';
    const found = value.length > longestValue ? undefined : words.firstIn(value);
    if (found !== undefined) return found;
  }
  return words.firstIn(host.slice(0, Math.max(0, host.lastIndexOf('.'))));
}

/** The runs of a URL that look like identifiers, by host, path and query. */
export function urlTokens(url: UrlParts): readonly UrlToken[] {
  const tokens: UrlToken[] = [];
  hostTokens(url, tokens);
  pathTokens(url, tokens);
  queryTokens(url, tokens);
  return tokens.length === 0 ? noTokens : tokens;
}

/** Beside them, behind all, what they are joined of by marks. */
export function withParts(tokens: readonly UrlToken[]): readonly UrlToken[] {
  const parts = tokens.flatMap(({ text, where }) =>
    partsOf(text).map((part) => ({ text: part, where, strength: strengthOf(part) })),
  );
  return parts.length === 0 ? tokens : [...tokens, ...parts];
}

/** What a URL says by itself, worked out when somebody asks. The fragment is left out: clients do not send it. */
export class UrlFacts {
  readonly url: UrlParts;
  /** The path ends in the name of an image. */
  readonly imageName: boolean;
  /** The path ends in the name of a stylesheet or a font. */
  readonly styleName: boolean;
  /** It has a query that is more than sizes and versions. */
  readonly query: boolean;
  readonly tokens: readonly UrlToken[];
  #word: string | false | undefined;
  #report: Report | false | undefined;
  #signed: boolean | undefined;

  constructor(url: UrlParts) {
    this.url = url;
    const path = decoded(url.path);
    this.imageName = imageName.test(path);
    this.styleName = !this.imageName && styleName.test(path);
    this.query = url.params.some((param) => !plainParams.has(param.name.toLowerCase()));
    this.tokens = urlTokens(url);
  }

  /** The image's name is one that layout images have (`spacer.gif`, `1x1.png`). */
  get spacerName(): boolean {
    return spacerName.test(this.url.segments.at(-1) ?? '');
  }

  get word(): string | undefined {
    this.#word ??= wordIn(this.url)?.toLowerCase() ?? false;
    return this.#word === false ? undefined : this.#word;
  }

  /** `o.gif`, as counters are called. */
  get letterName(): boolean {
    return /^[a-z]{1,2}\.gif$/i.test(this.url.segments.at(-1) ?? '');
  }

  /** `pixel.gif` */
  get pixelName(): boolean {
    return this.imageName && /^pixel\./i.test(this.url.segments.at(-1) ?? '');
  }

  /** The image's name says that there is nothing to see (`blank.gif`, `pixel.png`). */
  get nothingName(): boolean {
    return this.imageName && nothingName.test(stripSuffix(this.url.segments.at(-1) ?? '').slice(0, 40));
  }

  /** The path says that it is there to count (`/track/open/…`, `/email_opened.php`), or has a word of that (`/open/…`). */
  get report(): Report | undefined {
    const isNoise = this.imageName && this.tokens.some(({ where }) => where === 'file');
    this.#report ??= reportIn(this.url, isNoise) ?? false;
    return this.#report === false ? undefined : this.#report;
  }

  /**
   * The file is named after what it is there for (`openrate.gif`, `track-open.png`), or perhaps so (`mail_open.gif`), or so if it shows nothing
   * (`open.gif`).
   */
  get reports(): 'surely' | 'perhaps' | 'tiny' | undefined {
    const name = this.url.segments.at(-1) ?? '';
    if (!this.imageName || name.length > 64) return undefined;
    const bare = stripSuffix(name);
    if (reportName.test(bare)) return 'surely';
    if (openName.test(bare)) return 'perhaps';
    return shortName.test(bare) ? 'tiny' : undefined;
  }

  /** Short numbers that are a whole segment or file name, and no date: of a campaign, a list, a member. */
  get numbers(): readonly string[] {
    const last = this.url.segments.length - 1;
    return this.url.segments
      .map((segment, at) => (at === last ? stripSuffix(segment) : segment))
      .filter(
        (segment) => /^[0-9]{3,6}$/.test(segment) && !/^(?:19|20)[0-9]{2}(?:[01][0-9])?$/.test(segment),
      );
  }

  /** The file's name is a number, and no more. */
  get isNumbered(): boolean {
    return /^[0-9]{2,9}$/.test(stripSuffix(this.url.segments.at(-1) ?? ''));
  }

  /** Host and path up to the file's name. */
  get directory(): string {
    return `${this.url.host}/${this.url.segments.slice(0, -1).join('/')}`;
  }

  /** A number behind a segment that is a word of counting (`/track/42/845.gif`). */
  get countedNumber(): string | undefined {
    const { segments } = this.url;
    const last = segments.length - 1;
    const from = segments.findIndex((segment, at) => at < last && countingFolder.test(segment));
    if (from < 0) return undefined;
    return segments
      .slice(from + 1)
      .map((segment) => stripSuffix(segment))
      .find((segment) => /^[0-9]{1,12}$/.test(segment) && !/^(?:19|20)[0-9]{2}$/.test(segment));
  }

  /** The first parameter's value that is a whole e-mail address. */
  get address(): string | undefined {
    if (!/@|%40/.test(this.url.text)) return undefined;
    return this.url.params.map(({ rawValue }) => decoded(rawValue)).find((value) => address.test(value));
  }

  get signed(): boolean {
    this.#signed ??= isSigned(this.url);
    return this.#signed;
  }
}

function isSigned(url: UrlParts): boolean {
  return (
    url.params.some((param) => param.rawValue.length >= 16 && signNames.has(param.name.toLowerCase())) ||
    (url.text.includes('eyJ') && /(?:^|[^0-9A-Za-z])eyJ[0-9A-Za-z_-]{8}/.test(url.text))
  );
}
