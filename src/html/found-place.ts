import { attributeOf, isSeparator, nameOf } from './element.ts';
import type { StartTag } from './element.ts';
import { INERT } from './inert.ts';
import type { Attribute, Channel, Layer, Place } from './place.ts';
import type { DeclaredEntities } from './entities.ts';
import type { Span, TextEdit } from '../span.ts';
import { spanOf } from './source.ts';
import type { Source } from './source.ts';
import { readAttribute } from './tag.ts';
import type { RawAttribute } from './tag.ts';
import { localName } from './names.ts';

/** What places ask their scan for when somebody acts on them. */
export interface ScanFacts {
  readonly text: string;
  readonly declared: DeclaredEntities;
  isRemovable(place: Place): boolean;
}

export interface CssContext {
  readonly property: string;
  readonly selector?: string;
}

const NO_URLS: readonly string[] = [];

/** A place as it was found. What goes with it is worked out when somebody asks: most places are links, and stay. */
export class FoundPlace implements Place {
  readonly channel: Channel;
  readonly element: StartTag | undefined;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly layers: readonly Layer[];
  readonly doubtful: boolean;
  /** Set by the collector, when all bases are known. */
  urls: readonly string[] = NO_URLS;
  css: CssContext | undefined = undefined;
  /** Quotes in it stand behind backslashes, or in a string of the other quote. */
  hasEscapes = false;
  /** Kept only if it is remote. */
  weak = false;
  /** A list too long to tell its URLs apart: all that stand in it. */
  values: ReadonlySet<string> | undefined = undefined;
  /** What goes where that is less than the attribute. */
  part: readonly TextEdit[] | undefined = undefined;
  readonly #facts: ScanFacts;
  /** Where its attribute begins, which is read again when somebody asks; -1: it has none. */
  readonly #nameStart: number;
  #attribute: Attribute | undefined = undefined;

  /** `from`, `to`: where it stands in `source`. */
  constructor(
    facts: ScanFacts,
    channel: Channel,
    element: StartTag | undefined,
    raw: RawAttribute | undefined,
    value: string,
    source: Source,
    from: number,
    to: number,
    layers: readonly Layer[],
    doubtful: boolean,
  ) {
    this.#facts = facts;
    this.channel = channel;
    this.element = element;
    this.#nameStart = raw === undefined ? -1 : raw.nameStart;
    this.value = value;
    if (source.outer === undefined) {
      this.start = from;
      this.end = to > from ? to : from;
    } else {
      const { start, end } = spanOf(source, from, to);
      this.start = start;
      this.end = end;
    }
    this.layers = layers;
    this.doubtful = doubtful;
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }

  get attribute(): Attribute | undefined {
    const { element } = this;
    if (this.#nameStart < 0 || element === undefined) return undefined;
    this.#attribute ??= attributeOf(
      element.source,
      readAttribute(element.source.text, this.#nameStart),
      this.#facts.declared,
    );
    return this.#attribute;
  }

  get unit(): readonly TextEdit[] | undefined {
    if (this.doubtful || this.css !== undefined) return upToKept(this.#facts.text, this);
    const { element } = this;
    if (this.part !== undefined || this.#nameStart < 0 || element === undefined) return this.part;
    return stub(element, readAttribute(element.source.text, this.#nameStart));
  }

  get removable(): true | undefined {
    return this.#facts.isRemovable(this) ? true : undefined;
  }
}

/** What may not go with a URL where readings differ: a quote, `<`, `>`, `--`, and where a comment of CSS begins or ends. */
const KEPT = /[<>"'`]|--|\/\*|\*\//;

export function mayNotGo(text: string): boolean {
  return KEPT.test(text);
}

/** What goes of a doubtful place or of CSS: the URL up to the first character that may not go, which is enough to make it another URL. */
function upToKept(text: string, place: FoundPlace): readonly TextEdit[] | undefined {
  const { start, end } = place;
  const url = text.slice(start, end);
  const kept = url.search(KEPT);
  if (kept < 0) return undefined;
  // Without its backslash a quote would end the string, and what stands in it would be CSS.
  const isEscaped = place.hasEscapes && /["']/.test(url.charAt(kept));
  return [{ start, end: start + kept, replacement: isEscaped ? `${INERT}\\` : INERT }];
}

/** What comes in the stead of the attribute, or of its value, where its absence would wake something else, or would glue its neighbours together. */
function stub(tag: StartTag, raw: RawAttribute): readonly TextEdit[] | undefined {
  const { source } = tag;
  const { text } = source;
  const name = nameOf(text, raw);
  if (isCover(tag, name) || isSeparator(text, raw))
    return [{ ...spanOf(source, raw.valueStart, raw.valueEnd), replacement: INERT }];
  if (text.charCodeAt(raw.nameStart - 1) <= 0x20 && source.outer === undefined) return undefined;
  return [{ ...spanOf(source, raw.nameStart, raw.end), replacement: ' ' }];
}

/** Attributes that lie dormant behind their twin, or behind the first of two elements, wake up when the first one goes. */
const MERGED_TAGS = new Set(['html', 'body']);

function isCover(tag: StartTag, name: string): boolean {
  if (MERGED_TAGS.has(tag.tag)) return true;
  if ((tag.tag === 'video' || tag.tag === 'audio') && name === 'src') return true;
  return tag.repeats(localName(name));
}
