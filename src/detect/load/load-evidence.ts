import { evidence, type Weighed } from './evidence.ts';
import type { KnownUrl } from './known-url.ts';
import { hasWordIn, pictureIn, picturePath } from './picture.ts';
import { isHidden, isShownLater, isSmall, type Load, type LoadList } from './load-list.ts';
import { appendedIdentifier, commonIdentifier } from './telltale.ts';
import { stripSuffix, type UrlToken } from './url-facts.ts';

const spacerRepeats = 3;

/** The media query, the reader or an animation shows it. */
function isShownAgain(load: Load): boolean {
  return load.box?.shownSometimes === true || isShownLater(load);
}

/** Shown again: content if it then has a size to be seen, or is an image by name with no identifier. The reader's address is never content. */
function isResponsive(load: Load, known: KnownUrl): boolean {
  if (known.recipient || !isShownAgain(load)) return false;
  if (load.box?.shownSometimes === true && load.box.size === 'visible') return true;
  return (load.box?.size === 'visible' || known.facts.imageName) && known.shared === undefined;
}

/** Hidden, with a long token, and all but alone: a pixel dressed up as a picture that nobody sees. */
function isDisguised(load: Load, known: KnownUrl): boolean {
  if (!known.facts.tokens.some(({ strength }) => strength === 2)) return false;
  return isHidden(load) && !isShownAgain(load) && !load.isOneOfMany;
}

/** Of no size but what its name says, and with an identifier: its own folder's, or one beside it. */
function isNamedNothing(load: Load, { facts }: KnownUrl): boolean {
  if (load.box?.size !== 'unknown' || load.place.channel !== 'image') return false;
  return facts.nothingName && facts.tokens.some(({ strength }) => strength === 2);
}

/** All that speaks of smallness and hiding. */
export function geometry(load: Load, known: KnownUrl): readonly Weighed[] {
  const { box, around } = load;
  const all: Weighed[] = [];
  if (box === undefined) return all;
  // Old mobile templates write nothing as the size of what a media query shows.
  const isKept = known.isBare && box.hidden !== undefined && isResponsive(load, known);
  if (box.size === 'zero' && !isKept) all.push(evidence('size.zero'));
  if (box.size === 'tiny') all.push(evidence('size.tiny'));
  // A line is drawn with the name of an image: with none, `auto` takes nothing back.
  if (box.size === 'thin' || (box.thinBut && !known.facts.imageName)) all.push(evidence('size.thin'));
  if (isHidden(load) && !isResponsive(load, known)) {
    // A layout spacer is as small, but has no reason to be hidden by its own style.
    const both = box.size === 'tiny' && box.hidden !== undefined;
    if (box.hidden !== undefined) all.push(evidence(both ? 'hidden.tiny' : 'hidden', box.hidden));
    if (box.hiddenByAncestor !== undefined) all.push(evidence('hidden.ancestor', box.hiddenByAncestor));
  }
  if (load.position === 'last') all.push(evidence('position.last'));
  if (load.position === 'first' && around?.bare === true) all.push(evidence('position.first'));
  if (isNamedNothing(load, known)) all.push(evidence('name.nothing'));
  if (box.outlookOnly) all.push(evidence('hidden.outlook'));
  return all;
}

/**
 * Whether a token says more than where the message's images are kept: not in the folder of a named image, if the message shows images from
 * there, nor if the name is a layout image's and it is a weak one or the image a line.
 */
function tells(token: UrlToken, load: Load, known: KnownUrl, list: LoadList): boolean {
  const { facts } = known;
  if (token.where !== 'folder' || !facts.imageName || isDisguised(load, known)) return true;
  const { spacerName, nothingName } = facts;
  const shown = list.shownFolders.get(token.text);
  // A blank image of no size shows nothing itself, and images that are kept have longer names.
  const isOwn = (nothingName || facts.letterName || facts.reports !== undefined) && shown === facts.url.text;
  const isSpacer = spacerName && (token.strength === 1 || load.box?.size === 'thin');
  return (shown === undefined || isOwn) && !isSpacer;
}

function strongest(load: Load, known: KnownUrl, list: LoadList): UrlToken | undefined {
  let best: UrlToken | undefined;
  for (const token of known.facts.tokens) {
    if (tells(token, load, known, list) && token.strength > (best?.strength ?? 0)) best = token;
  }
  return best;
}

/**
 * Named after what it is there for, and of no size to speak of: content is neither. A larger image of that name, or one with a text, may be
 * about reporting, not for it.
 */
function isReport(load: Load, known: KnownUrl): boolean {
  const { around, box } = load;
  const { reports, query, tokens } = known.facts;
  if (reports === undefined || load.place.channel !== 'image' || box === undefined) return false;
  if ((box.size === 'visible' && !box.isDot) || around?.inLink === true) return false;
  if (reports === 'tiny') return around?.alt !== true && (box.size === 'tiny' || box.size === 'zero');
  const identified = query || tokens.length > 0;
  if (reports === 'surely') return identified || around?.alt !== true;
  return around?.alt !== true && (identified || around?.bare === true);
}

