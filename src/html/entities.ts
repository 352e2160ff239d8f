import { decodeXML } from 'entities/decode';
import { isSpace } from './characters.ts';

/** A declared text is kept up to here, its beginning and its end: more than anybody writes, too few for a bomb. */
const MAX_ENTITY = 65_536;
/** What all of them may come to once the references in them are filled in. */
const MAX_ALL = 1_000_000;
const MAX_DEPTH = 100;
/** Readers of XML give up on a document long before. */
const MAX_FILLED_IN = 16_000_000;

/** What a text and all documents in it may still spend on entities. */
interface Budget {
  left: number;
  filledIn: number;
}

/** A text as it is written, and with the references in it filled in. */
interface Declared {
  readonly written: string;
  read: string;
  version: number;
}

/** Entities that document types declare for themselves (XML). They may name others, declared before or behind them. */
export class DeclaredEntities {
  /** Made for the first name: many documents declare none that counts. */
  #names: Map<string, Declared> | undefined;
  /** What was filled in before another name was declared is filled in anew. */
  #version = 0;
  readonly #around: DeclaredEntities | undefined;
  readonly #budget: Budget;
  /** What a reader of XML does with a name that nobody declared here: it may be declared elsewhere, and stands for nothing. */
  dropsUnknown = false;
  /** It knows the names of HTML, as the document type is one of XHTML. */
  knowsHtml = true;
  /** Attributes are declared, so that elements may have some that are not written. */
  hasDefaults = false;

  /** `around`: those of the document that this one stands in, which count where it declares none of a name. */
  constructor(around?: DeclaredEntities) {
    this.#around = around;
    this.#budget = around === undefined ? { left: MAX_ALL, filledIn: 0 } : around.#budget;
  }

