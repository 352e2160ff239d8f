import type { ElementInfo } from '../../html/place.ts';
import { attributeOf } from './attribute-of.ts';

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

/** Links around elements, each worked out once: linear in the number of elements. */
export class Links {
  readonly #memo = new Map<ElementInfo, boolean>();

  around(element: ElementInfo): boolean {
    const path: ElementInfo[] = [];
    let at = element.parent;
    while (at !== undefined && !this.#memo.has(at)) {
      path.push(at);
      at = at.parent;
    }
    let inside = at !== undefined && this.#memo.get(at) === true;
    for (const one of path.reverse()) {
      inside ||= one.tag === 'a' && attributeOf(one, 'href') !== undefined;
      this.#memo.set(one, inside);
    }
    return inside;
  }
}

function wordIn(text: string): string | undefined {
  return text.length < 5 ? undefined : word.exec(text.slice(0, 200))?.[0]?.trim().toLowerCase();
}

/** Asked for each load of a style that may hold thousands of them. */
const maxStyle = 1000;

/** What stands around an element; in flat mode its own attributes only. */
export function surroundingsOf(element: ElementInfo, links: Links): Surroundings {
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
  return { inLink: links.around(element), bare: alt === '' && plain, alt: alt !== '', word: found };
}
