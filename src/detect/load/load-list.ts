import { tailOf } from '../../html/index.ts';
import type { Channel, ElementInfo, Place } from '../../html/place.ts';
import type { SelectorRule } from '../../rules/format.ts';
import { registrableDomain } from '../../url/index.ts';
import type { DetectInput, ScannedText } from '../input.ts';
import { bodyEdges, documentEnd } from './body-edges.ts';
import { Boxes, type Box } from './box.ts';
import { isTakenBack } from './hiding.ts';
import { FirstUrls } from './crowd.ts';
import type { KnownUrls } from './known-url.ts';
import { selectorMatches } from './selector-rules.ts';
import { StyleSheetIndex } from './style-match.ts';
import { insideLinks, Surroundings } from './surroundings.ts';
import { withParts, type UrlFacts } from './url-facts.ts';

const loads: ReadonlySet<Channel> = new Set([
  'image',
  'style',
  'font',
  'frame',
  'media',
  'object',
  'script',
  'refresh',
  'hint',
  'ping',
  'tail',
]);

/** Hidden images with a size in one text that may each be a pixel; more are a block for other screens, or one that nobody is shown. */
const maxDisguised = 3;

/** Its elements are known with their ancestors. */
function isNested({ scan }: ScannedText): boolean {
  return scan !== undefined && scan.flat === undefined;
}

/** Its text up to where reading stops. */
function readPart({ text, places }: ScannedText): string {
  return text.slice(0, tailOf(places)?.span.start);
}

/** A text with what its loads share. */
class Page {
  readonly text: ScannedText;
  readonly boxes: Boxes;
  readonly #links = insideLinks();
  readonly loads: Load[] = [];
  readonly #urls: KnownUrls;
  /** One element may carry thousands of loads. */
  readonly #around = new Map<ElementInfo, Surroundings>();
  #positions: ReadonlyMap<Load, 'first' | 'last'> | undefined;
  #hidesMany: boolean | undefined;
  #documentEnd: number | undefined;

  constructor(text: ScannedText, urls: KnownUrls) {
    this.text = text;
    this.boxes = new Boxes(new StyleSheetIndex(text.scan?.styleRules ?? []));
    this.#urls = urls;
  }

  around(element: ElementInfo): Surroundings {
    let around = this.#around.get(element);
    if (around === undefined) {
      around = new Surroundings(element, this.#links);
      this.#around.set(element, around);
    }
    return around;
  }

  get positions(): ReadonlyMap<Load, 'first' | 'last'> {
    this.#positions ??= positionsIn(this.text, this.loads, this.#urls);
    return this.#positions;
  }

  get hidesMany(): boolean {
    this.#hidesMany ??= this.#hidesMoreThan(maxDisguised);
    return this.#hidesMany;
  }

  get documentEnd(): number {
    this.#documentEnd ??= isNested(this.text) ? documentEnd(readPart(this.text)) : Infinity;
    return this.#documentEnd;
  }

  #hidesMoreThan(most: number): boolean {
    let count = 0;
    for (const load of this.loads) {
      if (load.place.channel !== 'image' || isSmall(load.box) || !isHidden(load)) continue;
      count += 1;
      if (count > most) return true;
    }
    return false;
  }
}

/** A load with what stands around it, worked out when somebody asks. */
export class Load {
  readonly place: Place;
  /** An administrator's rule whose selector matches the element. */
  readonly selector: SelectorRule | undefined;
  readonly #page: Page;
  /** Of an element that is itself on the page (no `style`, no `link`). */
  readonly #element: ElementInfo | undefined;
  #box: Box | undefined;

  constructor(place: Place, selector: SelectorRule | undefined, page: Page) {
    const { element } = place;
    this.place = place;
    this.selector = selector;
    this.#page = page;
    this.#element =
      element === undefined || element.tag === 'style' || element.tag === 'link' || element.tag === 'meta'
        ? undefined
        : element;
  }

  get text(): ScannedText {
    return this.#page.text;
  }

