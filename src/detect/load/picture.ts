import { percentDecode, registrableDomain, type UrlParts } from '../../url/index.ts';
import type { KnownUrl } from './known-url.ts';
import type { Load } from './load-list.ts';
import { pieces, WordList } from './token.ts';
import { stripSuffix } from './url-facts.ts';

/**
 * Hosts that keep and draw pictures for others, and tell nobody who asks for them: what stands there says nothing to the sender. Whole hosts, or
 * what is below them where they begin with a dot.
 */
const hosts: readonly string[] = [
  'lh3.googleusercontent.com', 'lh4.googleusercontent.com', 'lh5.googleusercontent.com', 'lh6.googleusercontent.com', '.ggpht.com',
  'drive.google.com', 'docs.google.com', 'fonts.gstatic.com', 'www.gstatic.com', 'maps.googleapis.com', 'chart.googleapis.com', 'chart.apis.google.com',
  'api.qrserver.com', 'quickchart.io', 'i.imgur.com', '.gravatar.com', 'i.ytimg.com', 'img.youtube.com', '.githubusercontent.com',
  'github.com', 'upload.wikimedia.org', 'attachments.office.net', 'api.mapbox.com', 'ui-avatars.com', 'onedrive.live.com', '.sharepoint.com',
  'www.dropbox.com', 'dl.dropboxusercontent.com', '.fbcdn.net', '.staticflickr.com', 'i.ibb.co', 'mcusercontent.com', 'latex.codecogs.com',
  'mail.google.com', 'outlook.office365.com', 'www.notion.so',
]; // prettier-ignore

/** Stores of files, which answer alike whatever stands behind the name. */
const stores =
  /(?:^|[.-])s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$|^storage\.googleapis\.com$|\.blob\.core\.windows\.net$/;

/** What a picture shows, or where pictures are kept. */
const words = new WordList([
  'qr', 'qrcode', 'barcode', 'ean', 'chart', 'charts', 'graph', 'graphs', 'plot', 'map', 'staticmap', 'captcha', 'avatar', 'avatars', 'userpic',
  'photo', 'photos', 'foto', 'fotos', 'picture', 'pictures', 'bild', 'bilder', 'gallery', 'galerie', 'thumb', 'thumbs', 'thumbnail', 'thumbnails',
  'screenshot', 'screenshots', 'logo', 'logos', 'banner', 'banners', 'flyer', 'poster', 'cover', 'signature', 'signatures', 'sig', 'sigs', 'preview',
  'attachment', 'attachments', 'upload', 'uploads', 'uploadimages', 'media', 'assets', 'fileadmin', 'files', 'render', 'blob', 'storage', 'download',
  'downloads', 'tex', 'latex', 'formula', 'header', 'footer', 'documents', 'brand', 'branding', 'pic', 'showpic',
]); // prettier-ignore

/** Folders of named images, and scripts that show one: counters are called so as well. */
const weakWords = new WordList([
  'image', 'images', 'img', 'imgs', 'icon', 'icons', 'badge', 'embed', 'pics', 'getfile', 'getimage', 'showimage', 'viewimage', 'resize', 'resizer',
]); // prettier-ignore

/** First labels of hosts that keep pictures. */
const labels: ReadonlySet<string> = new Set([
  'image', 'images', 'img', 'cdn', 'assets', 'static', 'media', 'files', 'photos', 'pics', 'bilder', 'storage',
]); // prettier-ignore

/** Words of files' names that say nothing of what they show. */
const dull: ReadonlySet<string> = new Set(['image', 'pixel', 'spacer', 'blank', 'clear']);

/** Counters answer with GIF or PNG. */
const photographs = /\.(?:jpe?g|jfif|webp|avif|heic|tiff?|bmp|svgz?)$/i;

const innerImage = /\.(?:png|gif|jpe?g|webp|avif|svg)$/i;

const sizeNames = /^(?:w|h|wid|hei|width|height|max-?width|max-?height|size)$/i;

const maxPath = 300;

/** It keeps or draws pictures for others, and tells nobody who asks for them. */
export function isPictureHost(host: string): boolean {
  return hosts.some((one) => (one.startsWith('.') ? host.endsWith(one) : host === one));
}

