import type { StartTag } from './element.ts';
import * as names from './tag-names.ts';
import type { TagName } from './tag-names.ts';

const { CELL, ROW, SECTION, CAPTION, COLUMN_GROUP, COLUMN, TABLE, HTML, TEMPLATE, BUTTON, MARQUEE } = names;

/** Where the search for an element to close stops (element in scope, HTML 13.2.4.2). */
const SCOPE = TABLE | CELL | CAPTION | BUTTON | HTML | TEMPLATE | MARQUEE | names.FOREIGN_OBJECT;
const IN_TABLE = CELL | ROW | SECTION | CAPTION | COLUMN | COLUMN_GROUP;
const TABLE_SCOPE = TABLE | TEMPLATE | HTML;
const LIST_SCOPE = names.LIST | TABLE | CELL | CAPTION | BUTTON | HTML | TEMPLATE | MARQUEE;
const TERM_SCOPE = names.DL | TABLE | CELL | BUTTON | HTML | TEMPLATE;
const ROWS = CELL | ROW;
const SECTIONS = ROWS | SECTION | CAPTION | COLUMN_GROUP;

/** The groups of start tags that close others by themselves. */
const IMPLYING = names.ITEM | names.TERM | names.OPTION | CELL | ROW | SECTION;
const COUNTED = names.P | names.DOUBTED | names.UNSEEN;

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
  flat = false;

  /** `isPart`: the text is a part of a document, so that cells may belong to a table around it. */
  constructor(maxDepth: number, budget: number, isPart = false) {
    this.#maxDepth = maxDepth;
    this.#isPart = isPart;
    this.#budget = budget;
  }

  get top(): StartTag | undefined {
    return this.flat ? undefined : this.#stack[this.#stack.length - 1];
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

  /** Closes what a start tag of this name closes by itself, before it is opened. */
  imply({ groups }: TagName): void {
    if (this.flat) return;
    if (this.#paragraphs > 0 && (groups & names.CLOSES_P) !== 0) this.#popTo(names.P, SCOPE);
    if ((groups & IMPLYING) === 0) return;
    if ((groups & CELL) !== 0) this.#popOutermost(CELL, TABLE_SCOPE);
    else if ((groups & ROW) !== 0) this.#popOutermost(ROWS, TABLE_SCOPE);
    else if ((groups & SECTION) !== 0) this.#popOutermost(SECTIONS, TABLE_SCOPE);
    else if ((groups & names.ITEM) !== 0) this.#popOutermost(names.ITEM, LIST_SCOPE);
    else if ((groups & names.TERM) !== 0) this.#popOutermost(names.TERM, TERM_SCOPE);
    else this.#popOutermost(names.OPTION, names.CHOICE | HTML);
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

  /** The element that the end tag closes. */
  close(name: TagName): StartTag | undefined {
    const { groups } = name;
    if (this.flat || (groups & (HTML | names.BODY)) !== 0 || !this.#isOpen(name)) return undefined;
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

  #popTo(wanted: number, scope: number): boolean {
    if (this.#budget < 0) this.flat = true;
    for (let at = this.#stack.length - 1; at >= 0; at -= 1) {
      const groups = this.#stack[at]?.name.groups ?? 0;
      this.#budget -= 1;
      if ((groups & wanted) !== 0) {
        this.#truncate(at);
        return true;
      }
      if ((groups & scope) !== 0) return false;
    }
    return false;
  }

  #popOutermost(wanted: number, scope: number): void {
    while (this.#popTo(wanted, scope));
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
    if ((groups & names.DOUBTED) !== 0) this.#doubted += change;
    if ((groups & names.UNSEEN) !== 0) this.#unseen += change;
  }
}
