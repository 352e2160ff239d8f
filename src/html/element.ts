import { markOf } from './attribute-names.ts';
import { isSpace } from './characters.ts';
import type { Attribute, ElementInfo } from './place.ts';
import { decodeText } from './references.ts';
import type { DeclaredEntities } from './entities.ts';
import { spanOf } from './source.ts';
import type { Source } from './source.ts';
import type { Span } from '../span.ts';
import type { TagName } from './tag-names.ts';
import { ANY_MARK, eachAttribute, mayHoldPlace, readTag } from './tag.ts';
import type { Quote, RawAttribute, RawTag, ReadName } from './tag.ts';

/** Each URL of the tag is judged by the list, and nobody writes a longer one by hand. */
const MAX_RELATION = 400;

/** Longer tags are seldom, and seldom alike. */
const MAX_WRITTEN = 1000;

/** What stands around tags of a reading that was not followed: worked out when somebody asks. */
export interface Surroundings {
  parentAt(nameStart: number): StartTag | undefined;
}

/** What was read of a start tag because somebody asked. */
class Answers {
  all: readonly RawAttribute[] | undefined = undefined;
  values: string[] | undefined = undefined;
  attributes: readonly Attribute[] | undefined = undefined;
  relation: string | undefined = undefined;
}

/**
 * A start tag that was met. Its attributes are read when somebody asks: most elements are only walked past. Small, as a text may hold one in
 * every few characters, and what lives is copied by the collector of garbage again and again.
 */
export class StartTag implements ElementInfo {
  readonly name: TagName;
  readonly source: Source;
  readonly nameStart: number;
  /** Behind the `>`, or the end of the text. */
  readonly end: number;
  /** How many attributes the tag has. */
  readonly count: number;
  readonly depth: number;
  contentSpan?: Span;
  readonly #marks: number;
  readonly #parent: StartTag | Surroundings | undefined;
  readonly #declared: DeclaredEntities;
  /** Of a tag that shares attributes with others, these until more is asked for: they cannot be told from the text. */
  #answers: Answers | readonly RawAttribute[] | undefined = undefined;

  constructor(
    name: TagName,
    parent: StartTag | Surroundings | undefined,
    depth: number,
    source: Source,
    raw: RawTag,
    declared: DeclaredEntities,
  ) {
    this.name = name;
    this.#parent = parent;
    this.depth = depth;
    this.source = source;
    this.nameStart = raw.nameStart;
    this.end = raw.end;
    this.count = raw.count;
    this.#marks = raw.marks;
    this.#declared = declared;
    if (raw.marks === ANY_MARK) this.#answers = raw.attributes;
  }

  get tag(): string {
    return this.name.name;
  }

  get parent(): StartTag | undefined {
    const parent = this.#parent;
    return parent === undefined || parent instanceof StartTag ? parent : parent.parentAt(this.nameStart);
  }

  get span(): Span {
    return spanOf(this.source, this.nameStart - 1, this.end);
  }

