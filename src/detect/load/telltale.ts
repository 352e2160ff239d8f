import type { KnownUrl } from './known-url.ts';
import { isHidden, type Load, type LoadList } from './load-list.ts';
import { hasWordIn, imageWordIn, isPictureHost, keptIn, picturePath } from './picture.ts';
import { stripSuffix } from './url-facts.ts';

/** Other images of a folder that show how the sender calls them. */
const fewestBeside = 2;

/** An image of no size, not hidden, of which nothing says what it shows: no text, no looks, no word in its name, no path of pictures. */
function isUntold(load: Load, { facts }: KnownUrl): boolean {
  if (load.place.channel !== 'image' || load.box?.size !== 'unknown' || isHidden(load)) return false;
  if (load.around?.bare !== true) return false;
  const { url } = facts;
  if (isPictureHost(url.host) || picturePath(url) !== undefined) return false;
  return !facts.imageName || !hasWordIn(stripSuffix(url.segments.at(-1) ?? ''));
}

/**
 * An identifier, however short, that the links to an image's host carry, where the image stands behind the end of the document, outside any link,
 * and nothing says what it shows. Footers of lists and gateways stand there, too, and senders keep images in folders that their links share:
 * neither says anything by itself.
 */
export function appendedIdentifier(load: Load, known: KnownUrl, list: LoadList): string | undefined {
  if (!load.isAppended || load.around?.inLink !== false || !isUntold(load, known)) return undefined;
  if ((keptIn(load, known) ?? imageWordIn(known.facts.url)) !== undefined) return undefined;
  if ((list.shownDirectories.get(known.facts.directory) ?? 0) > 1) return undefined;
  return known.inHalfOfLinks;
}

/**
 * An identifier of an image of no size, or a part of one, that stands in all links to its host, where nothing says what the image shows. In the name
 * of an image, only where others are shown out of its folder and none is called so: else it may be how the sender calls images, or all that
 * the message shows. In its folder, it is where the images are.
 */
export function commonIdentifier(load: Load, known: KnownUrl, list: LoadList): string | undefined {
  const { facts } = known;
  if (facts.tokens.length === 0 || !isUntold(load, known)) return undefined;
  if (!facts.imageName && imageWordIn(facts.url) !== undefined) return undefined;
  const isAmong = (list.shownDirectories.get(facts.directory) ?? 0) > fewestBeside;
  return known.inAllLinks.find(({ text, where }) => {
    if (!facts.imageName || where === 'query') return true;
    return where === 'file' && isAmong && (list.shownTokens.get(text) ?? 0) <= 1;
  })?.text;
}
