import type { ElementInfo, StyleRule } from '../../html/place.ts';
import { looksOf, type Looks } from './attribute-of.ts';
import { readDeclarations, splitOutside } from './declarations.ts';
import { isAlways } from './media.ts';
import { fits, keyOf, parseSelector, type Compound, type Selector } from './selector.ts';
import { noVariables, StyleFacts, type Variables } from './style-facts.ts';

/** What the message's own style sheets say of an element: always, and only under a condition (media query, client hack). */
export interface SheetStyle {
  /** The weakest first: by specificity, then by order. */
  readonly always: readonly StyleFacts[];
  /** Tells apart what different rules say. */
  readonly key: string;
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
  readonly order: number;
  facts: StyleFacts | undefined;
}

const maxSelectors = 4000;
const maxClasses = 16;
/** Steps of matching a text, over all its elements; behind it, style sheets are no evidence any more. */
const maxSteps = 400_000;
const none: SheetStyle = { always: [], key: '', sometimes: [] };

/** The custom properties of a text's sheets, wherever they are set: a sender may set them on any ancestor. */
function variablesOf(rules: readonly StyleRule[]): Variables {
  let all: Map<string, string> | undefined;
  const seen = new Map<string, string>();
  const several = new Set<string>();
  for (const rule of rules) {
    for (const [name, value] of rule.declarations) {
      if (!name.startsWith('--')) continue;
      const before = seen.get(name);
      if (before === undefined) seen.set(name, value);
      else if (before !== value) several.add(name);
      if (all?.has(name) === true || !isAlways(rule.media)) continue;
      all ??= new Map();
      all.set(name, value);
    }
  }
  if (all === undefined) return noVariables;
  return { all, single: several.size === 0 ? all : new Map([...all].filter(([name]) => !several.has(name))) };
}

/** Declarations without a bearing on size or visibility by themselves. */
const idle: ReadonlySet<string> = new Set(['font-size', 'line-height', 'float']);

function saysMuch({ declarations }: StyleRule): boolean {
  return declarations.some(([name]) => !idle.has(name) && !name.startsWith('--'));
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
  #variables: Variables | undefined;
  readonly #looks = new Map<ElementInfo, Looks>();
  #steps = 0;

  constructor(rules: readonly StyleRule[]) {
    this.#rules = rules;
  }

  get variables(): Variables {
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
    for (const [order, written] of this.#rules.entries()) {
      if (!saysMuch(written)) continue;
      if (written.media !== media) {
        media = written.media;
        isUnconditional = isAlways(media);
      }
      const rule: SheetRule = { written, isAlways: isUnconditional, order, facts: undefined };
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
    const always: { readonly facts: StyleFacts; readonly specificity: number; readonly order: number }[] = [];
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
        const exact = selector.exact && rule.isAlways && this.#matches(element, selector, true);
        if (!exact && !this.#matches(element, selector, false)) continue;
        rule.facts ??= new StyleFacts(readDeclarations(rule.written.declarations), this.variables);
        // What is said of an element is laid together: that counts as well.
        this.#steps += rule.facts.written.declarations.size;
        if (exact) always.push({ facts: rule.facts, specificity: selector.specificity, order: rule.order });
        else sometimes.push(rule.facts);
      }
    };
    take('*');
    if (element.tag !== '*') take(element.tag);
    if (names.classes.length > 0) {
      const classes = new Set(names.classes.filter((one) => one !== '').slice(0, maxClasses));
      for (const one of classes) take(`.${one}`);
    }
    if (names.id !== undefined) take(`#${names.id}`);
    if (always.length + sometimes.length === 0) return none;
    always.sort((a, b) => a.specificity - b.specificity || a.order - b.order);
    const key = always.map(({ order }) => order).join();
    return { always: always.map(({ facts }) => facts), key, sometimes };
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

  /** In a strict reading a child is a child; else it may be any descendant, and what is around the whole message may be missing. */
  #matches(element: ElementInfo, selector: Selector, isStrict: boolean): boolean {
    const { compounds } = selector;
    let from: ElementInfo | undefined = element;
    for (let first = 0; first < compounds.length;) {
      let last = first + 1;
      if (isStrict) while (compounds[last]?.isParent === true) last += 1;
      let behind: ElementInfo | undefined | null = null;
      for (; behind === null; from = from.parent) {
        if (from === undefined) return !isStrict && first > 0;
        behind = this.#climb(from, compounds.slice(first, last));
        if (behind === null && (first === 0 || this.#steps > maxSteps)) return false;
      }
      from = behind;
      first = last;
    }
    return true;
  }

  /** Whether an element and its parents fit compounds one by one: what is above them, `null` where they do not. */
  #climb(element: ElementInfo, compounds: readonly Compound[]): ElementInfo | undefined | null {
    let at: ElementInfo | undefined = element;
    for (const compound of compounds) {
      this.#steps += 1;
      if (at === undefined) return null;
      const sameTag = compound.tag === undefined || compound.tag === at.tag;
      if (!sameTag || !fits(at, this.looksOf(at), compound)) return null;
      at = at.parent;
    }
    return at;
  }
}
