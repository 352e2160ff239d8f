import type { Channel, Place } from '../../html/place.ts';
import type { SelectorRule } from '../../rules/format.ts';
import type { DetectInput, ScannedText } from '../input.ts';
import { bodyEdges } from './body-edges.ts';
import { Boxes, type Box } from './box.ts';
import type { KnownUrls } from './known-url.ts';
import { selectorMatches } from './selector-rules.ts';
import { StyleSheetIndex } from './style-match.ts';
import { Links, surroundingsOf, type Surroundings } from './surroundings.ts';

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
]);

/** A load with what stands around it. `box` and `around` are those of an element that is itself on the page (no `style`, no `link`). */
export interface Load {
  readonly text: ScannedText;
  readonly place: Place;
  readonly box: Box | undefined;
  readonly around: Surroundings | undefined;
  /** Before or behind all that is visible in its text, outside any link; never claimed in flat mode. */
  position: 'first' | 'last' | undefined;
  /** An administrator's rule whose selector matches the element. */
  readonly selector: SelectorRule | undefined;
}

/** All loads of a message, and what only all of them together can tell. */
export interface LoadList {
  readonly loads: readonly Load[];
  /** How often each URL stands in the message (one reading of each part). */
  readonly repeats: ReadonlyMap<string, number>;
  /** Folder names under which the message shows images: an account or a campaign, which a spacer beside them says no more of. */
  readonly shownFolders: ReadonlySet<string>;
  /** How many images of a size to be seen are hidden in each text: few are pixels in disguise, many are a block kept for other screens. */
  readonly hiddenImages: ReadonlyMap<ScannedText, number>;
  /** What the message links to. */
  readonly linked: ReadonlySet<string>;
}

function isLoad(place: Place): boolean {
  return loads.has(place.channel) && place.urls.length > 0;
}

function isSmall(box: Box | undefined): boolean {
  return box !== undefined && (box.size === 'zero' || box.size === 'tiny' || box.size === 'thin');
}

/** Whether it is hidden by its own style or an ancestor's; a media query may show it all the same. */
export function isHidden({ box }: Pick<Load, 'box'>): boolean {
  return box?.hidden !== undefined || box?.hiddenByAncestor !== undefined;
}

function isContent(load: Load, urls: KnownUrls): boolean {
  const { box, place } = load;
  const known = urls.of(place.urls[0] ?? '');
  // What a rule names goes whatever its size; if it counted, what stands beside it would be judged anew in a second pass.
  if (load.selector !== undefined || known?.rule !== undefined) return false;
  if (box === undefined || box.hidden !== undefined || box.hiddenByAncestor !== undefined) return false;
  if (box.size === 'visible') return true;
  return box.size === 'unknown' && known?.facts.imageName === true;
}

function mark(load: Load, position: 'first' | 'last'): void {
  if (load.box?.size === 'unknown' && load.around?.inLink === false) load.position ??= position;
}

/** Walks in from both ends of a text over its images, up to the first text or image that is there to be seen. */
function markPositions(text: string, all: readonly Load[], urls: KnownUrls): void {
  const images = all.filter((load) => load.place.channel === 'image' && load.box !== undefined);
  const edges = bodyEdges(text);
  for (const load of images.toReversed()) {
    if ((load.place.element?.span.start ?? 0) < edges.lastTextEnd) break;
    mark(load, 'last');
    if (isContent(load, urls)) break;
  }
  for (const load of images) {
    if ((load.place.element?.span.end ?? 0) > edges.firstText) break;
    mark(load, 'first');
    if (isContent(load, urls)) break;
  }
}

export function listLoads(input: DetectInput, urls: KnownUrls): LoadList {
  const list: Load[] = [];
  const repeats = new Map<string, number>();
  const shownFolders = new Set<string>();
  const linked = new Set<string>();
  const hiddenImages = new Map<ScannedText, number>();
  for (const text of input.texts) {
    const boxes = new Boxes(new StyleSheetIndex(text.scan?.styleRules ?? []));
    const links = new Links();
    const here: Load[] = [];
    const selected = selectorMatches(text, input.rules.selectors);
    for (const place of text.places) {
      if (place.channel === 'anchor') for (const href of place.urls) linked.add(href);
      if (!isLoad(place)) continue;
      const { element } = place;
      const onPage =
        element !== undefined && element.tag !== 'style' && element.tag !== 'link' && element.tag !== 'meta';
      const box = onPage ? boxes.of(element) : undefined;
      const around = onPage ? surroundingsOf(element, links) : undefined;
      const selector = element === undefined ? undefined : selected.get(element.span.start);
      const load: Load = { text, place, box, around, selector, position: undefined };
      list.push(load);
      here.push(load);
      const href = place.urls[0] ?? '';
      if (text.reading === 0) repeats.set(href, (repeats.get(href) ?? 0) + 1);
      const isImage = place.channel === 'image' && !isSmall(box);
      if (isImage && isHidden(load)) hiddenImages.set(text, (hiddenImages.get(text) ?? 0) + 1);
      const facts = isImage ? urls.of(href)?.facts : undefined;
      if (facts?.imageName !== true) continue;
      for (const token of facts.tokens) if (token.where === 'folder') shownFolders.add(token.text);
    }
    if (text.scan !== undefined && text.scan.flat === undefined) markPositions(text.text, here, urls);
  }
  return { loads: list, repeats, shownFolders, hiddenImages, linked };
}
