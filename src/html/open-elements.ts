import type { StartTag } from './element.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Where the search for an element to close stops (element in scope, HTML 13.2.4.2). */
const SCOPE = words('table td th caption button object html template marquee applet foreignobject');
const CLOSE_P = words(
  'address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre section table ul listing xmp',
);
const CELLS = words('td th');
const ROWS = words('td th tr');
const SECTIONS = words('td th tr tbody thead tfoot caption colgroup');
const P = words('p');
const IN_TABLE = words('td th tr tbody thead tfoot caption col colgroup');
const TABLE_SCOPE = words('table template html');
const LIST_SCOPE = words('ul ol menu table td th caption button object html template marquee applet');

interface Implied {
  readonly closed: ReadonlySet<string>;
  readonly scope: ReadonlySet<string>;
}

/** Which open elements a start tag closes. */
const IMPLIED: ReadonlyMap<string, Implied> = new Map<string, Implied>([
  ['li', { closed: words('li'), scope: LIST_SCOPE }],
  ['dd', { closed: words('dd dt'), scope: words('dl table td th button object html template') }],
  ['dt', { closed: words('dd dt'), scope: words('dl table td th button object html template') }],
  ['option', { closed: words('option'), scope: words('select datalist html') }],
  ['td', { closed: CELLS, scope: TABLE_SCOPE }],
  ['th', { closed: CELLS, scope: TABLE_SCOPE }],
  ['tr', { closed: ROWS, scope: TABLE_SCOPE }],
  ['tbody', { closed: SECTIONS, scope: TABLE_SCOPE }],
  ['thead', { closed: SECTIONS, scope: TABLE_SCOPE }],
  ['tfoot', { closed: SECTIONS, scope: TABLE_SCOPE }],
]);

/** Inside these, what a tag says is markup to some clients and text, or a tree of its own, to others. */
const DOUBTED = words('noscript template select');

/** What stands in these is not shown. */
const UNSEEN = words('head title style script template');

/**
 * The start tags that are open around the scan's position: near enough to what a browser builds to say whether something around an image
 * is hidden or a link. It never decides whether a place is found. Work is bounded by `budget`; when it or the depth cap is spent, the
 * stack gives up (`flat`) and elements have no parents any more.
 */
export class OpenElements {
  readonly #stack: StartTag[] = [];
  readonly #counts = new Map<string, number>();
  readonly #maxDepth: number;
  #budget: number;
  #doubted = 0;
  #unseen = 0;
  #paragraphs = 0;
  flat = false;

  constructor(maxDepth: number, budget: number) {
    this.#maxDepth = maxDepth;
    this.#budget = budget;
  }

  get top(): StartTag | undefined {
    return this.flat ? undefined : this.#stack.at(-1);
  }

  get depth(): number {
    return this.#stack.length;
  }

  get doubted(): boolean {
    return this.#doubted > 0;
  }

  get unseen(): boolean {
    return this.#unseen > 0;
  }

  isOpen(tag: string): boolean {
    return (this.#counts.get(tag) ?? 0) > 0;
  }

  /** Closes what a start tag of this name closes by itself, before it is opened. */
  imply(tag: string): void {
    if (this.flat) return;
    if (this.#paragraphs > 0 && CLOSE_P.has(tag)) this.#popTo(P, SCOPE);
    const implied = IMPLIED.get(tag);
    if (implied !== undefined) this.#popOutermost(implied);
  }

  open(element: StartTag): void {
    if (this.flat || (IN_TABLE.has(element.tag) && !this.isOpen('table'))) return;
    if (this.#stack.length >= this.#maxDepth) {
      this.flat = true;
      return;
    }
    this.#stack.push(element);
    this.#count(element.tag, 1);
  }

  /** The element that the end tag closes. */
  close(tag: string): StartTag | undefined {
    if (this.flat || !this.isOpen(tag) || tag === 'body' || tag === 'html') return undefined;
    return this.#popTo(tag, IN_TABLE.has(tag) || tag === 'table' ? TABLE_SCOPE : SCOPE);
  }

  /** The innermost open element of this name. */
  innermost(tag: string): StartTag | undefined {
    if (this.flat || !this.isOpen(tag)) return undefined;
    return this.#stack.findLast((element) => element.tag === tag);
  }

  #find(wanted: ReadonlySet<string> | string, scope: ReadonlySet<string>): number {
    for (let at = this.#stack.length - 1; at >= 0; at -= 1) {
      const tag = this.#stack[at]?.tag ?? '';
      this.#budget -= 1;
      if (typeof wanted === 'string' ? wanted === tag : wanted.has(tag)) return at;
      if (scope.has(tag)) return -1;
    }
    return -1;
  }

  #popTo(wanted: ReadonlySet<string> | string, scope: ReadonlySet<string>): StartTag | undefined {
    if (this.#budget < 0) this.flat = true;
    const at = this.#find(wanted, scope);
    if (at < 0) return undefined;
    const found = this.#stack[at];
    this.#truncate(at);
    return found;
  }

  #popOutermost(implied: Implied): void {
    let popped = this.#popTo(implied.closed, implied.scope);
    while (popped !== undefined) popped = this.#popTo(implied.closed, implied.scope);
  }

  #truncate(length: number): void {
    for (let at = this.#stack.length - 1; at >= length; at -= 1) {
      const tag = this.#stack[at]?.tag ?? '';
      this.#count(tag, -1);
    }
    this.#stack.length = length;
  }

  #count(tag: string, change: 1 | -1): void {
    this.#counts.set(tag, (this.#counts.get(tag) ?? 0) + change);
    if (tag === 'p') this.#paragraphs += change;
    else if (DOUBTED.has(tag)) this.#doubted += change;
    if (UNSEEN.has(tag)) this.#unseen += change;
  }
}
