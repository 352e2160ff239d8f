import type { Span, TextEdit } from '../span.ts';
import { INERT } from './inert.ts';
import type { Attribute, Channel, ElementInfo, Layer, Place } from './place.ts';
import { resolve } from './resolve.ts';
import type { Source } from './source.ts';
import { spanOf } from './source.ts';

/** A place as it was found; what it means is known when all bases are. */
export interface Draft {
  readonly channel: Channel;
  readonly element: ElementInfo | undefined;
  readonly attribute: Attribute | undefined;
  readonly css?: { readonly property: string; readonly selector?: string };
  readonly value: string;
  /** A list too long to tell its URLs apart: all that stand in it. */
  readonly values?: ReadonlySet<string>;
  readonly source: Source;
  /** Offsets in `source`. */
  readonly start: number;
  readonly end: number;
  readonly layers: readonly Layer[];
  readonly doubtful: boolean;
  /** Kept only if it is remote. */
  readonly weak?: boolean;
  readonly unit?: readonly TextEdit[];
}

const MAX_BASES = 8;

/** Gathers places and bases while a text is scanned, and turns them into the scan's result. */
export class Collector {
  readonly #drafts: Draft[] = [];
  /** The first draft that begins at a character of the part's text. */
  readonly #first = new Map<number, Draft>();
  readonly #bases: string[] = [];
  #firstBase: string | undefined;

  /** A place found twice (in two readings) is one, and no doubtful one if any reading is sure. */
  add(draft: Draft): void {
    const { start } = spanOf(draft.source, draft.start, draft.end);
    const known = this.#first.get(start);
    if (known === undefined) this.#first.set(start, draft);
    else if (draft.doubtful && known.channel === draft.channel && known.value === draft.value) return;
    this.#drafts.push(draft);
  }

  /** `certain`: the first such one is what browsers take; others are taken by some reader. */
  addBase(value: string, certain: boolean): void {
    const wanted = this.#bases.length < MAX_BASES && !this.#bases.includes(value);
    if (value === '' || (!wanted && (!certain || this.#firstBase !== undefined)) || isNoBase(value)) return;
    if (certain) this.#firstBase ??= value;
    if (wanted) this.#bases.push(value);
  }

  /** All places in the order of the text. */
  finish(
    text: string,
    base: string | undefined,
    embedded: ReadonlySet<string> | undefined,
    finishing: (place: Place) => Place,
  ): Place[] {
    const bases = this.#resolvedBases(base);
    const known = new Map<string, readonly string[]>();
    const places: Place[] = [];
    for (const draft of this.#drafts) {
      let urls = draft.values === undefined ? known.get(draft.value) : undefined;
      if (urls === undefined) {
        const isEmbedded = (url: string): boolean =>
          embedded?.has(url) === true || embedded?.has(draft.value) === true;
        urls = resolved(draft, bases);
        if (embedded !== undefined) urls = urls.filter((url) => !isEmbedded(url));
        if (draft.values === undefined) known.set(draft.value, urls);
      }
      if (urls.length === 0 && draft.weak === true) continue;
      const span = spanOf(draft.source, draft.start, draft.end);
      places.push(
        finishing({
          channel: draft.channel,
          element: draft.element,
          attribute: draft.attribute,
          ...(draft.css === undefined ? {} : { css: draft.css }),
          value: draft.value,
          urls,
          span,
          layers: layersOf(draft),
          doubtful: draft.doubtful,
          ...unitOf(draft, text, span),
        }),
      );
    }
    return places.sort((a, b) => a.span.start - b.span.start);
  }

  #resolvedBases(given: string | undefined): readonly string[] {
    const bases = given === undefined ? [] : [given];
    const all = this.#firstBase === undefined ? this.#bases : [this.#firstBase, ...this.#bases];
    for (const value of all) {
      for (const url of resolve(value, given === undefined ? [] : [given])) {
        if (!bases.includes(url)) bases.push(url);
      }
    }
    return bases;
  }
}

function layersOf({ source, layers }: Draft): readonly Layer[] {
  if (layers.length === 0) return source.layers;
  return source.layers.length === 0 ? layers : [...source.layers, ...layers];
}

function resolved(draft: Draft, bases: readonly string[]): readonly string[] {
  if (draft.values === undefined) return resolve(draft.value, bases);
  const urls = new Set<string>();
  for (const value of draft.values) for (const url of resolve(value, bases)) urls.add(url);
  return [...urls];
}

/** Browsers pass over such a base (HTML 4.2.3) and take the next one. */
function isNoBase(value: string): boolean {
  const url = URL.parse(value, 'https://mail.invalid/');
  return url === null || !/^(?:https?|ftp|file|wss?):$/.test(url.protocol);
}

/** What may not go with a URL where readings differ: a quote, `<`, `>`, `--`. */
const KEPT = /[<>"'`]|--/;

export function mayNotGo(text: string): boolean {
  return KEPT.test(text);
}

/** What goes of a doubtful place or of CSS: the URL up to the first character that may not go, which is enough to make it another URL. */
function unitOf(draft: Draft, text: string, span: Span): { readonly unit?: readonly TextEdit[] } {
  if (!draft.doubtful && draft.css === undefined) return draft.unit === undefined ? {} : { unit: draft.unit };
  const kept = text.slice(span.start, span.end).search(KEPT);
  return kept < 0 ? {} : { unit: [{ start: span.start, end: span.start + kept, replacement: INERT }] };
}
