import { Inherited } from './inherited.ts';
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

/** Values of a property in the style attribute, split without regard to what stands in quotes: no more than a hint is asked for. */
function valuesOf(element: ElementInfo, property: string): readonly string[] {
  const style = element.valueOf('style')?.toLowerCase() ?? '';
  if (!style.includes(property)) return [];
  return style.split(';').flatMap((declaration) => {
    const colon = declaration.indexOf(':');
    if (declaration.slice(0, Math.max(0, colon)).trim() !== property) return [];
    return [
      declaration
        .slice(colon + 1)
        .replace('!important', '')
        .trim(),
    ];
  });
}

/** Not displayed whatever of its style wins: a `display` of its own shows a `hidden` element, too. */
function isGone(element: ElementInfo): boolean {
  const values = valuesOf(element, 'display');
  return values.length === 0
    ? element.valueOf('hidden') !== undefined
    : values.every((value) => value === 'none');
}

function isOutOfFlow(image: ElementInfo): boolean {
  const values = valuesOf(image, 'position');
  return values.length > 0 && values.every((value) => value === 'absolute' || value === 'fixed');
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
