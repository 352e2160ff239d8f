import { Inherited } from '../../html/index.ts';
import type { ElementInfo } from '../../html/place.ts';

export interface Surroundings {
  readonly inLink: boolean;
  readonly alt: boolean;
  readonly word: string | undefined;
  /** Nothing is said of how it should look. */
  readonly bare: boolean;
  /** As large as it is, but no wider than what it stands in: so pictures are set. */
  readonly fluid: boolean;
}

const wordAttributes: readonly string[] = ['alt', 'id', 'class', 'title', 'name'];
const word =
  /(?:^|[^a-z])(?:track(?:ing|er)?|pixel|beacon|web ?bug|open(?:ed)?(?:[ _-]?(?:pixel|img|image|track\w*))|read[ _-]?receipt)(?:[^a-z]|$)/i;

/** Elements that are a link or stand in one. */
export function insideLinks(): Inherited {
  return new Inherited((element) => element.tag === 'a' && element.valueOf('href') !== undefined);
}

function wordIn(text: string): string | undefined {
  return text.length < 5 ? undefined : word.exec(text.slice(0, 200))?.[0]?.trim().toLowerCase();
}

function firstWord(element: ElementInfo): string | undefined {
  for (const { name, value } of element.attributes) {
    const found = wordAttributes.includes(name) ? wordIn(value) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A full stop or a dash is no text for those who see no image. */
function saysSomething(alt: string): boolean {
  // Most are ASCII, and the expression takes a millisecond to make.
  return /[a-z\d]/i.test(alt) || /[\p{L}\p{N}\p{S}]/u.test(alt);
}

const fluidStyle =
  /(?:^|[;\s])(?:max-width\s{0,4}:\s{0,4}(?:[2-9][0-9]|100)(?:%|vw)|max-width\s{0,4}:\s{0,4}[1-9][0-9]{2,3}px|height\s{0,4}:\s{0,4}auto|object-fit\s{0,4}:)/i;

/** Asked for each load of a style that may hold thousands of them. */
const maxStyle = 1000;

/** What stands around an element; in flat mode its own attributes only. */
export function surroundingsOf(element: ElementInfo, links: Inherited): Surroundings {
  const alt = element.valueOf('alt')?.trim() ?? '';
  const style = element.valueOf('style');
  const plain =
    element.valueOf('class') === undefined &&
    (style === undefined || !/width|height|block|radius/i.test(style.slice(0, maxStyle)));
  let isWordy = false;
  for (const name of wordAttributes) isWordy ||= wordIn(element.valueOf(name) ?? '') !== undefined;
  // Seldom: the first of them, in the order in which they are written.
  const found = isWordy ? firstWord(element) : undefined;
  return {
    inLink: links.has(element.parent),
    bare: alt === '' && plain,
    fluid: style !== undefined && fluidStyle.test(style.slice(0, maxStyle)),
    alt: saysSomething(alt),
    word: found,
  };
}
