import { markOf } from './attribute-names.ts';
import type { Attribute, ElementInfo } from './place.ts';
import { decodeText } from './references.ts';
import type { DeclaredEntities } from './references.ts';
import { spanOf } from './source.ts';
import type { Source } from './source.ts';
import type { Span } from '../span.ts';
import type { TagName } from './tag-names.ts';
import { readTag } from './tag.ts';
import type { Quote, RawAttribute, RawTag } from './tag.ts';

/** No client reads a longer list, and each URL of the tag is judged by it. */
const MAX_RELATION = 400;

/** What stands around tags of a reading that was not followed: worked out when somebody asks. */
export interface Surroundings {
  parentAt(nameStart: number): StartTag | undefined;
}

/** A start tag that was met. Its attributes are read when somebody asks: most elements are only walked past. */
export class StartTag implements ElementInfo {
  readonly name: TagName;
  readonly source: Source;
  readonly raw: RawTag;
  readonly depth: number;
  contentSpan?: Span;
  readonly #parent: StartTag | Surroundings | undefined;
  readonly #declared: DeclaredEntities;
  #all: readonly RawAttribute[] | undefined;
  #values: string[] | undefined;
  #attributes: readonly Attribute[] | undefined;
  #relation: string | undefined;

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
    this.raw = raw;
    this.#declared = declared;
  }

  get tag(): string {
    return this.name.name;
  }

  get parent(): StartTag | undefined {
    const parent = this.#parent;
    return parent === undefined || parent instanceof StartTag ? parent : parent.parentAt(this.raw.nameStart);
  }

  get span(): Span {
    return spanOf(this.source, this.raw.nameStart - 1, this.raw.end);
  }

  get attributes(): readonly Attribute[] {
    this.#attributes ??= firstOfEachInFront(
      this.#raws().map((raw) => new ReadAttribute(this.source, raw, this.#declared)),
    );
    return this.#attributes;
  }

  valueOf(name: string): string | undefined {
    const mark = markOf(name);
    if (mark !== 0 && (this.raw.marks & mark) === 0) return undefined;
    const raws = this.#raws();
    const index = raws.findIndex((raw) => isNamed(this.source.text, raw, name));
    const found = raws[index];
    if (found === undefined) return undefined;
    // Kept, as a long value that holds many places is asked for by each of them, and hashed.
    this.#values ??= [];
    return (this.#values[index] ??= valueOf(this.source, found, this.#declared));
  }

  /** The values of all attributes of this name, trimmed and in lower case, up to a length that nobody reads beyond. */
  values(name: string): readonly string[] {
    const mark = markOf(name);
    if (mark !== 0 && (this.raw.marks & mark) === 0) return [];
    const values: string[] = [];
    let length = 0;
    for (const raw of this.#raws()) {
      if (length > MAX_RELATION || !isNamed(this.source.text, raw, name)) continue;
      const value = valueOf(this.source, raw, this.#declared).trim().toLowerCase();
      length += value.length + 1;
      values.push(value);
    }
    return values;
  }

  /** All that `rel` and `as` say, for a `link`. */
  get relation(): string {
    this.#relation ??= `${this.values('rel').join(' ')} as=${this.values('as').join(' ')}`.slice(
      0,
      MAX_RELATION,
    );
    return this.#relation;
  }

  /** Whether the tag has more than one attribute of this known local name (`href` and `xlink:href` count as two). */
  repeats(local: string): boolean {
    if (this.raw.count < 2) return false;
    let seen = 0;
    for (const { known } of this.raw.attributes) {
      if (known?.name === local && (seen += 1) > 1) return true;
    }
    return false;
  }

  #raws(): readonly RawAttribute[] {
    const { raw } = this;
    this.#all ??=
      raw.attributes.length === raw.count
        ? raw.attributes
        : readTag(this.source.text, raw.nameStart, true).attributes;
    return this.#all;
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

/** The name in lower case; known ones are not cut out. */
export function nameOf(text: string, raw: RawAttribute): string {
  const { known, nameStart, nameEnd } = raw;
  return known !== undefined && known.name.length === nameEnd - nameStart
    ? known.name
    : text.slice(nameStart, nameEnd).toLowerCase();
}

function isNamed(text: string, raw: RawAttribute, name: string): boolean {
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
