import { isLetter, isXmlNameStart } from './characters.ts';
import { nameEnd } from './names.ts';
import { decodeReferences } from './references.ts';
import { NOTHING_DECLARED } from './entities.ts';
import type { DeclaredEntities } from './entities.ts';
import { giveSpare, takeSpare } from './spare-tables.ts';
import { Decoder, doubted, slice } from './source.ts';
import type { Layer } from './place.ts';
import type { Source } from './source.ts';
import { tagNameAt } from './tag-names.ts';
import { skipTag } from './tag.ts';

/** Bounds what is read behind the first `</style`: false once too much was. */
export type Spend = (characters: number) => boolean;

interface Content {
  readonly sheet: Source;
  readonly hasCdata: boolean;
}

/**
 * What the content of a `style` element is where that element is no raw text (svg, math, XHTML): character references are decoded, comments
 * and tags are none of the sheet, and an end tag in any of them, or in CDATA, is none. The text of elements inside is no part of the sheet,
 * but browsers read ahead in it. None where that makes no difference to the raw text [start, end).
 */
export function styleAsMarkup(
  source: Source,
  start: number,
  end: number,
  declared: DeclaredEntities,
  spend: Spend,
): readonly Source[] {
  const raw = source.text.slice(start, end);
  if (!raw.includes('<')) return raw.includes('&') ? decoded(slice(source, start, end, []), declared) : [];
  // Out of budget nothing is read behind the first `</style`: up to there, everything was paid for.
  const limit = spend(0) ? source.text.length : end;
  const all = contentsOf(source, start, end, limit, false, spend);
  if (raw.includes('<?')) all.push(...contentsOf(source, start, end, limit, true, spend));
  const read: Source[] = [];
  for (const { sheet, hasCdata } of all) {
    if (sheet.text === '') continue;
    for (const one of decoded(sheet, declared)) read.push(one);
    if (hasCdata && sheet.text.includes('&')) read.push(sheet);
  }
  return read;
}

const IN_RAW: readonly Layer[] = [{ kind: 'raw' }];

function decoded(sheet: Source, declared: DeclaredEntities): readonly Source[] {
  const bare = doubted(sheet);
  const read = decodeReferences(bare, 0, bare.text.length, IN_RAW, declared, true);
  if (!declared.isAny) return [read];
  const asHtml = decodeReferences(bare, 0, bare.text.length, IN_RAW, NOTHING_DECLARED, true);
  return asHtml.text === read.text ? [read] : [read, asHtml];
}

/** Numbers kept for each open element, or several of one name in a row: which name, and how many. */
const NAME = 0;
const TIMES = 1;
const WIDTH = 2;
const FIRST_STACK = 64 * WIDTH;
const NO_STACK = new Int32Array(0);

/** Names of open elements; how many of each, so that end tags that close none do not search for theirs. */
class OpenNames {
  /** Made for the first name: most sheets have no elements in them. */
  #ids: Map<string, number> | undefined;
  readonly #counts: number[] = [];
  #stack = NO_STACK;
  #top = -WIDTH;
  /** The same names come one after the other. */
  #last = '';
  #lastId = -1;
  /** How many numbers of the stack may be other than zero. */
  #used = 0;

  get isEmpty(): boolean {
    return this.#top < 0;
  }

