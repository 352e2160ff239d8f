import { localName, localStart, NameTable } from './names.ts';

/** What the name of a tag says by itself. Groups are bits, so that one test asks for any of several. */
export interface TagName {
  /** Lower case, prefix kept; empty where it is too long for any name. */
  readonly name: string;
  readonly local: string;
  readonly groups: number;
  /** Numbers the known names; -1 for any other. */
  readonly id: number;
}

/** Elements without content. */
export const VOID = 1;
/** Content is text up to the end tag in HTML (but elements where the same name stands in svg or math). */
export const RAW = 1 << 1;
/** Start tags that close a paragraph. */
export const CLOSES_P = 1 << 2;
export const P = 1 << 3;
export const CELL = 1 << 4;
export const ROW = 1 << 5;
export const SECTION = 1 << 6;
export const CAPTION = 1 << 7;
export const COLUMN = 1 << 8;
export const TABLE = 1 << 9;
export const ITEM = 1 << 10;
export const LIST = 1 << 11;
export const TERM = 1 << 12;
export const DL = 1 << 13;
export const OPTION = 1 << 14;
export const CHOICE = 1 << 15;
export const HTML = 1 << 16;
export const BODY = 1 << 17;
export const TEMPLATE = 1 << 18;
export const BUTTON = 1 << 19;
export const MARQUEE = 1 << 20;
export const FOREIGN_OBJECT = 1 << 21;
/** Inside these, what a tag says is markup to some clients and text, or a tree of its own, to others. */
export const DOUBTED = 1 << 22;
/** What stands in these is not shown. */
export const UNSEEN = 1 << 23;
export const COLUMN_GROUP = 1 << 24;
export const ANCHOR = 1 << 25;
export const HEADING = 1 << 26;
export const OBJECT = 1 << 27;

const GROUPS: readonly (readonly [number, string])[] = [
  [
    VOID,
    'area base basefont bgsound br col command embed frame hr image img input keygen link meta param source track wbr',
  ],
  [RAW, 'style script textarea title xmp iframe noembed noframes'],
  [
    CLOSES_P,
    'address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p plaintext pre search section summary table ul listing xmp',
  ],
  [P, 'p'],
  [CELL, 'td th'],
  [ROW, 'tr'],
  [SECTION, 'tbody thead tfoot'],
  [CAPTION, 'caption'],
  [COLUMN_GROUP, 'colgroup'],
  [COLUMN, 'col'],
  [TABLE, 'table'],
  [ITEM, 'li'],
  [LIST, 'ul ol menu'],
  [TERM, 'dd dt'],
  [DL, 'dl'],
  [OPTION, 'option'],
  [CHOICE, 'select datalist'],
  [HTML, 'html'],
  [BODY, 'body'],
  [TEMPLATE, 'template'],
  [BUTTON, 'button'],
  [OBJECT, 'object'],
  [ANCHOR, 'a'],
  [HEADING, 'h1 h2 h3 h4 h5 h6'],
  [MARQUEE, 'marquee applet'],
  [FOREIGN_OBJECT, 'foreignobject'],
  [DOUBTED, 'noscript template select'],
  [UNSEEN, 'head title style script template'],
  [
    0,
    'svg math frameset video audio picture b i u span font strong em sup sub small big s tt code abbr label map v:rect v:fill v:roundrect o:p',
  ],
];

function knownNames(): readonly TagName[] {
  const groups = new Map<string, number>();
  for (const [group, names] of GROUPS) {
    for (const name of names.split(' ')) groups.set(name, (groups.get(name) ?? 0) | group);
  }
  return [...groups].map(([name, bits], id) => ({ name, local: localName(name), groups: bits, id }));
}

const KNOWN = knownNames();
const TABLE_OF_NAMES = new NameTable(KNOWN);
export const KNOWN_TAGS = KNOWN.length;

/** Stands for a tag that several names could be the name of. */
export const ANY_TAG: TagName = { name: '*', local: '*', groups: 0, id: -1 };
const NO_NAME: TagName = { name: '', local: '', groups: 0, id: -1 };

/** The name that stands at [start, end) of the text. */
export function tagNameAt(text: string, start: number, end: number): TagName {
  const known = TABLE_OF_NAMES.find(text, start, end);
  if (known !== undefined) return known;
  if (end - start > 64) {
    const from = localStart(text, start, end);
    return from === start ? NO_NAME : { ...NO_NAME, local: text.slice(from, end).toLowerCase() };
  }
  const slot = recentSlot(text, start, end);
  const recent = recents[slot];
  if (recent !== undefined && isWritten(text, start, end, recent.name)) return recent;
  const name = text.slice(start, end).toLowerCase();
  const read = { name, local: localName(name), groups: 0, id: -1 };
  // A piece of a longer text would keep the whole of it.
  if (end - start <= MAX_RECENT) recents[slot] = read;
  return read;
}

/** Names that nobody knows and that were read a moment ago: a text has the same few again and again. */
const recents: (TagName | undefined)[] = Array.from({ length: 64 });
const MAX_RECENT = 12;

function recentSlot(text: string, start: number, end: number): number {
  return ((text.charCodeAt(start) << 2) ^ text.charCodeAt(end - 1) ^ (end - start)) & 63;
}

/** Whether the name, in lower case, is what stands at [start, end). */
function isWritten(text: string, start: number, end: number, name: string): boolean {
  if (name.length !== end - start) return false;
  for (let at = 0; at < name.length; at += 1) {
    const code = text.charCodeAt(start + at);
    if ((code >= 0x41 && code <= 0x5a ? code | 0x20 : code) !== name.charCodeAt(at)) return false;
  }
  return true;
}

export const TABLE_TAG = tagNameAt('table', 0, 5);
