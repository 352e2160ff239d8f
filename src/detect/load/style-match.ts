import type { ElementInfo, StyleRule } from '../../html/place.ts';
import { attributeOf } from './attribute-of.ts';
import { splitOutside, type Declarations } from './declarations.ts';

/** What the message's own style sheets say of an element: always, and only under a condition (media query, client hack). */
export interface SheetStyle {
  readonly always: readonly Declarations[];
  readonly sometimes: readonly Declarations[];
}

interface Compound {
  readonly tag: string | undefined;
  readonly id: string | undefined;
  readonly classes: readonly string[];
  readonly attributes: readonly {
    readonly name: string;
    readonly value: string | undefined;
    readonly how: string;
  }[];
}

interface Selector {
  /** Right-most first. */
  readonly compounds: readonly Compound[];
  /** It has parts that we do not evaluate (siblings, pseudo-classes, webmail hooks): it may match, or may not. */
  readonly conditional: boolean;
  readonly declarations: Declarations;
}

const maxSelectors = 4000;
const maxCompounds = 12;
const maxClasses = 16;
/** Steps of matching a text, over all its elements; behind it, style sheets are no evidence any more. */
const maxSteps = 400_000;
const none: SheetStyle = { always: [], sometimes: [] };

const name = /^(?:[A-Za-z0-9_-]|[^\x00-\x7f]|\\.)*/;

function parseCompound(text: string): { compound: Compound; exact: boolean } | undefined {
  let rest = text;
  let tag: string | undefined;
  let id: string | undefined;
  let exact = true;
  const classes: string[] = [];
  const attributes: { name: string; value: string | undefined; how: string }[] = [];
  const take = (): string => {
    const found = name.exec(rest)?.[0] ?? '';
    rest = rest.slice(found.length);
    return found.replace(/\\(.)/g, '$1');
  };
  if (rest.startsWith('*')) rest = rest.slice(1);
  else tag = take().toLowerCase() || undefined;
  for (let count = 0; rest !== '' && count < 16; count += 1) {
    const sign = rest.charAt(0);
    rest = rest.slice(1);
    if (sign === '.') classes.push(take());
    else if (sign === '#') id = take();
    else if (sign === '[') {
      const end = rest.indexOf(']');
      if (end < 0) return undefined;
      const match =
        /^([\w:-]{1,64}) {0,4}(?:([~|^$*]?=) {0,4}["']?([^"'\]]{0,256})["']?(?: {0,4}[is])?)?$/.exec(
          rest.slice(0, end).trim(),
        );
      if (match === null) return undefined;
      attributes.push({ name: (match[1] ?? '').toLowerCase(), value: match[3], how: match[2] ?? '' });
      rest = rest.slice(end + 1);
    } else if (sign === ':') {
      exact = false;
      rest = '';
    } else return undefined;
  }
  if (rest !== '') exact = false;
  return { compound: { tag, id, classes, attributes }, exact };
}

