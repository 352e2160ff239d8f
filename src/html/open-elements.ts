import type { StartTag } from './element.ts';
import * as names from './tag-names.ts';
import { ANCHOR, BUTTON, CAPTION, CELL, COLUMN, COLUMN_GROUP, HEADING, HTML, MARQUEE } from './tag-names.ts';
import { ROW, SECTION, TABLE, TEMPLATE } from './tag-names.ts';
import type { TagName } from './tag-names.ts';

/** Where the search for an element to close stops (element in scope, HTML 13.2.4.2). */
const SCOPE = TABLE | CELL | CAPTION | names.OBJECT | HTML | TEMPLATE | MARQUEE | names.FOREIGN_OBJECT;
const BUTTON_SCOPE = SCOPE | BUTTON;
const IN_TABLE = CELL | ROW | SECTION | CAPTION | COLUMN | COLUMN_GROUP;
const TABLE_SCOPE = TABLE | TEMPLATE | HTML;
const LIST_SCOPE = names.LIST | BUTTON_SCOPE;
const TERM_SCOPE = names.DL | BUTTON_SCOPE;
const ROWS = CELL | ROW;
const SECTIONS = ROWS | SECTION | CAPTION | COLUMN_GROUP;

/** The groups of start tags that close others by themselves. */
const IMPLYING = names.ITEM | names.TERM | names.OPTION | CELL | ROW | SECTION | ANCHOR | BUTTON | HEADING;
const COUNTED = names.P | HEADING | names.DOUBTED | names.UNSEEN;

/**
 * The start tags that are open around the scan's position: near enough to what a browser builds to say whether something around an image
 * is hidden or a link. It never decides whether a place is found. Work is bounded by `budget`; when it or the depth cap is spent, the
 * stack gives up (`flat`) and elements have no parents any more.
 */
export class OpenElements {
  readonly #stack: StartTag[] = [];
  readonly #known = new Int32Array(names.KNOWN_TAGS);
  #others: Map<string, number> | undefined;
  readonly #maxDepth: number;
  readonly #isPart: boolean;
  #budget: number;
  #doubted = 0;
  #unseen = 0;
  #paragraphs = 0;
  #headings = 0;
  flat = false;

  /** `isPart`: the text is a part of a document, so that cells may belong to a table around it. */
  constructor(maxDepth: number, budget: number, isPart = false) {
    this.#maxDepth = maxDepth;
    this.#isPart = isPart;
    this.#budget = budget;
  }

  get top(): StartTag | undefined {
    // Not by the last index: one below 0 is looked up as a name.
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

  #isOpen(name: TagName): boolean {
    if (name.id >= 0) return (this.#known[name.id] ?? 0) > 0;
    return (this.#others?.get(name.name) ?? 0) > 0;
  }

  /** Closes what a start tag of this name closes by itself, before it is opened. The link that ends there, if it ends one. */
  imply(name: TagName): StartTag | undefined {
    if (this.flat) return undefined;
    const { groups } = name;
    if (this.#paragraphs > 0 && (groups & names.CLOSES_P) !== 0) this.#popTo(names.P, BUTTON_SCOPE);
    if ((groups & IMPLYING) === 0) return undefined;
    if ((groups & CELL) !== 0) this.#popOutermost(CELL, TABLE_SCOPE);
    else if ((groups & ROW) !== 0) this.#popOutermost(ROWS, TABLE_SCOPE);
    else if ((groups & SECTION) !== 0) this.#popOutermost(SECTIONS, TABLE_SCOPE);
    else if ((groups & names.ITEM) !== 0) this.#popOutermost(names.ITEM, LIST_SCOPE);
    else if ((groups & names.TERM) !== 0) this.#popOutermost(names.TERM, TERM_SCOPE);
    else if ((groups & names.OPTION) !== 0) this.#popOutermost(names.OPTION, names.CHOICE | HTML);
    else if ((groups & HEADING) !== 0) {
      if (((this.top?.name.groups ?? 0) & HEADING) !== 0) this.#popTo(HEADING, SCOPE);
    } else if (this.#isOpen(name)) {
      // Neither links nor buttons nest.
      const closed = this.#popTo(groups & (ANCHOR | BUTTON), SCOPE);
      if ((groups & ANCHOR) !== 0) return closed;
    }
    return undefined;
  }

  open(element: StartTag): void {
    if (this.flat) return;
    if ((element.name.groups & IN_TABLE) !== 0 && !this.#isPart && !this.#isOpen(names.TABLE_TAG)) return;
    if (this.#stack.length >= this.#maxDepth) {
      this.flat = true;
      return;
    }
    this.#stack.push(element);
    this.#count(element.name, 1);
  }

  /** The element that the end tag closes: of headings, whichever is open. */
  close(name: TagName): StartTag | undefined {
    const { groups } = name;
    if (this.flat || (groups & (HTML | names.BODY)) !== 0) return undefined;
    if ((groups & HEADING) !== 0) return this.#headings > 0 ? this.#popTo(HEADING, SCOPE) : undefined;
    if (!this.#isOpen(name)) return undefined;
    if (this.#budget < 0) this.flat = true;
    const scope = (groups & (IN_TABLE | TABLE)) === 0 ? SCOPE : TABLE_SCOPE;
    for (let at = this.#stack.length - 1; at >= 0; at -= 1) {
      const open = this.#stack[at];
      if (open === undefined) break;
      this.#budget -= 1;
      if (open.name === name || (name.id < 0 && open.name.name === name.name)) {
        this.#truncate(at);
        return open;
      }
      if ((open.name.groups & scope) !== 0) break;
    }
    return undefined;
  }

  #popTo(wanted: number, scope: number): StartTag | undefined {
    if (this.#budget < 0) this.flat = true;
    for (let at = this.#stack.length - 1; at >= 0; at -= 1) {
      const open = this.#stack[at];
      if (open === undefined) break;
      this.#budget -= 1;
      if ((open.name.groups & wanted) !== 0) {
        this.#truncate(at);
        return open;
      }
      if ((open.name.groups & scope) !== 0) break;
    }
    return undefined;
  }

  #popOutermost(wanted: number, scope: number): void {
    while (this.#popTo(wanted, scope) !== undefined);
  }

  #truncate(length: number): void {
    while (this.#stack.length > length) {
      const element = this.#stack.pop();
      if (element !== undefined) this.#count(element.name, -1);
    }
  }

  #count(name: TagName, change: 1 | -1): void {
    const { groups, id } = name;
    if (id >= 0) this.#known[id] = (this.#known[id] ?? 0) + change;
    else {
      this.#others ??= new Map();
      this.#others.set(name.name, (this.#others.get(name.name) ?? 0) + change);
    }
    if ((groups & COUNTED) === 0) return;
    if ((groups & names.P) !== 0) this.#paragraphs += change;
    if ((groups & HEADING) !== 0) this.#headings += change;
    if ((groups & names.DOUBTED) !== 0) this.#doubted += change;
    if ((groups & names.UNSEEN) !== 0) this.#unseen += change;
  }
}