  get written(): string | undefined {
    const { nameStart, end } = this;
    if (this.#marks === ANY_MARK || end - nameStart > MAX_WRITTEN) return undefined;
    return this.source.text.slice(nameStart, end);
  }

  get attributes(): readonly Attribute[] {
    const answers = this.#read();
    answers.attributes ??= firstOfEachInFront(
      this.#raws().map((raw) => new ReadAttribute(this.source, raw, this.#declared)),
    );
    return answers.attributes;
  }

  valueOf(name: string): string | undefined {
    const mark = markOf(name);
    if (mark !== 0 && (this.#marks & mark) === 0) return undefined;
    const raws = this.#raws();
    const index = raws.findIndex((raw) => isNamed(this.source.text, raw, name));
    const found = raws[index];
    if (found === undefined) return undefined;
    // Kept, as a long value that holds many places is asked for by each of them, and hashed.
    const values = (this.#read().values ??= []);
    return (values[index] ??= valueOf(this.source, found, this.#declared));
  }

  /** The values of all attributes of this name, trimmed and in lower case, up to a length that nobody reads beyond. */
  values(name: string): readonly string[] {
    const mark = markOf(name);
    if (mark !== 0 && (this.#marks & mark) === 0) return [];
    const values: string[] = [];
    const { text } = this.source;
    let length = 0;
    const take = (raw: ReadName): boolean => {
      if (!isNamed(text, raw, name)) return true;
      const value = decodeText(text.slice(raw.valueStart, raw.valueEnd), this.#declared).trim().toLowerCase();
      length += value.length + 1;
      values.push(value);
      return length <= MAX_RELATION;
    };
    const known = this.#answers instanceof Answers ? this.#answers.all : this.#answers;
    if (known === undefined) eachAttribute(text, this.nameStart, take);
    else known.every(take);
    return values;
  }

  /** All that `rel` and `as` say, for a `link`. A list that is too long, or not written here, counts as what loads in most clients. */
  get relation(): string {
    const answers = this.#read();
    answers.relation ??= this.#readRelation();
    return answers.relation;
  }

  #readRelation(): string {
    const names = this.values('rel');
    const relation = `${names.join(' ')} as=${this.values('as').join(' ')}`;
    const isKnown = relation.length <= MAX_RELATION && (names.length > 0 || !this.#declared.hasDefaults);
    return isKnown ? relation : 'stylesheet as=';
  }

  /** Whether the tag has more than one attribute of this known local name (`href` and `xlink:href` count as two). */
  repeats(local: string): boolean {
    if (this.count < 2) return false;
    let seen = 0;
    for (const raw of this.#raws()) {
      if (raw.known?.name !== local) continue;
      if (this.#marks !== ANY_MARK && !mayHoldPlace(raw)) continue;
      if ((seen += 1) > 1) return true;
    }
    return false;
  }

  #read(): Answers {
    const answers = this.#answers;
    if (answers instanceof Answers) return answers;
    const read = new Answers();
    read.all = answers;
    this.#answers = read;
    return read;
  }

  #raws(): readonly RawAttribute[] {
    const answers = this.#read();
    return (answers.all ??= readTag(this.source.text, this.nameStart, true).attributes);
  }
}

/** An attribute whose value is decoded when somebody asks. */
class ReadAttribute implements Attribute {
  readonly name: string;
  readonly quote: Quote;
  readonly #source: Source;
  readonly #raw: RawAttribute;
  readonly #declared: DeclaredEntities;
  #value: string | undefined;

  constructor(source: Source, raw: RawAttribute, declared: DeclaredEntities) {
    this.name = nameOf(source.text, raw);
    this.quote = raw.quote;
    this.#source = source;
    this.#raw = raw;
    this.#declared = declared;
  }

  get value(): string {
    this.#value ??= valueOf(this.#source, this.#raw, this.#declared);
    return this.#value;
  }

  get separates(): boolean {
    return isSeparator(this.#source.text, this.#raw);
  }

  get span(): Span {
    return spanOf(this.#source, this.#raw.nameStart, this.#raw.end);
  }

  get valueSpan(): Span {
    return spanOf(this.#source, this.#raw.valueStart, this.#raw.valueEnd);
  }
}

function valueOf(source: Source, raw: RawAttribute, declared: DeclaredEntities): string {
  return decodeText(source.text.slice(raw.valueStart, raw.valueEnd), declared);
}

/** Whether the next attribute's name begins with `=`: with this one gone, it would be the value of the one in front (`srcset src=x =https://y`). */
export function isSeparator(text: string, raw: RawAttribute): boolean {
  let at = raw.end;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return text.charCodeAt(at) === 0x3d;
}

/** The name in lower case; known ones are not cut out. */
export function nameOf(text: string, raw: RawAttribute): string {
  const { known, nameStart, nameEnd } = raw;
  return known !== undefined && known.name.length === nameEnd - nameStart
    ? known.name
    : text.slice(nameStart, nameEnd).toLowerCase();
}

function isNamed(text: string, raw: ReadName, name: string): boolean {
  if (raw.nameEnd - raw.nameStart !== name.length) return false;
  if (raw.known !== undefined) return raw.known.name === name;
  return text.slice(raw.nameStart, raw.nameEnd).toLowerCase() === name;
}

/** One attribute, to be decoded when somebody asks. */
export function attributeOf(source: Source, raw: RawAttribute, declared: DeclaredEntities): Attribute {
  return new ReadAttribute(source, raw, declared);
}

const FEW = 16;

function firstOfEachInFront(all: readonly Attribute[]): readonly Attribute[] {
  const seen = new Set<string>();
  if (all.length > FEW) {
    for (const one of all) seen.add(one.name);
    if (seen.size === all.length) return all;
    seen.clear();
  } else if (!all.some(({ name }, index) => all.findIndex((other) => other.name === name) < index))
    return all;
  const repeated: Attribute[] = [];
  const first: Attribute[] = [];
  for (const attribute of all) {
    if (seen.has(attribute.name)) repeated.push(attribute);
    else first.push(attribute);
    seen.add(attribute.name);
  }
  return [...first, ...repeated];
}
