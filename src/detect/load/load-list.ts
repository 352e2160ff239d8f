import type { Channel, Place } from '../../html/place.ts';
import type { SelectorRule } from '../../rules/format.ts';
import type { DetectInput, ScannedText } from '../input.ts';
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
}

function isLoad(place: Place): boolean {
  return loads.has(place.channel) && place.urls.length > 0;
}

function isSmall(box: Box | undefined): boolean {
  return box !== undefined && (box.size === 'zero' || box.size === 'tiny' || box.size === 'thin');
}

export function listLoads(input: DetectInput, urls: KnownUrls): LoadList {
  const list: Load[] = [];
  const repeats = new Map<string, number>();
  const shownFolders = new Set<string>();
  for (const text of input.texts) {
    const boxes = new Boxes(new StyleSheetIndex(text.scan?.styleRules ?? []));
    const links = new Links();
    const selected = selectorMatches(text, input.rules.selectors);
    for (const place of text.places) {
      if (!isLoad(place)) continue;
      const { element } = place;
      const onPage =
        element !== undefined && element.tag !== 'style' && element.tag !== 'link' && element.tag !== 'meta';
      const box = onPage ? boxes.of(element) : undefined;
      const around = onPage ? surroundingsOf(place, element, text.scan, links) : undefined;
      const selector = element === undefined ? undefined : selected.get(element.span.start);
      list.push({ text, place, box, around, selector });
      const href = place.urls[0] ?? '';
      if (text.reading === 0) repeats.set(href, (repeats.get(href) ?? 0) + 1);
      const facts = place.channel === 'image' && !isSmall(box) ? urls.of(href)?.facts : undefined;
      if (facts?.imageName !== true) continue;
      for (const token of facts.tokens) if (token.where === 'folder') shownFolders.add(token.text);
    }
  }
  return { loads: list, repeats, shownFolders };
}
