import type { ElementInfo } from '../../html/place.ts';
import { splitOutside } from './declarations.ts';

interface AttributeTest {
  readonly name: string;
  readonly value: string | undefined;
  readonly how: string;
}

export interface Compound {
  readonly tag: string | undefined;
  readonly id: string | undefined;
  readonly classes: readonly string[];
  readonly attributes: readonly AttributeTest[];
  /** Lists of which one must fit (`:is`, `:where`), and of which none may (`:not`). */
  readonly lists: readonly { readonly compounds: readonly Compound[]; readonly isNot: boolean }[];
  /** The element must be the parent of what the compound before it is about (`>`). */
  readonly isParent: boolean;
  /** Ids weigh ten thousand, classes and their like a hundred, tags one. */
  readonly specificity: number;
}

export interface Selector {
  /** Right-most first. */
  readonly compounds: readonly Compound[];
  /** All of it is evaluated. Else it has parts that are not (siblings, states, places among siblings, webmail hooks), and may match or not. */
  readonly exact: boolean;
  readonly specificity: number;
}

/** What selectors mostly ask for, split once an element. */
export interface Names {
  readonly id: string | undefined;
  readonly classes: readonly string[];
}

const maxCompounds = 12;
const maxParts = 16;
const maxAlternatives = 32;

const name = /^(?:[A-Za-z0-9_-]|[^\x00-\x7f]|\\.)*/;
const attributeTest = /^([\w:-]{1,64}) {0,4}(?:([~|^$*]?=) {0,4}["']?([^"'\]]{0,256})["']?(?: {0,4}[is])?)?$/;
/** True of every element that mail shows. */
const met =
  /^(?:root|scope|any-link|link|nth-(?:last-)?child\(\s{0,4}(?:1?n|n\s{0,4}\+\s{0,4}[01])\s{0,4}\))$/i;
/** Where an element stands among others: the finder does not know its siblings, nor what is in it. */
const structural =
  /^(?:first-child|last-child|only-child|first-of-type|last-of-type|only-of-type|empty|nth-(?:last-)?(?:child|of-type)\([^()]{0,40}\))$/i;
