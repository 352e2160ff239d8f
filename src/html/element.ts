import { decodeReferences } from './references.ts';
import type { DeclaredEntities } from './references.ts';
import type { Attribute, ElementInfo } from './place.ts';
import { spanOf } from './source.ts';
import type { Source } from './source.ts';
import type { Span } from '../span.ts';
import { readTag } from './tag.ts';
import type { RawAttribute, RawTag } from './tag.ts';
import { localName } from './vocabulary.ts';

/** No client reads a longer list, and each URL of the tag is judged by it. */
const MAX_RELATION = 400;

/** A start tag that was met. Its attributes are decoded when somebody asks: most elements are only walked past. */
export class StartTag implements ElementInfo {
  readonly tag: string;
  readonly parent: StartTag | undefined;
  readonly depth: number;
  contentSpan?: Span;
  readonly #source: Source;
  readonly #raw: RawTag;
  readonly #declared: DeclaredEntities;
  #attributes: readonly Attribute[] | undefined;
  #values: ReadonlyMap<string, readonly string[]> | undefined;
  #repeated: ReadonlySet<string> | undefined;
  #relation: string | undefined;

  constructor(
    tag: string,
    parent: StartTag | undefined,
    depth: number,
    source: Source,
    raw: RawTag,
    declared: DeclaredEntities,
  ) {
    this.tag = tag;
    this.parent = parent;
    this.depth = depth;
    this.#source = source;
    this.#raw = raw;
    this.#declared = declared;
  }

  get raw(): RawTag {
    return this.#raw;
  }

  get source(): Source {
    return this.#source;
  }

  get span(): Span {
    return spanOf(this.#source, this.#raw.nameStart - 1, this.#raw.end);
  }

  /** The values of all attributes of this name, trimmed and in lower case. */
  values(name: string): readonly string[] {
    this.#values ??= valuesByName(this.attributes);
    return this.#values.get(name) ?? [];
  }

  /** All that `rel` and `as` say, for a `link`. */
  get relation(): string {
    this.#relation ??= `${this.values('rel').join(' ')} as=${this.values('as').join(' ')}`.slice(
      0,
      MAX_RELATION,
    );
    return this.#relation;
  }

  /** Whether the tag has more than one attribute of this local name (`href` and `xlink:href` count as two). */
  repeats(local: string): boolean {
    if (this.#raw.count < 2) return false;
    this.#repeated ??= repeatedNames(this.#source.text, this.#all());
    return this.#repeated.has(local);
  }

  #all(): readonly RawAttribute[] {
    const raw = this.#raw;
    if (raw.attributes.length === raw.count) return raw.attributes;
    return readTag(this.#source.text, raw.nameStart, () => true).attributes;
  }

  get attributes(): readonly Attribute[] {
    this.#attributes ??= firstOfEachInFront(
      this.#all().map((raw) => attributeOf(this.#source, raw, this.#declared)),
    );
    return this.#attributes;
  }
}

function valueOf(source: Source, raw: RawAttribute, declared: DeclaredEntities): string {
  const written = source.text.slice(raw.valueStart, raw.valueEnd);
  return written.includes('&')
    ? decodeReferences(source, raw.valueStart, raw.valueEnd, [], declared).text
    : written;
}

/** Decodes one attribute. */
export function attributeOf(source: Source, raw: RawAttribute, declared: DeclaredEntities): Attribute {
  return {
    name: source.text.slice(raw.nameStart, raw.nameEnd).toLowerCase(),
    value: valueOf(source, raw, declared),
    span: spanOf(source, raw.nameStart, raw.end),
    valueSpan: spanOf(source, raw.valueStart, raw.valueEnd),
    quote: raw.quote,
  };
}

function valuesByName(attributes: readonly Attribute[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const attribute of attributes) {
    const list = values.get(attribute.name);
    const value = attribute.value.trim().toLowerCase();
    if (list === undefined) values.set(attribute.name, [value]);
    else list.push(value);
  }
  return values;
}

function repeatedNames(text: string, all: readonly RawAttribute[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const attribute of all) {
    const local = localName(text.slice(attribute.nameStart, attribute.nameEnd).toLowerCase());
    if (seen.has(local)) repeated.add(local);
    seen.add(local);
  }
  return repeated;
}

function firstOfEachInFront(all: readonly Attribute[]): readonly Attribute[] {
  const seen = new Set<string>();
  const repeated: Attribute[] = [];
  const first: Attribute[] = [];
  for (const attribute of all) {
    if (seen.has(attribute.name)) repeated.push(attribute);
    else first.push(attribute);
    seen.add(attribute.name);
  }
  return repeated.length === 0 ? all : [...first, ...repeated];
}