  has(name: string): boolean {
    return (this.#counts[this.#idOf(name)] ?? 0) > 0;
  }

  push(name: string): void {
    const id = this.#idOf(name);
    this.#counts[id] = (this.#counts[id] ?? 0) + 1;
    if (this.#top < 0 || this.#stack[this.#top + NAME] !== id) {
      this.#top += WIDTH;
      if (this.#top >= this.#stack.length) this.#grow();
      this.#used = Math.max(this.#used, this.#top + WIDTH);
      this.#stack[this.#top + NAME] = id;
      this.#stack[this.#top + TIMES] = 0;
    }
    this.#stack[this.#top + TIMES] = this.#times + 1;
  }

  /** Closes the innermost of this name and all in it, or none. */
  close(name: string): void {
    if (!this.has(name)) return;
    const id = this.#idOf(name);
    for (; this.#top >= 0; this.#top -= WIDTH) {
      const last = this.#stack[this.#top + NAME] ?? id;
      const times = last === id ? 1 : this.#times;
      this.#counts[last] = (this.#counts[last] ?? 0) - times;
      this.#stack[this.#top + TIMES] = this.#times - times;
      if (last !== id) continue;
      if (this.#times === 0) this.#top -= WIDTH;
      return;
    }
  }

  /** Gives back what may serve for another text. */
  end(): void {
    if (this.#stack.length > 0) giveSpare(this.#stack.fill(0, 0, this.#used));
  }

  get #times(): number {
    return this.#stack[this.#top + TIMES] ?? 0;
  }

  #grow(): void {
    const stack = this.#stack;
    this.#stack = takeSpare(Math.max(FIRST_STACK, 2 * stack.length));
    if (stack.length === 0) return;
    this.#stack.set(stack);
    giveSpare(stack.fill(0));
  }

  #idOf(name: string): number {
    if (this.#last === name && this.#lastId >= 0) return this.#lastId;
    const ids = (this.#ids ??= new Map());
    let id = ids.get(name);
    if (id === undefined) {
      id = this.#counts.length;
      ids.set(name, id);
      this.#counts.push(0);
    }
    this.#last = name;
    this.#lastId = id;
    return id;
  }
}

/**
 * The text of the element that begins at `start`, up to its end tag, and behind it, where there are elements in it, the text with theirs.
 * `xml`: `?>` ends instructions, and only the first of the two is asked for.
 */
function contentsOf(
  source: Source,
  start: number,
  rawEnd: number,
  limit: number,
  xml: boolean,
  spend: Spend,
): Content[] {
  // Not cut at its beginning, as a piece of a text is slower to read.
  const cut = limit === source.text.length ? source : slice(source, 0, limit, []);
  const { text } = cut;
  const bare = doubted(cut);
  const own = new Decoder(bare);
  const open = new OpenNames();
  let copied = start;
  let paid = rawEnd;
  let hasCdata = false;
  /** With the text of elements in it, from the first of them on: that ends with the first end tag. */
  let inner: Decoder | undefined;
  let isInnerOpen = false;
  let innerPaid = rawEnd;
  let hasInnerCdata = false;
  const copy = (to: number): void => {
    if (isInnerOpen) inner?.copy(copied, to);
    if (open.isEmpty) own.copy(copied, to);
  };
  let at = text.indexOf('<', start);
  for (; at >= 0; at = nextOpen(text, Math.max(copied, at + 1))) {
    const code = text.charCodeAt(at + 1);
    const isEnd = code === 0x2f;
    const isTag = isEnd || isLetter(code) || isXmlNameStart(code);
    const nameStart = at + (isEnd ? 2 : 1);
    const nameStop = isTag ? nameEnd(text, nameStart, false) : 0;
    const behind = isTag ? skipTag(text, nameStop) : constructEnd(text, at, code, xml);
    if (behind === 0) continue;
    const end = behind < 0 ? ~behind : behind;
    const isAffordable = spend(Math.max(0, end - paid));
    if (end > paid) {
      if (!isAffordable) break;
      paid = end;
    }
    if (at > copied) copy(at);
    copied = end;
    if (isTag) {
      const { local } = tagNameAt(text, nameStart, nameStop);
      const isClosing = isEnd && local === 'style';
      if (inner === undefined && !isClosing && !xml) {
        inner = own.fork();
        isInnerOpen = true;
        hasInnerCdata = hasCdata;
      }
      if (!isEnd) {
        const selfClosing = behind > 0 && text.charCodeAt(behind - 2) === 0x2f;
        if (!selfClosing) open.push(local);
        continue;
      }
      if (isClosing) {
        if (isInnerOpen) innerPaid = paid;
        isInnerOpen = false;
        if (!open.has(local)) break;
      }
      open.close(local);
    } else if (text.startsWith('<![CDATA[', at)) {
      hasCdata = true;
      hasInnerCdata ||= isInnerOpen;
      copied = at + 9;
      copy(text.startsWith(']]>', end - 3) ? end - 3 : end);
      copied = end;
    }
  }
  if (at < 0) copy(text.length);
  open.end();
  const content = { sheet: own.finish(), hasCdata };
  if (inner === undefined) return [content];
  // It is read twice.
  if (isInnerOpen) innerPaid = paid;
  if (innerPaid > rawEnd) spend(innerPaid - rawEnd);
  return [content, { sheet: inner.finish(), hasCdata: hasInnerCdata }];
}

function nextOpen(text: string, at: number): number {
  return text.charCodeAt(at) === 0x3c ? at : text.indexOf('<', at);
}

/** Where the comment, CDATA, declaration or instruction that begins at `at` ends; 0: it is none. */
function constructEnd(text: string, at: number, code: number, xml: boolean): number {
  let close = '>';
  if (code === 0x3f) close = xml ? '?>' : '>';
  else if (code !== 0x21) return 0;
  else if (text.startsWith('--', at + 2)) close = '-->';
  else if (text.startsWith('[CDATA[', at + 2)) close = ']]>';
  const end = text.indexOf(close, at + 2);
  return end < 0 ? text.length : end + close.length;
}
