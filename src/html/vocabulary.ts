import type { Channel } from './place.ts';
import { ANY_TAG, KNOWN_TAGS } from './tag-names.ts';
import type { TagName } from './tag-names.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** `href` is followed on a click. */
const ANCHORS = words('a area math mrow mi mn mo ms mtext mfrac msup msub mstyle merror maction');

/** Shapes of VML are links where they have an `href`; the others load it. */
const VML_ANCHORS = words('rect roundrect shape oval line polyline arc curve group image');

const FRAMES = words('iframe frame portal fencedframe webview layer ilayer');
const MEDIA = words('audio video source track bgsound amp-audio amp-video');
const OBJECTS = words('object embed applet param xml include import amp-list amp-state amp-iframe');
const ANIMATIONS = words('set animate animatetransform animatemotion animatecolor discard');

/** What the elements load whose `href` is a reference (svg). */
const REFERENCES = words(
  'image feimage use pattern lineargradient radialgradient textpath mpath tref filter cursor font-face-uri color-profile glyphref altglyph mask clippath marker imagedata fill stroke background view handler listener foreignobject script set animate animatetransform animatemotion animatecolor symbol svg svg:image',
);

const CLICKED = words('cite longdesc usemap profile pluginspage pluginurl');

export function isAnimation(tag: string): boolean {
  return ANIMATIONS.has(tag);
}

/** By the number of a tag's name: what is known of its attributes. */
const KNOWN: (Map<string, Channel> | undefined)[] = Array.from({ length: KNOWN_TAGS });

/** How a client comes to fetch the URL of an attribute of kind `url`, `urls` or `srcset`; `link` is asked for its `rel`. */
export function channelOf(name: TagName, attribute: string, rel: string): Channel {
  if (name.id < 0 || rel !== '') return readChannel(name, attribute, rel);
  const known = (KNOWN[name.id] ??= new Map());
  let channel = known.get(attribute);
  if (channel === undefined) {
    channel = readChannel(name, attribute, rel);
    known.set(attribute, channel);
  }
  return channel;
}

function readChannel(name: TagName, attribute: string, rel: string): Channel {
  const { name: tag, local } = name;
  if (name === ANY_TAG) return attribute === 'action' || attribute === 'formaction' ? 'form' : 'image';
  switch (attribute) {
    case 'action':
    case 'formaction':
    case 'action-xhr':
      return 'form';
    case 'ping':
    case 'attributionsrc':
      return 'ping';
    case 'manifest':
      return 'hint';
    case 'href':
      return hrefChannel(tag, local, rel);
    case 'imagesrcset':
    case 'srcset':
      return 'image';
    default:
  }
  if (CLICKED.has(attribute)) return 'anchor';
  if (attribute === 'poster' || attribute === 'background') return 'image';
  if (attribute !== 'src' && attribute !== 'dynsrc' && attribute !== 'lowsrc' && attribute !== 'icon') {
    return 'object';
  }
  if (FRAMES.has(local)) return 'frame';
  if (MEDIA.has(local)) return 'media';
  if (local === 'script') return 'script';
  return OBJECTS.has(local) ? 'object' : 'image';
}

function hrefChannel(tag: string, local: string, rel: string): Channel {
  if (local === 'link') return linkChannel(rel);
  if (local === '?xml-stylesheet') return 'style';
  if (local === 'script') return 'script';
  if (local === 'include' || local === 'import') return 'object';
  if (tag.startsWith('v:') && VML_ANCHORS.has(local)) return 'anchor';
  if (ANCHORS.has(local)) return 'anchor';
  return REFERENCES.has(local) || OBJECTS.has(local) || FRAMES.has(local) ? 'image' : 'anchor';
}

const NAMED_RELS = words(
  'canonical alternate shortlink author license help next prev previous index up first last contents start me bookmark tag amphtml search terms-of-service privacy-policy nofollow noopener external',
);
const ICON_RELS = words(
  'icon shortcut apple-touch-icon apple-touch-icon-precomposed apple-touch-startup-image mask-icon fluid-icon image_src',
);
const PRELOADED: ReadonlyMap<string, Channel> = new Map([
  ['style', 'style'],
  ['font', 'font'],
  ['image', 'image'],
  ['video', 'media'],
  ['audio', 'media'],
  ['track', 'media'],
  ['script', 'script'],
  ['worker', 'script'],
]);

/** `rel` is lower case, with ` as=` and the value of `as` behind it where there is one. */
function linkChannel(rel: string): Channel {
  const [names = '', as = ''] = rel.split(' as=');
  const tokens = names.split(/[\t\n\f\r ]+/).filter((token) => token !== '');
  if (tokens.includes('stylesheet')) return 'style';
  if (tokens.some((token) => ICON_RELS.has(token))) return 'image';
  if (tokens.includes('preload')) return PRELOADED.get(as) ?? 'hint';
  if (tokens.includes('modulepreload')) return 'script';
  return tokens.every((token) => NAMED_RELS.has(token)) ? 'anchor' : 'hint';
}
