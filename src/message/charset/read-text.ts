import type { PartRole } from '../types.ts';
import { asciiBased, octetView } from './ascii-based.ts';
import { Ebcdic, isEbcdic } from './ebcdic.ts';
import { iso2022jp, isDecodedTwice } from './iso-2022-jp.ts';
import { hz, iso2022Shifted } from './shifted.ts';
import type { TextMap } from './text-map.ts';
import { Utf7 } from './utf-7.ts';
import { Wide } from './wide.ts';

const names = new Map<string, string>();

/** WHATWG's name of a label, or undefined where browsers know none that holds text. */
function whatwgName(label: string): string | undefined {
  const known = names.get(label);
  if (known !== undefined) return known;
  try {
    const name = new TextDecoder(label).encoding;
    // Only names that exist are remembered, so that no message can make the table grow.
    names.set(label, name);
    return name;
  } catch {
    return undefined;
  }
}

/** Charsets that browsers do not read, or not under these labels, and other clients do. */
const others: ReadonlyMap<string, string> = new Map([
  ['utf-7', 'utf-7'],
  ['unicode-1-1-utf-7', 'utf-7'],
  ['x-unicode-2-0-utf-7', 'utf-7'],
  ['csunicode11utf7', 'utf-7'],
  ['unicode-2-0-utf-7', 'utf-7'],
  ['utf7', 'utf-7'],
  ['utf_7', 'utf-7'],
  ['u7', 'utf-7'],
  ['cp65000', 'utf-7'],
  ['windows-65000', 'utf-7'],
  ['utf16', 'utf-16le'],
  ['utf_16', 'utf-16le'],
  ['ucs2', 'utf-16le'],
  ['utf16le', 'utf-16le'],
  ['utf16be', 'utf-16be'],
  ['utf32', 'utf-32'],
  ['hz-gb-2312', 'hz'],
  ['hz', 'hz'],
  ['iso-2022-kr', 'iso-2022-kr'],
  ['csiso2022kr', 'iso-2022-kr'],
  ['iso-2022-cn', 'iso-2022-cn'],
  ['iso-2022-cn-ext', 'iso-2022-cn'],
  ['iso-2022-jp-1', 'iso-2022-jp'],
  ['iso-2022-jp-2', 'iso-2022-jp'],
  ['iso-2022-jp-3', 'iso-2022-jp'],
  ['iso-2022-jp-2004', 'iso-2022-jp'],
  ['iso-2022-jp-ms', 'iso-2022-jp'],
  ['cp50220', 'iso-2022-jp'],
  ['cp50221', 'iso-2022-jp'],
  ...[
    'ucs-2le',
    'ucs-2be',
    'ucs2le',
    'ucs2be',
    'utf-16-le',
    'utf-16-be',
    'unicodelittle',
    'unicodebig',
    'u16',
  ].map((label) => [label, 'utf-16le'] as const),
  ...[
    'utf-32',
    'ucs-4',
    'utf-32le',
    'utf-32be',
    'ucs-4le',
    'ucs-4be',
    'utf-32-le',
    'utf-32-be',
    'u32',
  ].flatMap((label) => [[label, 'utf-32'] as const, [label.replaceAll('-', ''), 'utf-32'] as const]),
  ['iso-10646-ucs-4', 'utf-32'],
  ['csucs4', 'utf-32'],
]);

function nameOf(label: string): string | undefined {
  return others.get(label) ?? whatwgName(label) ?? (isEbcdic(label) ? 'ebcdic' : undefined);
}

/** A charset in which ASCII octets are ASCII characters, or one that nobody knows. */
export function isAsciiBased(label: string | undefined): boolean {
  const name = label === undefined ? '' : (nameOf(label) ?? '');
  return !/^(utf-16|utf-32|utf-7|iso-2022|hz|ebcdic)/.test(name);
}

type Maps = readonly [TextMap, ...TextMap[]];

function utf16(octets: Buffer, first: 'utf-16le' | 'utf-16be'): Maps {
  const second = first === 'utf-16le' ? 'utf-16be' : 'utf-16le';
  // Without a byte order mark RFC 2781 says big, browsers say little; and many that say UTF-16 are not.
  const marked = octets[0] === 0xff || octets[0] === 0xfe;
  const declared: Maps = [new Wide(octets, first)];
  if (marked) return [...declared, octetView(octets)];
  return [...declared, new Wide(octets, second), octetView(octets)];
}

function markedWide(octets: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (octets[0] === 0xff && octets[1] === 0xfe) return 'utf-16le';
  return octets[0] === 0xfe && octets[1] === 0xff ? 'utf-16be' : undefined;
}

