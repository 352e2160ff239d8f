import { planEach } from './text-map.ts';
import type { FoundEdit, PlannedText, TextMap } from './text-map.ts';

/** Code pages of one octet a character that have letters, digits and the marks of HTML in the places of IBM 037. */
const codePages =
  ' 37 273 274 277 278 280 281 284 285 297 420 423 424 500 870 871 875 880 905 924 1025 1026 1047 1097 1112 1122 1123 1130 1132 1137 1140 1141 1142 1143 1144 1145 1146 1147 1148 1149 1153 1154 1155 1156 1157 1158 1160 1164 1166 ';

/** `ibm037`, `cp500`, `ibm-1047`, `ebcdic-cp-us`. */
export function isEbcdic(label: string): boolean {
  if (/^(?:cs)?ebcdic/.test(label)) return true;
  const page = /^(?:x-|cs)?(?:ibm|cp)[-_]?0{0,3}(\d{2,4})$/.exec(label)?.[1];
  return page !== undefined && codePages.includes(` ${page} `);
}

/** Where stretches of ASCII stand. What national variants move (`[]^|!`) is read as in 037; no load hangs on it. */
const stretches: readonly (readonly [number, string])[] = [
  [0x05, '\t'],
  [0x0b, '\v\f\r'],
  [0x15, '\n'],
  [0x25, '\n'],
  [0x40, ' '],
  [0x4b, '.<(+|&'],
  [0x5a, '!$*);'],
  [0x60, '-/'],
  [0x6b, ',%_>?'],
  [0x79, '`:#@\'="'],
  [0x81, 'abcdefghi'],
  [0x91, 'jklmnopqr'],
  [0xa1, '~stuvwxyz'],
  [0xb0, '^'],
  [0xba, '[]'],
  [0xc0, '{ABCDEFGHI'],
  [0xd0, '}JKLMNOPQR'],
  [0xe0, '\\'],
  [0xe2, 'STUVWXYZ'],
  [0xf0, '0123456789'],
];

interface Tables {
  /** The UTF-16 unit of each octet. */
  readonly units: Uint16Array;
  readonly octets: ReadonlyMap<string, number>;
}

let known: Tables | undefined;

/** Made when the first such text comes: hardly any does. */
function tables(): Tables {
  if (known) return known;
  const units = new Uint16Array(256).fill(0xfffd);
  const octets = new Map<string, number>();
  for (const [from, stretch] of stretches) {
    for (let index = 0; index < stretch.length; index += 1) {
      units[from + index] = stretch.charCodeAt(index);
      octets.set(stretch.charAt(index), from + index);
    }
  }
  known = { units, octets };
  return known;
}

/** EBCDIC: an octet is a character, and none is the one of ASCII. Clients that decode by iconv or ICU read it. */
export class Ebcdic implements TextMap {
  readonly text: string;
  readonly charset = 'ebcdic';

  constructor(octets: Buffer) {
    const { units } = tables();
    const wide = Buffer.allocUnsafe(octets.length * 2);
    for (let at = 0; at < octets.length; at += 1) wide.writeUInt16LE(units[octets[at] ?? 0] ?? 0, at * 2);
    this.text = wide.toString('utf16le');
  }

  toOctet(position: number): number {
    return position;
  }

  plan(edits: readonly FoundEdit[]): PlannedText {
    const { octets: octetOf } = tables();
    return planEach(edits, ({ start, end, replacement, findings }) => {
      const octets: number[] = [];
      for (const char of replacement) {
        const octet = octetOf.get(char);
        if (octet === undefined) return undefined;
        octets.push(octet);
      }
      return { start, end, replacement: Buffer.from(octets), findings };
    });
  }
}