/**
 * An image of no size, with no text, link or looks of a picture, whose path says that it is there to count, and that names somebody: where the
 * path says so surely, a script that answers with an image is enough.
 */
function isPathReport(load: Load, known: KnownUrl): boolean {
  const { around, box, place } = load;
  const { facts } = known;
  if (place.channel !== 'image' || box?.size !== 'unknown' || around === undefined) return false;
  if (around.inLink || facts.report === undefined) return false;
  // `Beacon Press` and `Pixel 8` are names.
  if (!around.bare && !/(?:^|[^a-z])(?:track|open|web|read)/.test(around.word ?? '')) return false;
  if (
    facts.imageName &&
    facts.reports === undefined &&
    hasWordIn(stripSuffix(facts.url.segments.at(-1) ?? ''))
  )
    return false;
  // Images are kept in folders with identifiers, but none called `open.gif`.
  const isStored = facts.imageName && facts.reports === undefined;
  const own = facts.tokens.filter(({ where }) => where !== 'host' && (where !== 'folder' || !isStored));
  if (facts.report === 'surely') return !facts.imageName || facts.query || own.length > 0;
  return own.some(({ strength }) => strength === 2) && picturePath(facts.url) === undefined;
}

/** A divider: a named image as a line across or down the page, which nothing hides. */
function isDivider({ box }: Load, { facts }: KnownUrl): boolean {
  return box?.isLine === true && facts.imageName && !facts.query && box.hidden === undefined;
}

/**
 * Short numbers in the path of a tiny image that is no spacer by name, by place or by number: a campaign's and a reader's, which only a
 * counter has a use for. One of them may be a folder's, but not under a word of counting (`/track/42.gif`), nor where it is all the name that
 * the image has, and the message shows none beside it.
 */
function tellingNumbers(load: Load, known: KnownUrl, list: LoadList): string | undefined {
  const { facts } = known;
  const { size } = load.box ?? {};
  if ((size !== 'tiny' && size !== 'zero') || !facts.imageName || isRepeated(load, list)) return undefined;
  if (facts.countedNumber !== undefined) return facts.countedNumber.slice(0, 80);
  const { numbers } = facts;
  const isAlone = !list.shownDirectories.has(facts.directory);
  const isPixel = facts.pixelName && isAlone;
  if ((facts.spacerName && !isPixel) || numbers.some((one) => list.shownSegments.has(one))) return undefined;
  const isEnough = numbers.length >= 2 || (numbers.length > 0 && isPixel) || (facts.isNumbered && isAlone);
  if (!isEnough) return undefined;
  return numbers.length > 0 ? numbers.join('/').slice(0, 80) : facts.url.segments.at(-1)?.slice(0, 80);
}

function isRepeated(load: Load, list: LoadList): boolean {
  return (list.repeats.get(load.place.urls[0] ?? '') ?? 0) >= spacerRepeats;
}

/** An alternative text that is not about tracking. */
function hasText({ around }: Load): boolean {
  return around?.alt === true && around.word === undefined;
}

/** Nothing speaks against it but where it stands. */
function isPlacedOnly(shape: readonly Weighed[]): boolean {
  return shape.length > 0 && shape.every(({ name }) => name.startsWith('position.'));
}

function innocence(
  load: Load,
  known: KnownUrl,
  list: LoadList,
  shape: readonly Weighed[],
): readonly Weighed[] {
  const all: Weighed[] = [];
  const { facts } = known;
  // Stored images have short noise in their names: where nothing but the position or a thin side speaks against one, that does not either.
  const lenient =
    load.box?.size === 'thin' || (load.box?.size === 'unknown' && load.box.hidden === undefined);
  const identified =
    facts.query ||
    facts.tokens.some(
      (token) =>
        tells(token, load, known, list) && !(lenient && token.where !== 'query' && token.strength === 1),
    );
  const repeats = list.repeats.get(load.place.urls[0] ?? '') ?? 0;
  const isNamed = facts.imageName || facts.styleName;
  const reports = isReport(load, known);
  if (
    isNamed &&
    !identified &&
    !reports &&
    !isPathReport(load, known) &&
    tellingNumbers(load, known, list) === undefined &&
    appendedIdentifier(load, known, list) === undefined
  )
    all.push(evidence('asset'));
  if (!identified && repeats >= spacerRepeats) all.push(evidence('repeated', `${repeats}`));
  // What nobody sees has no use for a size, a text or a link: a sender would write them to be believed.
  if (isDisguised(load, known)) return all;
  const dressed = load.around?.inLink === true || hasText(load);
  if (facts.imageName && identified && !facts.query && dressed && !isSmall(load.box))
    all.push(evidence('stored'));
  else if (identified && isDivider(load, known)) all.push(evidence('stored'));
  if (isPlacedOnly(shape)) {
    const picture = pictureIn(load, known);
    if (picture !== undefined) all.push(evidence('picture', picture));
  }
  if (hasText(load)) all.push(evidence('alt'));
  if (load.around?.inLink === true) all.push(evidence('link'));
  if (load.box?.size === 'visible' && !load.box.thinBut && !reports) all.push(evidence('size.visible'));
  return all;
}