function wordOf(path: string, of: WordList): string | undefined {
  return of.firstIn(path.slice(0, maxPath));
}

/** A script that makes another size of an image, whose name or URL it is given. */
function isResizer({ segments, params }: UrlParts): boolean {
  const inner = [...params.slice(0, 12).map(({ rawValue }) => rawValue), ...segments.slice(0, 12)].map(
    (text) => (/%/.test(text) ? (percentDecode(text) ?? text) : text),
  );
  return inner.some((text) => text.includes('/') && innerImage.test(text));
}

/** It is told how large a picture to draw. */
function isSized({ params }: UrlParts): boolean {
  return params
    .slice(0, 12)
    .some(({ name, rawValue }) => sizeNames.test(name) && /^[1-9][0-9]{1,3}(?:px)?$/.test(rawValue));
}

/** Why the URL is a picture's whatever else it carries: what the picture shows, where it is kept, its size, or the format of photographs. */
export function picturePath(url: UrlParts): string | undefined {
  if (photographs.test(url.path)) return 'photograph';
  return wordOf(url.path, words) ?? (isSized(url) ? 'size' : undefined);
}

/** A word that a person gave the file, beside the noise in its name. */
export function hasWordIn(name: string): boolean {
  return pieces(name.slice(0, 120)).some(
    (piece) => /^[A-Z]?[a-z]{3,}$/.test(piece) && !dull.has(piece.toLowerCase()),
  );
}

/** A number of two digits or more, which might be a reader's. */
function hasNumber({ segments, params }: UrlParts): boolean {
  const values = params.slice(0, 12).map(({ rawValue }) => rawValue);
  return [...segments.slice(0, 12), ...values].some((text) => /^[0-9]{2,12}$/.test(stripSuffix(text)));
}

/** What is kept as a file: in a store, in a folder of images, or under a name with a word in it. */
function storedIn(load: Load, { facts }: KnownUrl): string | undefined {
  if (facts.query) return undefined;
  if (stores.test(facts.url.host)) return facts.url.host;
  if (!facts.imageName || facts.spacerName) return undefined;
  const label = facts.url.host.slice(0, facts.url.host.indexOf('.'));
  if (labels.has(label)) return label;
  const file = facts.url.segments.at(-1) ?? '';
  if (hasWordIn(stripSuffix(file))) return 'name';
  // In front of a mail stands its logo.
  if (load.position === 'first' && !/\.gif$/i.test(file)) return 'head';
  return imageWordIn(facts.url);
}

/** The word for an image in the path of a URL: folders are called so, and scripts, but counters as well. */
export function imageWordIn(url: UrlParts): string | undefined {
  return wordOf(url.path, weakWords);
}

/** What the URL says of a picture that is kept or drawn somewhere. */
export function keptIn(load: Load, known: KnownUrl): string | undefined {
  const { url } = known.facts;
  return picturePath(url) ?? storedIn(load, known) ?? (isResizer(url) ? 'of another image' : undefined);
}

/**
 * Why an image of no known size, against which nothing speaks but where it stands, is rather a picture than a counter: who keeps it, what its URL
 * calls it, how it is dressed. undefined where nothing does.
 */
export function pictureIn(load: Load, known: KnownUrl): string | undefined {
  const { around } = load;
  const { facts } = known;
  const { url } = facts;
  if (isPictureHost(url.host)) return url.host;
  // Whoever sends pictures has a name.
  if (registrableDomain(url.host) === undefined) return undefined;
  if (facts.report !== undefined || facts.reports !== undefined || around?.word !== undefined)
    return undefined;
  const kept = keptIn(load, known);
  if (kept !== undefined) return kept;
  const word = imageWordIn(url);
  if (load.position === 'first' && word !== undefined) return word;
  // Counters are dressed like pictures, too: that counts where a long identifier does not.
  if (facts.tokens.some(({ strength }) => strength === 2)) return undefined;
  if (around?.fluid === true) return 'as wide as the text';
  if (around?.alt === true) return 'text';
  if (word !== undefined) return word;
  const isNobody = facts.tokens.length === 0 && !hasNumber(url);
  return isNobody && (facts.word === undefined || facts.word === 'view') ? 'nobody' : undefined;
}
