import type { ElementInfo, Place, StyleRule } from './place.ts';

export interface TreeFacts {
  readonly hasFrameset: boolean;
  readonly styleRules: readonly StyleRule[];
  readonly flat: unknown;
}

/** Where an image tag bends the tree by being there (it breaks out of svg and math), or clients disagree on the tree. */
const BENT = new Set([
  'svg',
  'math',
  'noscript',
  'template',
  'select',
  'frameset',
  'object',
  'video',
  'audio',
  'picture',
]);

function attribute(element: ElementInfo, name: string): string | undefined {
  for (const candidate of element.attributes) if (candidate.name === name) return candidate.value;
  return undefined;
}

/** Style declarations of the attribute, split without regard to what stands in quotes: no more than a hint is asked for. */
function declares(style: string, property: string, values: readonly string[]): boolean {
  if (!style.includes(property)) return false;
  return style.split(';').some((declaration) => {
    const colon = declaration.indexOf(':');
    if (declaration.slice(0, Math.max(0, colon)).trim() !== property) return false;
    return values.includes(
      declaration
        .slice(colon + 1)
        .replace('!important', '')
        .trim(),
    );
  });
}

function isGone(element: ElementInfo): boolean {
  const style = attribute(element, 'style')?.toLowerCase() ?? '';
  return attribute(element, 'hidden') !== undefined || declares(style, 'display', ['none']);
}

/** Elements that are not shown, by themselves or by an ancestor: each is asked once, however many images stand in it. */
class GoneElements {
  readonly #known = new Map<ElementInfo, boolean>();

  has(element: ElementInfo): boolean {
    const path: ElementInfo[] = [];
    let at: ElementInfo | undefined = element;
    while (at !== undefined && !this.#known.has(at)) {
      path.push(at);
      at = at.parent;
    }
    let gone = at !== undefined && this.#known.get(at) === true;
    for (const one of path.reverse()) {
      gone ||= isGone(one);
      this.#known.set(one, gone);
    }
    return gone;
  }
}

function takesNoSpace(image: ElementInfo, gone: GoneElements): boolean {
  const style = attribute(image, 'style')?.toLowerCase() ?? '';
  return declares(style, 'position', ['absolute', 'fixed']) || gone.has(image);
}

function standsFree(image: ElementInfo): boolean {
  for (let element = image.parent; element !== undefined; element = element.parent) {
    if (BENT.has(element.tag)) return false;
  }
  return true;
}

/**
 * Marks the places whose whole tag may go: an `img` that takes no space, in a tree that does not hang on it. A style sheet that sets
 * `display` or `position` may show it after all (`!important` for small screens), so that nothing is marked then.
 */
export function markRemovable(text: string, facts: TreeFacts): (place: Place) => Place {
  const restyled = facts.styleRules.some(
    (rule) =>
      (rule.declarations.has('display') && rule.declarations.get('display') !== 'none') ||
      rule.declarations.has('position'),
  );
  const free = new Map<ElementInfo, boolean>();
  const gone = new GoneElements();
  return (place) => {
    const { element } = place;
    if (place.doubtful || element?.tag !== 'img' || place.css !== undefined) return place;
    if (restyled || facts.hasFrameset || facts.flat !== undefined) return place;
    let may = free.get(element);
    if (may === undefined) {
      const before = text.charAt(element.span.start - 1);
      // A `<` or `&` in front would make a tag or a reference with what stands behind.
      may = before !== '<' && before !== '&' && standsFree(element) && takesNoSpace(element, gone);
      free.set(element, may);
    }
    return may ? { ...place, removable: true } : place;
  };
}