/**
 * Whether an image or style sheet with a bare name has nothing against it: what an ancestor's hiding and its place weigh comes to less than
 * its name is worth, so that neither is looked for; but behind the end of the document a name may be worth nothing.
 */
export function isPlainAsset(load: Load, known: KnownUrl): boolean {
  if (!known.isBare || load.place.channel === 'frame' || load.place.channel === 'object') return false;
  const { box } = load;
  if (box === undefined) return true;
  if (box.hidden !== undefined || box.thinBut) return false;
  if (box.size !== 'visible' && box.size !== 'unknown') return false;
  return load.around?.word === undefined && !load.isAppended;
}

/** All that speaks for and against a load at one of its URLs; `shape` is its geometry. */
export function loadEvidence(
  load: Load,
  known: KnownUrl,
  list: LoadList,
  shape: readonly Weighed[],
): readonly Weighed[] {
  const all: Weighed[] = [...known.evidence];
  if (load.selector !== undefined) all.unshift(evidence('selector', load.selector.id));
  const token = strongest(load, known, list);
  if (token !== undefined) {
    all.push(evidence(token.strength === 2 ? 'token.strong' : 'token.weak', token.text.slice(0, 80)));
  }
  const numbers = token === undefined ? tellingNumbers(load, known, list) : undefined;
  if (numbers !== undefined) all.push(evidence('numbers', numbers));
  const common = known.shared === undefined ? commonIdentifier(load, known, list) : undefined;
  if (common !== undefined) all.push(evidence('shared.links', common.slice(0, 80)));
  const appended = appendedIdentifier(load, known, list);
  if (appended !== undefined) all.push(evidence('appended', appended.slice(0, 80)));
  if (load.place.channel === 'frame' || load.place.channel === 'object') all.push(evidence('frame'));
  if (isReport(load, known)) all.push(evidence('name.report', known.facts.url.segments.at(-1)?.slice(0, 40)));
  if (isPathReport(load, known)) all.push(evidence('path.report'));
  all.push(...shape);
  if (load.around?.word !== undefined) all.push(evidence('word.attribute', load.around.word.slice(0, 40)));
  all.push(...innocence(load, known, list, shape));
  return all;
}

/** A script that gets somebody's address and says nothing of what it shows: no size, no text, no link. An avatar has one of them. */
function isAddressed({ around, box, place }: Load, known: KnownUrl): boolean {
  if (place.channel !== 'image' || box?.size !== 'unknown' || known.address === undefined) return false;
  return around?.inLink !== true && around?.alt !== true;
}

/**
 * Whether the load may have something to show, so that taking it away would take content away: a size to be seen, or no size and nothing that
 * says who reads. An identifier in the folder of a named image is no such thing: it is where the sender keeps the images. A weak one in
 * its name is a thing's own as often as not.
 */
export function mayShow(load: Load, known: KnownUrl, list: LoadList, shape: readonly Weighed[]): boolean {
  const { channel } = load.place;
  if (channel === 'frame' || channel === 'object' || channel === 'script') return false;
  if (shape.some((one) => one.name !== 'hidden.outlook')) return false;
  if (isReport(load, known) || isPathReport(load, known)) return false;
  if (load.box?.size === 'visible') return true;
  if (known.recipient || isAddressed(load, known)) return false;
  if (appendedIdentifier(load, known, list) !== undefined) return false;
  if (commonIdentifier(load, known, list) !== undefined) return false;
  if (known.isStored || known.shared === undefined) return true;
  const { where, strength } = known.shared.token;
  const named = known.facts.imageName || known.facts.styleName;
  return named && (where === 'folder' || (where === 'file' && strength < 2));
}

/** Whether a load that shows something also says who reads: the names of stored images are full of noise that says nothing. */
export function isPersonal(known: KnownUrl, all: readonly Weighed[]): boolean {
  if (!mayBePersonal(known)) return false;
  if (known.recipient || known.address !== undefined || known.shared !== undefined) return true;
  return all.some((one) => one.name === 'token.strong');
}

/** Whether `isPersonal` can come to be true, whatever the evidence. */
export function mayBePersonal(known: KnownUrl): boolean {
  if (known.recipient || known.address !== undefined) return true;
  if (known.isStored) return false;
  const { imageName, styleName, tokens } = known.facts;
  const isNamed = imageName || styleName;
  if (known.shared !== undefined) return !isNamed || known.shared.token.where !== 'folder';
  return tokens.some(({ strength, where }) => strength === 2 && (!isNamed || where === 'query'));
}