function byName(octets: Buffer, name: string): Maps {
  switch (name) {
    case 'utf-16le':
    case 'utf-16be':
      return utf16(octets, markedWide(octets) ?? name);
    case 'utf-32':
      return [new Wide(octets, 'utf-32le'), new Wide(octets, 'utf-32be'), octetView(octets)];
    case 'iso-2022-jp':
      return isDecodedTwice(octets)
        ? [iso2022jp(octets, 'browser'), iso2022jp(octets, 'other')]
        : [iso2022jp(octets, 'browser')];
    case 'iso-2022-kr':
    case 'iso-2022-cn':
      return [iso2022Shifted(octets, name), octetView(octets)];
    case 'ebcdic':
      return [new Ebcdic(octets), octetView(octets)];
    case 'hz':
      return octets.includes('~') ? [hz(octets), octetView(octets)] : [octetView(octets)];
    case 'utf-7':
      return octets.includes('+') ? [new Utf7(octets), octetView(octets)] : [octetView(octets)];
    default: {
      const map = asciiBased(octets, name);
      // A damaged character is where decoders differ on what belongs to it; in Big5, one for private use is, to browsers.
      const damage = name === 'big5' ? /[\ufffd\ue000-\uf8ff]/ : /\ufffd/;
      const damaged = name !== 'utf-8' && map.text.length !== octets.length && damage.test(map.text);
      return damaged ? [map, octetView(octets)] : [map];
    }
  }
}

/**
 * The charsets that the text names for itself, where its header names none. Which of them is a meta element in the head or a declaration
 * of XML, and how long the head is, says a parser only.
 */
function metaCharsets(octets: Buffer): ReadonlySet<string> {
  const found = new Set<string>();
  const text = octets.toString('latin1');
  for (const [, label = ''] of text.matchAll(/(?:charset|encoding)\s{0,9}=\s{0,9}["']?([-\w.:]{1,40})/gi)) {
    const name = nameOf(label.toLowerCase());
    // A text that can be read as ASCII up to here is in no charset that has other octets for it.
    if (name !== undefined && !/^(?:utf-16|utf-32|ebcdic)/.test(name)) found.add(name);
  }
  return found;
}

const isStateful = (name: string): boolean => /^(?:iso-2022|utf-7|hz)/.test(name);

/** A `\` that is the second octet of a character in some charsets, so that it escapes no quote. */
const swallowed = /[\x81-\xfe]\\/;
const legacy = ['shift_jis', 'gb18030', 'big5'];
const NO_NAMES: ReadonlySet<string> = new Set();
const wideHost = /[:/\\][^\s/\\"'<>?#:]{0,200}[\x80-\xff]/;
/** An escape to another set of ISO-2022-JP, or back to ASCII. */
const escaped = /\x1b[$(]/;

/** Readings besides the declared one that a client comes to by looking at the octets. */
function guessed(octets: Buffer, declared: string | undefined, role: PartRole): readonly TextMap[] {
  const marked = markedWide(octets);
  // To browsers a byte order mark says more than any header.
  if (marked !== undefined) return declared?.startsWith('utf-16') === true ? [] : [new Wide(octets, marked)];
  if (octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf && declared !== undefined)
    return declared === 'utf-8' ? [] : [asciiBased(octets, 'utf-8')];
  if (declared !== undefined && declared !== 'windows-1252') return [];
  const names = role === 'plain' ? NO_NAMES : metaCharsets(octets);
  const found: TextMap[] = [];
  for (const name of names) if (isStateful(name)) found.push(byName(octets, name)[0]);
  // Whatever other names the text has: one may be written in references, and Chromium guesses where there is none.
  const text = octets.toString('latin1');
  if (swallowed.test(text)) found.push(...legacy.map((one) => asciiBased(octets, one)));
  if (!names.has('iso-2022-jp') && escaped.test(text)) found.push(iso2022jp(octets, 'browser'));
  // Octets beyond ASCII in a host say which one it is (a full stop may be one of ideographs).
  if (role !== 'plain' && wideHost.test(text))
    for (const name of new Set(['utf-8', ...names]))
      if (!isStateful(name) && !found.some(({ charset }) => charset === name))
        found.push(asciiBased(octets, name));
  if (octets.includes('<\0')) found.push(new Wide(octets, 'utf-16le'), new Wide(octets, 'utf-16be'));
  return found;
}

/**
 * All ways in which clients read the octets of a text, the declared charset first. An unknown or undeclared charset is read
 * octet by octet: structure is ASCII, and nothing is ever transcoded.
 */
export function readText(octets: Buffer, charset: string | undefined, role: PartRole): Maps {
  const label = charset === undefined || charset === '' ? undefined : charset;
  const name = label === undefined ? undefined : nameOf(label);
  const [first, ...more] = name === undefined ? ([octetView(octets)] as const) : byName(octets, name);
  return [first, ...more, ...guessed(octets, name, role)];
}