  get box(): Box | undefined {
    if (this.#element !== undefined) this.#box ??= this.#page.boxes.of(this.#element);
    return this.#box;
  }

  get around(): Surroundings | undefined {
    return this.#element === undefined ? undefined : this.#page.around(this.#element);
  }

  /** Before or behind all that is visible in its text, outside any link; never claimed in flat mode. */
  get position(): 'first' | 'last' | undefined {
    if (this.box?.size !== 'unknown' || this.around?.inLink !== false) return undefined;
    return this.#page.positions.get(this);
  }

  /** Of no size, behind the end of the document, as software appends what it adds to a text that it did not write. Never claimed in flat mode. */
  get isAppended(): boolean {
    const { element } = this.place;
    if (element === undefined || this.box?.size !== 'unknown') return false;
    return element.span.start >= this.#page.documentEnd;
  }

  /** Whether so many images of a size to be seen are hidden in its text that they are a block kept for other screens, no pixels in disguise. */
  get isOneOfMany(): boolean {
    return this.#page.hidesMany;
  }
}

/** Of a size that shows nothing, or a line. */
export function isSmall(box: Box | undefined): boolean {
  return box !== undefined && (box.size === 'zero' || box.size === 'tiny' || box.size === 'thin');
}

/** Whether it is hidden by its own style or an ancestor's; a media query may show it all the same. */
export function isHidden({ box }: Pick<Load, 'box'>): boolean {
  return box !== undefined && (box.hidden !== undefined || box.hiddenByAncestor !== undefined);
}

/** Whether all that hides it is taken back in time. */
export function isShownLater({ box }: Pick<Load, 'box'>): boolean {
  const reasons = [box?.hidden, box?.hiddenByAncestor].filter((one) => one !== undefined);
  return reasons.length > 0 && reasons.every(isTakenBack);
}

function isContent(load: Load, urls: KnownUrls): boolean {
  const { box, place } = load;
  const known = urls.of(place.urls[0] ?? '');
  // What a rule names goes whatever its size; if it counted, what stands beside it would be judged anew in a second pass.
  if (load.selector !== undefined || known?.rule !== undefined) return false;
  if (box === undefined || isHidden(load)) return false;
  if (box.size === 'visible') return true;
  return box.size === 'unknown' && known?.facts.imageName === true;
}

/**
 * What a message without words and other images may be all about: unhidden, of the size that it has, with nothing that names a reader, and of a
 * host that has a name, as whoever sends pictures has.
 */
function mayBeAll(load: Load, urls: KnownUrls): boolean {
  const known = urls.of(load.place.urls[0] ?? '');
  if (known === undefined || known.rule !== undefined || load.selector !== undefined) return false;
  if (load.box?.size !== 'unknown' || isHidden(load)) return false;
  return (
    registrableDomain(known.facts.url.host) !== undefined &&
    !known.recipient &&
    known.facts.report === undefined &&
    known.facts.tokens.every(({ strength }) => strength < 2)
  );
}

/**
 * Walks in from both ends of a text over its images, up to the first text or image that is there to be seen. Where no text is, the images are
 * the message: one that is there to be seen stands neither before nor behind it.
 */
function positionsIn(
  page: ScannedText,
  all: readonly Load[],
  urls: KnownUrls,
): ReadonlyMap<Load, 'first' | 'last'> {
  const found = new Map<Load, 'first' | 'last'>();
  if (!isNested(page)) return found;
  const images = all.filter((load) => load.place.channel === 'image' && load.box !== undefined);
  const edges = bodyEdges(readPart(page));
  const isWordless = edges.lastTextEnd === 0;
  const isAlone = isWordless && images.length === 1;
  for (const load of images.toReversed()) {
    if ((load.place.element?.span.start ?? 0) < edges.lastTextEnd) break;
    const isSeen = isContent(load, urls) || (isAlone && mayBeAll(load, urls));
    if (!isSeen || !isWordless) found.set(load, 'last');
    if (isSeen) break;
  }
  for (const load of images) {
    if ((load.place.element?.span.end ?? 0) > edges.firstText) break;
    const isSeen = isContent(load, urls) || (isAlone && mayBeAll(load, urls));
    if (!found.has(load) && (!isSeen || !isWordless)) found.set(load, 'first');
    if (isSeen) break;
  }
  return found;
}

function counted(all: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

/** All loads of a message, and what only all of them together can tell. */
export class LoadList {
  readonly loads: readonly Load[];
  /** Those behind more than anybody's mail has. */
  readonly crowd: readonly Load[];
  readonly #input: DetectInput;
  readonly #urls: KnownUrls;
  #repeats: ReadonlyMap<string, number> | undefined;
  #shownFolders: ReadonlyMap<string, string> | undefined;
  #shownSegments: ReadonlySet<string> | undefined;
  #shownDirectories: ReadonlyMap<string, number> | undefined;
  #shownTokens: ReadonlyMap<string, number> | undefined;
  #linked: ReadonlySet<string> | undefined;

  constructor(input: DetectInput, urls: KnownUrls) {
    this.#input = input;
    this.#urls = urls;
    const all: Load[] = [];
    const crowd: Load[] = [];
    const first = new FirstUrls(input);
    for (const text of input.texts) {
      const page = new Page(text, urls);
      const selected = selectorMatches(text, input.rules.selectors);
      for (const place of text.places) {
        if (place.urls.length === 0 || !loads.has(place.channel)) continue;
        const selector =
          selected.size === 0 || place.element === undefined
            ? undefined
            : selected.get(place.element.span.start);
        const load = new Load(place, selector, page);
        if (!first.isCrowd(place)) page.loads.push(load);
        else if (place.channel !== 'script') crowd.push(load);
      }
      for (const load of page.loads) all.push(load);
    }
    this.loads = all;
    this.crowd = crowd;
  }

  /** Whether a part of the message says that it is what stands under this URL. */
  isEmbedded(href: string): boolean {
    return this.#input.embedded?.has(href) === true;
  }

  /** How often each URL stands in the message (one reading of each part). */
  get repeats(): ReadonlyMap<string, number> {
    if (this.#repeats !== undefined) return this.#repeats;
    const repeats = new Map<string, number>();
    for (const { text, place } of this.loads) {
      const href = place.urls[0] ?? '';
      if (text.reading === 0) repeats.set(href, (repeats.get(href) ?? 0) + 1);
    }
    this.#repeats = repeats;
    return repeats;
  }

  /**
   * Folder names under which the message shows images: an account or a campaign, which a spacer beside them says no more of. With the URL, where
   * it is the only one there.
   */
  get shownFolders(): ReadonlyMap<string, string> {
    if (this.#shownFolders !== undefined) return this.#shownFolders;
    const folders = new Map<string, string>();
    for (const load of this.loads) {
      if (load.place.channel !== 'image') continue;
      const facts = this.#urls.of(load.place.urls[0] ?? '')?.facts;
      if (facts?.imageName !== true || facts.tokens.length === 0 || isSmall(load.box)) continue;
      for (const { where, text } of facts.tokens) {
        if (where !== 'folder') continue;
        const only = folders.get(text) ?? facts.url.text;
        folders.set(text, only === facts.url.text ? only : '');
      }
    }
    this.#shownFolders = folders;
    return folders;
  }

  /** Segments of the paths of the images that the message shows. */
  get shownSegments(): ReadonlySet<string> {
    this.#shownSegments ??= new Set(
      this.loads
        .filter(({ place, box }) => place.channel === 'image' && !isSmall(box))
        .flatMap(({ place }) => this.#urls.of(place.urls[0] ?? '')?.facts.url.segments ?? []),
    );
    return this.#shownSegments;
  }

  /** Host and folder of the images that the message shows, with the number of different ones. */
  get shownDirectories(): ReadonlyMap<string, number> {
    this.#shownDirectories ??= counted(this.#shown().map(({ directory }) => directory));
    return this.#shownDirectories;
  }

  /** Identifiers in the URLs of the images that the message shows, with the number of different ones that carry each. */
  get shownTokens(): ReadonlyMap<string, number> {
    this.#shownTokens ??= counted(
      this.#shown().flatMap(({ tokens }) => [...new Set(withParts(tokens).map(({ text }) => text))]),
    );
    return this.#shownTokens;
  }

  /** The different images that the message shows. */
  #shown(): readonly UrlFacts[] {
    const found = new Map<string, UrlFacts>();
    for (const { place, box } of this.loads) {
      if (place.channel !== 'image' || isSmall(box)) continue;
      const facts = this.#urls.of(place.urls[0] ?? '')?.facts;
      if (facts !== undefined) found.set(facts.url.text, facts);
    }
    return [...found.values()];
  }

  /** What the message links to. */
  get linked(): ReadonlySet<string> {
    if (this.#linked !== undefined) return this.#linked;
    const linked = new Set<string>();
    for (const { places } of this.#input.texts) {
      for (const place of places) {
        if (place.channel === 'anchor') for (const href of place.urls) linked.add(href);
      }
    }
    this.#linked = linked;
    return linked;
  }
}
