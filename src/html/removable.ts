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
  const style = element.valueOf('style')?.toLowerCase() ?? '';
  return element.valueOf('hidden') !== undefined || declares(style, 'display', ['none']);
}

/** Elements that something holds for, by themselves or by an ancestor: each is asked once, however many images stand in it. */
class Inherited {
  readonly #known = new Map<ElementInfo, boolean>();
  readonly #own: (element: ElementInfo) => boolean;

  constructor(own: (element: ElementInfo) => boolean) {
    this.#own = own;
  }

  has(element: ElementInfo | undefined): boolean {
    const path: ElementInfo[] = [];
    let at = element;
    while (at !== undefined && !this.#known.has(at)) {
      path.push(at);
      at = at.parent;
    }
    let holds = at !== undefined && this.#known.get(at) === true;
    for (const one of path.reverse()) {
      holds ||= this.#own(one);
      this.#known.set(one, holds);
    }
    return holds;
  }
}

function isOutOfFlow(image: ElementInfo): boolean {
  const style = image.valueOf('style')?.toLowerCase() ?? '';
  return declares(style, 'position', ['absolute', 'fixed']);
}

/**
 * Tells the places whose whole tag may go: an `img` that takes no space, in a tree that does not hang on it. A style sheet that sets
 * `display` or `position` may show it after all (`!important` for small screens), so that there is none then.
 */
export function removability(text: string, facts: TreeFacts): (place: Place) => boolean {
  const restyled = facts.styleRules.some(({ declarations }) =>
    declarations.some(([name, value]) => name === 'position' || (name === 'display' && value !== 'none')),
  );
  if (restyled || facts.hasFrameset || facts.flat !== undefined) return () => false;
  const bent = new Inherited(({ tag }) => BENT.has(tag));
  const gone = new Inherited(isGone);
  return ({ element, doubtful, css }) => {
    if (doubtful || css !== undefined || element?.tag !== 'img') return false;
    const before = text.charAt(element.span.start - 1);
    // A `<` or `&` in front would make a tag or a reference with what stands behind.
    if (before === '<' || before === '&' || bent.has(element.parent)) return false;
    return isOutOfFlow(element) || gone.has(element);
  };
}