/** Webmails wrap mail in elements of their own; rules that name those hold in one client only. */
const hook = /\[data-og|\[owa\]|externalclass|\.gmail|\bu\s*\+|yshortcuts|#outlook|moz-text-html|@/i;

function parseSelector(text: string, rule: StyleRule): Selector | undefined {
  if (text.length > 1024) return undefined;
  let conditional = rule.media !== undefined && !/^(?:all|screen|only screen)?$/i.test(rule.media.trim());
  if (hook.test(text) || /[+~](?!=)/.test(text)) conditional = true;
  const words = splitOutside(text.replace(/[>+~](?!=)/g, ' ').replace(/\s/g, ' '), ' ').filter(
    (word) => word !== '',
  );
  if (words.length === 0 || words.length > maxCompounds) return undefined;
  const compounds: Compound[] = [];
  for (const word of words.reverse()) {
    const parsed = parseCompound(word);
    if (parsed === undefined) return undefined;
    if (!parsed.exact) conditional = true;
    compounds.push(parsed.compound);
  }
  return { compounds, conditional, declarations: rule.declarations };
}

function holds(value: string | undefined, how: string, wanted: string | undefined): boolean {
  if (value === undefined) return false;
  if (wanted === undefined || how === '') return true;
  switch (how) {
    case '=':
      return value === wanted;
    case '^=':
      return wanted !== '' && value.startsWith(wanted);
    case '$=':
      return wanted !== '' && value.endsWith(wanted);
    case '*=':
      return wanted !== '' && value.includes(wanted);
    case '~=':
      return value.split(/\s/).includes(wanted);
    default:
      return value === wanted || value.startsWith(`${wanted}-`);
  }
}

/** What selectors mostly ask for, split once an element. */
interface Names {
  readonly id: string | undefined;
  readonly classes: readonly string[];
}

const noClasses: readonly string[] = [];

function namesOf(element: ElementInfo): Names {
  const classes = attributeOf(element, 'class');
  return { id: attributeOf(element, 'id'), classes: classes === undefined ? noClasses : classes.split(/\s/) };
}

function fits(element: ElementInfo, names: Names, compound: Compound): boolean {
  if (compound.id !== undefined && names.id !== compound.id) return false;
  for (const one of compound.classes) if (!names.classes.includes(one)) return false;
  for (const one of compound.attributes) {
    if (!holds(attributeOf(element, one.name), one.how, one.value)) return false;
  }
  return true;
}

function keyOf(compound: Compound): string {
  if (compound.id !== undefined) return `#${compound.id}`;
  const first = compound.classes[0];
  if (first !== undefined) return `.${first}`;
  return compound.tag ?? '*';
}

/** Rules indexed by their right-most compound, so that an element meets only those that can be about it. */
export class StyleSheetIndex {
  readonly #byKey = new Map<string, Selector[]>();
  readonly #memo = new Map<ElementInfo, SheetStyle>();
  readonly #names = new Map<ElementInfo, Names>();
  #steps = 0;

  constructor(rules: readonly StyleRule[]) {
    let count = 0;
    for (const rule of rules) {
      for (const text of splitOutside(rule.selector, ',')) {
        if (count >= maxSelectors) return;
        count += 1;
        const selector = parseSelector(text.trim(), rule);
        const last = selector?.compounds[0];
        if (selector === undefined || last === undefined) continue;
        const key = keyOf(last);
        const bucket = this.#byKey.get(key);
        if (bucket === undefined) this.#byKey.set(key, [selector]);
        else bucket.push(selector);
      }
    }
  }

  of(element: ElementInfo): SheetStyle {
    if (this.#byKey.size === 0) return none;
    const known = this.#memo.get(element);
    if (known !== undefined) return known;
    const always: Declarations[] = [];
    const sometimes: Declarations[] = [];
    const names = this.#namesOf(element);
    const take = (key: string): void => {
      for (const selector of this.#byKey.get(key) ?? []) {
        if (this.#steps > maxSteps) break;
        if (!this.#matches(element, selector)) continue;
        (selector.conditional ? sometimes : always).push(selector.declarations);
      }
    };
    take('*');
    if (element.tag !== '*') take(element.tag);
    if (names.classes.length > 0) {
      const classes = new Set(names.classes.filter((one) => one !== '').slice(0, maxClasses));
      for (const one of classes) take(`.${one}`);
    }
    if (names.id !== undefined) take(`#${names.id}`);
    const style: SheetStyle = always.length + sometimes.length === 0 ? none : { always, sometimes };
    this.#memo.set(element, style);
    return style;
  }

  #namesOf(element: ElementInfo): Names {
    let names = this.#names.get(element);
    if (names === undefined) {
      names = namesOf(element);
      this.#names.set(element, names);
    }
    return names;
  }

  #matches(element: ElementInfo, selector: Selector): boolean {
    let at: ElementInfo | undefined = element;
    let first = true;
    for (const compound of selector.compounds) {
      for (;;) {
        if (at === undefined) return selector.conditional && !first;
        this.#steps += 1;
        const here: ElementInfo = at;
        at = here.parent;
        const sameTag = compound.tag === undefined || compound.tag === here.tag;
        if (sameTag && fits(here, this.#namesOf(here), compound)) break;
        if (first || this.#steps > maxSteps) return false;
      }
      first = false;
    }
    return true;
  }
}
