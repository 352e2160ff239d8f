import { Inherited } from '../../html/index.ts';
import type { ElementInfo } from '../../html/place.ts';

export interface Surroundings {
  readonly inLink: boolean;
  readonly alt: boolean;
  readonly word: string | undefined;
  /** Nothing is said of how it should look. */
  readonly bare: boolean;
}

const wordAttributes: ReadonlySet<string> = new Set(['alt', 'id', 'class', 'title', 'name']);
const word =
  /(?:^|[^a-z])(?:track(?:ing|er)?|pixel|beacon|web ?bug|open(?:ed)?(?:[ _-]?(?:pixel|img|image|track\w*))|read[ _-]?receipt)(?:[^a-z]|$)/i;

/** Elements that are a link or stand in one. */
export function insideLinks(): Inherited {
  return new Inherited((element) => element.tag === 'a' && element.valueOf('href') !== undefined);
}

function wordIn(text: string): string | undefined {
  return text.length < 5 ? undefined : word.exec(text.slice(0, 200))?.[0]?.trim().toLowerCase();
}

/** Asked for each load of a style that may hold thousands of them. */
const maxStyle = 1000;

/** What stands around an element; in flat mode its own attributes only. */
export function surroundingsOf(element: ElementInfo, links: Inherited): Surroundings {
  let alt = '';
  let found: string | undefined;
  let plain = true;
  for (const { name, value } of element.attributes) {
    if (name === 'style') plain &&= !/width|height|block|radius/i.test(value.slice(0, maxStyle));
    else if (!wordAttributes.has(name)) continue;
    if (name === 'class') plain = false;
    if (name === 'alt') alt = value.trim();
    found ??= wordIn(value);
  }
  return { inLink: links.has(element.parent), bare: alt === '' && plain, alt: alt !== '', word: found };
}