  get size(): number {
    return (this.#names?.size ?? 0) + (this.#around?.size ?? 0);
  }

  /** Whether references may stand for something else than they do in HTML. */
  get isAny(): boolean {
    return this.dropsUnknown || this.size > 0;
  }

  /** The first declaration of a name counts. */
  declare(name: string, value: string): void {
    const names = (this.#names ??= new Map<string, Declared>());
    if (names.has(name)) return;
    names.set(name, { written: shortened(value), read: '', version: -1 });
    this.#version += 1;
  }

  get(name: string): string | undefined {
    const declared = this.#names?.get(name);
    if (declared === undefined) return this.#around?.get(name);
    const value = this.#get(declared, 0);
    if (this.#budget.filledIn > MAX_FILLED_IN) return undefined;
    this.#budget.filledIn += value.length;
    return value;
  }

  #get(declared: Declared, depth: number): string {
    const { written } = declared;
    if (declared.version === this.#version) return declared.read;
    if (!written.includes('&')) return written;
    if (depth > MAX_DEPTH || this.#budget.left <= 0) return withoutXml(written);
    // In the meantime it stands for nothing, so that it is not filled into itself.
    declared.read = '';
    declared.version = this.#version;
    let length = 0;
    const filled = withoutXml(written).replaceAll(/&([^\s&;]{1,200});/g, (reference, name: string) => {
      if (length > MAX_ENTITY) return '';
      const other = this.#names?.get(name);
      const text = other === undefined ? reference : this.#get(other, depth + 1);
      length += text.length;
      return text;
    });
    const value = shortened(withoutXml(filled));
    this.#budget.left -= value.length;
    declared.read = value;
    return value;
  }
}

/** What readers of HTML know, who take all declarations for comments. */
export const NOTHING_DECLARED = new DeclaredEntities();

/** The references that XML knows by itself, decoded. */
function withoutXml(text: string): string {
  return OF_XML.test(text) ? decodeXML(text) : text;
}

const OF_XML = /&(?:#|amp|lt|gt|quot|apos)/;

function shortened(value: string): string {
  // A URL in an attribute does not begin with white space, however much of it there is.
  const text = value.length > MAX_ENTITY ? value.replaceAll(/[\t\n\r ]{2,}/g, ' ') : value;
  return text.length > MAX_ENTITY ? text.slice(0, MAX_ENTITY / 2) + text.slice(-MAX_ENTITY / 2) : text;
}

/** Of a document type: those for which browsers know the entities of HTML. */
const HTML_NAMES =
  /["']-\/\/(?:W3C\/\/DTD (?:XHTML (?:1\.0 (?:Transitional|Strict|Frameset)|1\.1|Basic 1\.0|1\.1 plus MathML 2\.0(?: plus SVG 1\.1)?)|MathML 2\.0)|WAPFORUM\/\/DTD XHTML Mobile 1\.[012])\/\/EN["']/;
const MAX_NAME = 1000;

const START = '<!ENTITY';

/** Where the next declaration of an entity begins. Looked for by its `!`, as HTML has a `<` every few characters. */
function nextEntity(text: string, from: number): number {
  let at = text.indexOf('!ENTITY', from + 1);
  while (at > 0 && text.charCodeAt(at - 1) !== 0x3c) at = text.indexOf('!ENTITY', at + 1);
  return at - 1;
}

const MAX_INCLUDED = 100_000;

/**
 * Declares the entities of a text: first those of its prolog, as XML reads it, then what `<!ENTITY` stands in front of anywhere, since some
 * reader may begin elsewhere. Tells where the quoted texts stand.
 */
export function readEntities(
  text: string,
  declared: DeclaredEntities,
  isXml: boolean,
  found: (start: number, end: number) => void,
): void {
  if (!text.includes('<!')) return;
  let at = nextEntity(text, 0);
  if (at < 0 && !text.includes('<!DOCTYPE')) return;
  declared.hasDefaults ||= text.includes('!ATTLIST');
  const prolog = new Prolog(declared);
  prolog.begin(text);
  if (isXml && prolog.isIncomplete) {
    declared.dropsUnknown = true;
    declared.knowsHtml = prolog.knowsHtml;
  }
  // Where the prolog leaves names open, no other reading may give them a meaning.
  const others = declared.dropsUnknown ? new DeclaredEntities() : declared;
  const { read } = prolog;
  for (let known = 0; at >= 0; at = nextEntity(text, at + START.length)) {
    if (read[known] === at) {
      found(read[known + 1] ?? at, read[known + 2] ?? at);
      known += 3;
      continue;
    }
    const end = readEntity(text, at, others);
    if (end > 0) found(valueStart, end);
  }
}

/** Where the text of the entity begins that was read last. */
let valueStart = 0;

/** Declares the entity whose `<!ENTITY` stands at `at`, and tells where its text ends; 0: it is none. A `%` is part of the name: those are names of their own. */
function readEntity(text: string, at: number, declared: DeclaredEntities): number {
  let next = skipSpace(text, at + START.length);
  const isParameter = text.charCodeAt(next) === 0x25;
  if (isParameter) next = skipSpace(text, next + 1);
  const nameStart = next;
  while (next < text.length && !endsName(text.charCodeAt(next))) next += 1;
  const start = skipSpace(text, next);
  const quote = text.charAt(start);
  if (next === nameStart || (quote !== '"' && quote !== "'")) return 0;
  const end = text.indexOf(quote, start + 1);
  if (end < 0) return 0;
  declared.declare((isParameter ? '%' : '') + text.slice(nameStart, next), text.slice(start + 1, end));
  valueStart = start + 1;
  return end;
}

/** White space, a quote or a bracket. */
function endsName(code: number): boolean {
  return isSpace(code) || code === 0x22 || code === 0x27 || code === 0x3c || code === 0x3e;
}

/** Reads what stands in front of an XML document's root element. */
class Prolog {
  readonly #declared: DeclaredEntities;
  #budget = MAX_INCLUDED;
  /** Entities may be declared elsewhere: in a file, or in one that the document type includes. */
  isIncomplete = false;
  knowsHtml = false;
  /** Of each declaration of the text itself: where it begins, and where its own text does and ends. */
  readonly read: number[] = [];

  constructor(declared: DeclaredEntities) {
    this.#declared = declared;
  }

  begin(text: string): void {
    for (let at = 0; ;) {
      at = text.indexOf('<', at);
      if (at < 0) return;
      const end = passedOver(text, at);
      if (end > 0) at = end;
      else if (text.startsWith('<!DOCTYPE', at)) {
        const start = at;
        at = declarationEnd(text, at, '[');
        const name = text.slice(start, Math.min(at, start + MAX_NAME));
        this.isIncomplete = /["']/.test(name);
        this.knowsHtml = HTML_NAMES.test(name);
        if (text.charCodeAt(at - 1) === 0x5b) this.#subset(text, at, true);
        return;
      } else return;
    }
  }

  /** Declarations, as they stand in a document type or are included from a parameter entity. */
  #subset(text: string, from: number, isOwn: boolean): void {
    for (let at = from; at < text.length;) {
      const code = text.charCodeAt(at);
      if (code === 0x5d) return;
      if (code === 0x25) {
        this.isIncomplete = true;
        at = this.#include(text, at);
      } else if (code !== 0x3c) at += 1;
      else {
        const end = text.startsWith(START, at) ? readEntity(text, at, this.#declared) : 0;
        if (isOwn && end > 0) this.read.push(at, valueStart, end);
        at = passedOver(text, at) || declarationEnd(text, at, '>');
      }
    }
  }

  #include(text: string, at: number): number {
    const end = text.indexOf(';', at);
    if (end < 0) return text.length;
    const included = this.#declared.get(text.slice(at, end));
    if (included !== undefined && this.#budget > 0) {
      this.#budget -= included.length + 100;
      this.#subset(included, 0, false);
    }
    return end + 1;
  }
}

/** Behind the comment or instruction at `at`; 0: it is none. */
function passedOver(text: string, at: number): number {
  const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : '';
  if (close === '') return 0;
  const end = text.indexOf(close, at + 2);
  return end < 0 ? text.length : end + close.length;
}

/** Behind the next `>`, or the other character, that stands in no quotes. */
export function declarationEnd(text: string, at: number, other: string): number {
  let next = at;
  const stop = other.charCodeAt(0);
  while (next < text.length) {
    const code = text.charCodeAt(next);
    next += 1;
    if (code === 0x3e || code === stop) return next;
    if (code !== 0x22 && code !== 0x27) continue;
    const close = text.indexOf(code === 0x22 ? '"' : "'", next);
    if (close >= 0) next = close + 1;
  }
  return next;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}
