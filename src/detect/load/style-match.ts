import type { ElementInfo, StyleRule } from '../../html/place.ts';
import { Looks } from './looks.ts';
import { readDeclarations, splitOutside } from './declarations.ts';
import { isAlways } from './media.ts';
import { fits, keyOf, parseSelector, type Compound, type Selector } from './selector.ts';
import { noVariables, StyleFacts, type Variables } from './style-facts.ts';

/** What the message's own style sheets say of an element whatever the screen and the client. */
export interface SheetStyle {
  /** The weakest first: by specificity, then by order. */
  readonly always: readonly StyleFacts[];
  /** Tells apart what different rules say. */
  readonly key: string;
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
const none: SheetStyle = { always: [], key: '' };

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

/** Declarations by which a rule shows again what another hides. */
const showing: ReadonlySet<string> = new Set(['display', 'visibility', 'opacity', 'height', 'max-height']);

function mayShow({ declarations }: StyleRule): boolean {
  return declarations.some(([name]) => showing.has(name));
}

/** Selectors by what their right-most compound asks for, so that an element meets only those that can be about it. */
class Filing {
  readonly #any: Filed[] = [];
  readonly #tags = new Map<string, Filed[]>();
  readonly #ids = new Map<string, Filed[]>();
  readonly #classes = new Map<string, Filed[]>();
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(rule: SheetRule): void {
    for (const part of splitOutside(rule.written.selector, ',')) {
      if (this.#count >= maxSelectors) return;
      this.#count += 1;
      const text = part.trim();
      this.#file(keyOf(text), { text, rule, selector: undefined, isRead: false });
    }
  }

  #file(key: string, one: Filed): void {
    if (key === '*') {
      this.#any.push(one);
      return;
    }
    const sign = key.charAt(0);
    const isTag = sign !== '.' && sign !== '#';
    const map = isTag ? this.#tags : sign === '.' ? this.#classes : this.#ids;
    const name = isTag ? key : key.slice(1);
    const bucket = map.get(name);
    if (bucket === undefined) map.set(name, [one]);
    else bucket.push(one);
  }

  /** Whether `test` is true of one of them; no further one is tested behind it. */
  some(element: ElementInfo, looks: Looks, test: (one: Filed) => boolean): boolean {
    if (this.#any.some(test) || this.#tags.get(element.tag)?.some(test) === true) return true;
    if (this.#classes.size > 0) {
      const { classes } = looks;
      const end = Math.min(classes.length, maxClasses);
      for (let at = 0; at < end; at += 1) {
        const name = classes[at] ?? '';
        if (classes.indexOf(name) === at && this.#classes.get(name)?.some(test) === true) return true;
      }
    }
    if (this.#ids.size === 0) return false;
    const { id } = looks;
    return id !== undefined && this.#ids.get(id)?.some(test) === true;
  }
}

interface Match {
  readonly facts: StyleFacts;
  readonly specificity: number;
  readonly order: number;
}

/** The message's own style sheets, as far as they are about elements that somebody asks about. */
export class StyleSheetIndex {
  readonly #rules: readonly StyleRule[];
  #sheetRules: readonly SheetRule[] | undefined;
  #always: Filing | undefined;
  #showing: Filing | undefined;
  #variables: Variables | undefined;
  readonly #looks = new Map<ElementInfo, Looks>();
  #steps = 0;
  /** Set where an answer hangs on what stands around the element. */
  hasClimbed = false;

  constructor(rules: readonly StyleRule[]) {
    this.#rules = rules;
  }

  get variables(): Variables {
    this.#variables ??= variablesOf(this.#rules);
    return this.#variables;
  }

  #read(): readonly SheetRule[] {
    if (this.#sheetRules !== undefined) return this.#sheetRules;
    const rules: SheetRule[] = [];
    let media: string | undefined;
    let isUnconditional = true;
    for (const [order, written] of this.#rules.entries()) {
      if (!saysMuch(written)) continue;
      if (written.media !== media) {
        media = written.media;
        isUnconditional = isAlways(media);
      }
      rules.push({ written, isAlways: isUnconditional, order, facts: undefined });
    }
    this.#sheetRules = rules;
    return rules;
  }

  #factsOf(rule: SheetRule): StyleFacts {
    rule.facts ??= new StyleFacts(readDeclarations(rule.written.declarations), this.variables);
    return rule.facts;
  }

  /** Each element is asked about once, by its box. */
  of(element: ElementInfo): SheetStyle {
    if (this.#rules.length === 0) return none;
    if (this.#always === undefined) {
      this.#always = new Filing();
      for (const rule of this.#read()) if (rule.isAlways) this.#always.add(rule);
    }
    if (this.#always.isEmpty) return none;
    let found: Match[] | undefined;
    this.#always.some(element, this.looksOf(element), (one) => {
      const selector = this.#exactly(element, one);
      if (selector === undefined) return false;
      const { rule } = one;
      const facts = this.#factsOf(rule);
      // What is said of an element is laid together: that counts as well.
      this.#steps += facts.written.declarations.size;
      (found ??= []).push({ facts, specificity: selector.specificity, order: rule.order });
      return false;
    });
    if (found === undefined) return none;
    if (found.length > 1) found.sort((a, b) => a.specificity - b.specificity || a.order - b.order);
    const key = found.map(({ order }) => order).join();
    return { always: found.map(({ facts }) => facts), key };
  }

  /** Whether a rule shows it that holds under a condition (media query, client hack) or is perhaps about it. For what is hidden only. */
  showsSometimes(element: ElementInfo): boolean {
    if (this.#rules.length === 0) return false;
    if (this.#showing === undefined) {
      this.#showing = new Filing();
      for (const rule of this.#read())
        if (mayShow(rule.written) && this.#factsOf(rule).shows) this.#showing.add(rule);
    }
    if (this.#showing.isEmpty) return false;
    return this.#showing.some(element, this.looksOf(element), (one) => {
      const selector = selectorOf(one);
      if (selector === undefined || (one.rule.isAlways && this.#exactly(element, one) !== undefined))
        return false;
      return this.#steps <= maxSteps && this.#matches(element, selector, false);
    });
  }

  /** The selector, if it is evaluated as a whole and is about the element. */
  #exactly(element: ElementInfo, one: Filed): Selector | undefined {
    if (this.#steps > maxSteps) return undefined;
    const selector = selectorOf(one);
    return selector?.exact === true && this.#matches(element, selector, true) ? selector : undefined;
  }

  /** What its attributes say, collected once an element. */
  looksOf(element: ElementInfo): Looks {
    let looks = this.#looks.get(element);
    if (looks === undefined) {
      looks = new Looks(element);
      this.#looks.set(element, looks);
    }
    return looks;
  }

  /** In a strict reading a child is a child; else it may be any descendant, and what is around the whole message may be missing. */
  #matches(element: ElementInfo, selector: Selector, isStrict: boolean): boolean {
    const { compounds } = selector;
    if (compounds.length > 1) {
      const [own] = compounds;
      this.#steps += 1;
      if (own === undefined || !fits(element, this.looksOf(element), own)) return false;
      this.hasClimbed = true;
    }
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