const listPseudo = /^(?:is|where|matches|not|-webkit-any|-moz-any)\(/i;

/** Webmails wrap mail in elements of their own; rules that name those hold in one client only. */
const hook = /\[data-og|\[owa\]|externalclass|\.gmail|\bu\s*\+|yshortcuts|#outlook|moz-text-html|@/i;

class CompoundReader {
  #rest: string;
  #isExact = true;

  constructor(text: string) {
    this.#rest = text;
  }

  #take(): string {
    const found = name.exec(this.#rest)?.[0] ?? '';
    this.#rest = this.#rest.slice(found.length);
    return found.includes('\\') ? found.replace(/\\(.)/g, '$1') : found;
  }

  /** The text up to the bracket that closes the first one. */
  #takeCall(): string {
    let depth = 0;
    let end = 0;
    for (; end < this.#rest.length; end += 1) {
      const code = this.#rest.charCodeAt(end);
      if (code === 0x28) depth += 1;
      else if (code === 0x29) depth -= 1;
      else if (code === 0x3a && depth === 0) break;
      if (code === 0x29 && depth === 0) {
        end += 1;
        break;
      }
    }
    const call = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end);
    return call;
  }

  /** `depth`: lists inside lists are taken to a depth of one. */
  read(
    depth: number,
    isParent = false,
  ): { readonly compound: Compound; readonly isExact: boolean } | undefined {
    let tag: string | undefined;
    let id: string | undefined;
    const classes: string[] = [];
    const attributes: AttributeTest[] = [];
    const lists: { compounds: readonly Compound[]; isNot: boolean }[] = [];
    let specificity = 0;
    if (this.#rest.startsWith('*') || this.#rest.startsWith('&')) this.#rest = this.#rest.slice(1);
    else tag = this.#take().toLowerCase() || undefined;
    for (let count = 0; this.#rest !== '' && count < maxParts; count += 1) {
      const sign = this.#rest.charAt(0);
      this.#rest = this.#rest.slice(1);
      if (sign === '.') classes.push(this.#take());
      else if (sign === '#') id = this.#take();
      else if (sign === '[') {
        const end = this.#rest.indexOf(']');
        const match = end < 0 ? null : attributeTest.exec(this.#rest.slice(0, end).trim());
        if (match === null) return undefined;
        attributes.push({ name: (match[1] ?? '').toLowerCase(), value: match[3], how: match[2] ?? '' });
        this.#rest = this.#rest.slice(end + 1);
      } else if (sign === ':') {
        const call = this.#takeCall();
        const list = depth === 0 && listPseudo.test(call) ? alternatives(call) : undefined;
        if (list !== undefined) {
          lists.push({ compounds: list.compounds, isNot: call.toLowerCase().startsWith('not') });
          if (!list.isExact) this.#isExact = false;
          if (!call.toLowerCase().startsWith('where'))
            specificity += Math.max(...list.compounds.map((one) => one.specificity));
        } else if (met.test(call)) specificity += 100;
        else if (structural.test(call)) {
          this.#isExact = false;
          specificity += 100;
        } else {
          this.#isExact = false;
          this.#rest = '';
        }
      } else return undefined;
    }
    if (this.#rest !== '') this.#isExact = false;
    specificity += (id === undefined ? 0 : 10_000) + 100 * (classes.length + attributes.length);
    if (tag !== undefined) specificity += 1;
    return {
      compound: { tag, id, classes, attributes, lists, isParent, specificity },
      isExact: this.#isExact,
    };
  }
}

interface Alternatives {
  readonly compounds: readonly Compound[];
  /** None of them asks for anything but its right-most compound. */
  readonly isExact: boolean;
}

/** The compounds of a list of alternatives, of each the right-most only; undefined where one is not understood. */
function alternatives(call: string): Alternatives | undefined {
  const compounds: Compound[] = [];
  let isExact = true;
  const inside = call.slice(call.indexOf('(') + 1, call.endsWith(')') ? -1 : undefined);
  for (const one of splitOutside(inside, ',').slice(0, maxAlternatives)) {
    const steps = stepsOf(one);
    if (steps.length > 1) isExact = false;
    const parsed = new CompoundReader(steps.at(-1)?.text ?? '').read(1);
    if (parsed?.isExact !== true) return undefined;
    compounds.push(parsed.compound);
  }
  return { compounds, isExact };
}

interface Step {
  readonly text: string;
  /** What stands between the compound before it and this one. */
  readonly combinator: string;
}

/** A selector cut at its combinators, as far as they stand outside brackets and quotes. */
function stepsOf(text: string): readonly Step[] {
  const steps: Step[] = [];
  // Most have neither other combinators than blanks nor brackets.
  if (!/[>+~"'()[\]{}\\]/.test(text)) {
    for (const word of text.split(/\s/)) if (word !== '') steps.push({ text: word, combinator: ' ' });
    return steps;
  }
  let combinator = ' ';
  for (const child of splitOutside(text, '>')) {
    for (const next of splitOutside(child, '+')) {
      for (const later of splitOutside(next, '~')) {
        for (const word of splitOutside(later.replace(/\s/g, ' '), ' ')) {
          if (word === '') continue;
          steps.push({ text: word, combinator });
          combinator = ' ';
        }
        combinator = '~';
      }
      combinator = '+';
    }
    combinator = '>';
  }
  return steps;
}

/** A selector without commas; undefined where it is none, or one that no newsletter needs. */
export function parseSelector(text: string): Selector | undefined {
  if (text.length > 1024) return undefined;
  let exact = !hook.test(text);
  const steps = stepsOf(text);
  if (steps.length === 0 || steps.length > maxCompounds) return undefined;
  const compounds: Compound[] = [];
  let specificity = 0;
  let right: Step | undefined;
  for (const step of [...steps].reverse()) {
    const isSibling = right?.combinator === '+' || right?.combinator === '~';
    const parsed = new CompoundReader(step.text).read(0, right?.combinator === '>');
    if (parsed === undefined) return undefined;
    specificity += parsed.compound.specificity;
    if (isSibling || !parsed.isExact) exact = false;
    // Of siblings nothing is known but the one that is meant.
    if (!isSibling) compounds.push(parsed.compound);
    right = step;
  }
  return { compounds, exact, specificity };
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

/** Whether a compound is about an element; lists in it go one level down. */
export function fits(element: ElementInfo, names: Names, compound: Compound): boolean {
  if (compound.tag !== undefined && compound.tag !== element.tag) return false;
  if (compound.id !== undefined && names.id !== compound.id) return false;
  for (const one of compound.classes) if (!names.classes.includes(one)) return false;
  for (const one of compound.attributes) {
    if (!holds(element.valueOf(one.name), one.how, one.value)) return false;
  }
  for (const { compounds, isNot } of compound.lists) {
    if (compounds.some((one) => fits(element, names, one)) === isNot) return false;
  }
  return true;
}

function isNameCode(code: number): boolean {
  const letter = code | 0x20;
  return (
    (letter >= 0x61 && letter <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f
  );
}

/** A right-most compound of a tag, classes and an id only: its last part, else its tag; undefined for any other. */
function simpleKey(text: string): string | undefined {
  let key: string | undefined;
  let end = text.length;
  let at = end;
  for (; at > 0; at -= 1) {
    const code = text.charCodeAt(at - 1);
    if (isNameCode(code)) continue;
    if (code === 0x20 || code === 0x3e || code === 0x0a || code === 0x09 || code === 0x0d) break;
    // A class or an id.
    if ((code !== 0x2e && code !== 0x23) || at === end) return undefined;
    key ??= text.slice(at - 1, end);
    end = at - 1;
  }
  return key ?? (at < end ? text.slice(at, end).toLowerCase() : undefined);
}

/**
 * What an element must have for a selector to be about it: the id or a class of its right-most compound, else its tag, `*` for what has none.
 * Seldom forms are read as a whole; a selector that is none is filed under a name that no element has.
 */
export function keyOf(text: string): string {
  const simple = simpleKey(text);
  if (simple !== undefined) return simple;
  const last = parseSelector(text)?.compounds[0];
  if (last === undefined) return ' ';
  if (last.id !== undefined) return `#${last.id}`;
  const first = last.classes[0];
  return first === undefined ? (last.tag ?? '*') : `.${first}`;
}
