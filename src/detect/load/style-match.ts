import type { ElementInfo, StyleRule } from '../../html/place.ts';
import { looksOf, type Looks } from './attribute-of.ts';
import { noDeclarations, readDeclarations, splitOutside, type Declarations } from './declarations.ts';
import { isAlways } from './media.ts';
import { fits, keyOf, parseSelector, type Selector } from './selector.ts';
import { StyleFacts } from './style-facts.ts';

/** What the message's own style sheets say of an element: always, and only under a condition (media query, client hack). */
export interface SheetStyle {
  readonly always: readonly StyleFacts[];
  readonly sometimes: readonly StyleFacts[];
}

/** A selector under what its right-most compound asks for; the rest of it is read when an element has that. */
interface Filed {
  readonly text: string;
  readonly rule: SheetRule;
  selector: Selector | undefined;
  isRead: boolean;
}

/** A rule of a sheet; its declarations are read when an element meets it. */
interface SheetRule {
  readonly written: StyleRule;
  readonly isAlways: boolean;
  facts: StyleFacts | undefined;
}

const maxSelectors = 4000;
const maxClasses = 16;
/** Steps of matching a text, over all its elements; behind it, style sheets are no evidence any more. */
const maxSteps = 400_000;
const none: SheetStyle = { always: [], sometimes: [] };

/** The custom properties of a text's sheets, wherever they are set: a sender may set them on any ancestor. */
function variablesOf(rules: readonly StyleRule[]): Declarations {
  let found: Map<string, string> | undefined;
  for (const rule of rules) {
    for (const [name, value] of rule.declarations) {
      if (!name.startsWith('--') || !isAlways(rule.media)) continue;
      found ??= new Map();
      if (!found.has(name)) found.set(name, value);
    }
  }
  return found ?? noDeclarations;
}

/** Declarations without a bearing on size or visibility by themselves. */
const idle: ReadonlySet<string> = new Set([
  'font-size',
  'line-height',
  'float',
  'padding',
  'padding-top',
  'padding-bottom',
  'overflow',
  'overflow-x',
  'overflow-y',
]);

function saysMuch(declarations: ReadonlyMap<string, string>): boolean {
  for (const name of declarations.keys()) if (!idle.has(name) && !name.startsWith('--')) return true;
  return false;
}

function selectorOf(filed: Filed): Selector | undefined {
  if (!filed.isRead) {
    filed.isRead = true;
    filed.selector = parseSelector(filed.text);
  }
  return filed.selector;
}

/** Rules indexed by their right-most compound, so that an element meets only those that can be about it. */
export class StyleSheetIndex {
  readonly #rules: readonly StyleRule[];
  #filed: Map<string, Filed[]> | undefined;
  #variables: Declarations | undefined;
  readonly #looks = new Map<ElementInfo, Looks>();
  #steps = 0;

  constructor(rules: readonly StyleRule[]) {
    this.#rules = rules;
  }

  get variables(): Declarations {
    this.#variables ??= variablesOf(this.#rules);
    return this.#variables;
  }

  #index(): ReadonlyMap<string, readonly Filed[]> {
    if (this.#filed !== undefined) return this.#filed;
    const filed = new Map<string, Filed[]>();
    this.#filed = filed;
    let count = 0;
    let media: string | undefined;
    let isUnconditional = true;
    for (const written of this.#rules) {
      if (!saysMuch(written.declarations)) continue;
      if (written.media !== media) {
        media = written.media;
        isUnconditional = isAlways(media);
      }
      const rule: SheetRule = { written, isAlways: isUnconditional, facts: undefined };
      for (const text of splitOutside(written.selector, ',')) {
        if (count >= maxSelectors) return filed;
        count += 1;
        const one: Filed = { text: text.trim(), rule, selector: undefined, isRead: false };
        const key = keyOf(one.text);
        const bucket = filed.get(key);
        if (bucket === undefined) filed.set(key, [one]);
        else bucket.push(one);
      }
    }
    return filed;
  }

  /** Each element is asked about once, by its box. */
  of(element: ElementInfo): SheetStyle {
    if (this.#rules.length === 0) return none;
    const filed = this.#index();
    const always: StyleFacts[] = [];
    const sometimes: StyleFacts[] = [];
    const names = this.looksOf(element);
    const take = (key: string): void => {
      const bucket = filed.get(key);
      if (bucket === undefined) return;
      for (const one of bucket) {
        if (this.#steps > maxSteps) break;
        const selector = selectorOf(one);
        if (selector === undefined) continue;
        const { rule } = one;
        const exact = selector.exact && rule.isAlways;
        if (!this.#matches(element, selector, exact)) continue;
        rule.facts ??= new StyleFacts(readDeclarations(rule.written.declarations), this.variables);
        (exact ? always : sometimes).push(rule.facts);
      }
    };
    take('*');
    if (element.tag !== '*') take(element.tag);
    if (names.classes.length > 0) {
      const classes = new Set(names.classes.filter((one) => one !== '').slice(0, maxClasses));
      for (const one of classes) take(`.${one}`);
    }
    if (names.id !== undefined) take(`#${names.id}`);
    return always.length + sometimes.length === 0 ? none : { always, sometimes };
  }

  /** Collected once an element. */
  looksOf(element: ElementInfo): Looks {
    let looks = this.#looks.get(element);
    if (looks === undefined) {
      looks = looksOf(element);
      this.#looks.set(element, looks);
    }
    return looks;
  }

  #matches(element: ElementInfo, selector: Selector, exact: boolean): boolean {
    let at: ElementInfo | undefined = element;
    let first = true;
    for (const compound of selector.compounds) {
      for (;;) {
        if (at === undefined) return !exact && !first;
        this.#steps += 1;
        const here: ElementInfo = at;
        at = here.parent;
        const sameTag = compound.tag === undefined || compound.tag === here.tag;
        if (sameTag && fits(here, this.looksOf(here), compound)) break;
        if (first || this.#steps > maxSteps) return false;
      }
      first = false;
    }
    return true;
  }
}
