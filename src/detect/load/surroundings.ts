import { Inherited } from '../../html/index.ts';
import type { ElementInfo } from '../../html/place.ts';

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

/** Of a style, which may be long. */
const maxStyle = 1000;

/** What stands around an element, worked out when somebody asks; in flat mode its own attributes only. */
export class Surroundings {
  readonly #element: ElementInfo;
  readonly #links: Inherited;
  #inLink: boolean | undefined;
  #alt: boolean | undefined;
  #word: string | false | undefined;
  #bare: boolean | undefined;
  #fluid: boolean | undefined;

  constructor(element: ElementInfo, links: Inherited) {
    this.#element = element;
    this.#links = links;
  }

  get inLink(): boolean {
    this.#inLink ??= this.#links.has(this.#element.parent);
    return this.#inLink;
  }

  /** An alternative text that says something. */
  get alt(): boolean {
    this.#alt ??= saysSomething(this.#element.valueOf('alt') ?? '');
    return this.#alt;
  }

  get word(): string | undefined {
    this.#word ??= this.#findWord() ?? false;
    return this.#word === false ? undefined : this.#word;
  }

  /** Nothing is said of how it should look. */
  get bare(): boolean {
    this.#bare ??= this.#isBare();
    return this.#bare;
  }

  /** As large as it is, but no wider than what it stands in: so pictures are set. */
  get fluid(): boolean {
    this.#fluid ??= fluidStyle.test(this.#style);
    return this.#fluid;
  }

  get #style(): string {
    return this.#element.valueOf('style')?.slice(0, maxStyle) ?? '';
  }

  #isBare(): boolean {
    const element = this.#element;
    if ((element.valueOf('alt')?.trim() ?? '') !== '' || element.valueOf('class') !== undefined) return false;
    return !/width|height|block|radius/i.test(this.#style);
  }

  #findWord(): string | undefined {
    const isWordy = wordAttributes.some((name) => wordIn(this.#element.valueOf(name) ?? '') !== undefined);
    // Seldom: the first of them, in the order in which they are written.
    return isWordy ? firstWord(this.#element) : undefined;
  }
}
