import { localStart, NameTable } from './names.ts';

/** What an attribute holds. Names are local ones: `xlink:href`, `o:href` and `x:href` are all `href`. */
export type AttributeKind =
  'url' | 'urls' | 'srcset' | 'style' | 'paint' | 'srcdoc' | 'content' | 'animated' | 'value' | 'base';

const KINDS: readonly (readonly [AttributeKind, string])[] = [
  ['url', 'src href background poster data action formaction cite longdesc dynsrc lowsrc icon manifest'],
  ['url', 'codebase classid code object movie pluginspage pluginurl action-xhr althref usemap profile'],
  ['url', 'imagesource filename baseurl datasrc template'],
  ['urls', 'ping attributionsrc archive'],
  ['srcset', 'srcset imagesrcset'],
  ['style', 'style'],
  ['paint', 'fill stroke filter mask clip-path marker marker-start marker-mid marker-end cursor'],
  ['paint', 'color-profile mask-image background-image list-style-image content shape-outside'],
  ['srcdoc', 'srcdoc'],
  ['content', 'content'],
  ['animated', 'to from by values'],
  ['value', 'value'],
  ['base', 'base'],
];

/** Asked for of many elements: a tag says by a bit each whether it has them at all. */
const ASKED = 'style class id hidden width height alt title name href src srcset rel as http-equiv popover';
const OTHERS =
  'align valign border cellpadding cellspacing bgcolor target type lang role dir colspan rowspan charset color face size';

/** The name of an attribute that is known. */
export interface AttributeName {
  readonly name: string;
  /** What it holds, if it can hold a place. */
  readonly kind: AttributeKind | undefined;
  /** Its bit in {@link RawTag.marks}; 0 where it has none. */
  readonly mark: number;
}

function knownNames(): readonly AttributeName[] {
  const kinds = new Map<string, AttributeKind>();
  for (const [kind, names] of KINDS) for (const name of names.split(' ')) kinds.set(name, kind);
  const marks = new Map(ASKED.split(' ').map((name, bit) => [name, 1 << bit]));
  const all = new Set([...kinds.keys(), ...marks.keys(), ...OTHERS.split(' ')]);
  return [...all].map((name) => ({ name, kind: kinds.get(name), mark: marks.get(name) ?? 0 }));
}

const KNOWN = knownNames();
const BY_NAME: ReadonlyMap<string, AttributeName> = new Map(KNOWN.map((one) => [one.name, one]));
const TABLE = new NameTable(KNOWN);

/** The bit of a name that is asked for often; 0 for any other. */
export function markOf(name: string): number {
  return BY_NAME.get(name)?.mark ?? 0;
}

/** The known name that stands at [start, end), as it is written but for case. */
export function attributeNameAt(text: string, start: number, end: number): AttributeName | undefined {
  return TABLE.find(text, start, end);
}

/** The known name behind the prefix of one that is not known as it is written. */
export function prefixedNameAt(text: string, start: number, end: number): AttributeName | undefined {
  const local = localStart(text, start, end);
  return local === start ? undefined : TABLE.find(text, local, end);
}
