import { RunMap } from './run-map.ts';
import type { Run } from './run-map.ts';
import type { TextMap } from './text-map.ts';

const escape = 0x1b;
const ascii = '\x1b(B';
const roman = '\x1b(J';
const katakana = '\x1b(I';

/** The escape sequences that every decoder knows (WHATWG Encoding, ISO-2022-JP decoder). */
const known: ReadonlySet<string> = new Set([ascii, roman, katakana, '\x1b$@', '\x1b$B']);

/** Further sets of ISO-2022-JP-1, -2, -3 and -2004 (RFC 1554, RFC 2237), longest first. */
const further: readonly string[] = [
  '\x1b$(C',
  '\x1b$(D',
  '\x1b$(O',
  '\x1b$(P',
  '\x1b$(Q',
  '\x1b$A',
  '\x1b.A',
  '\x1b.F',
];

/**
 * Whose decoder: a browser's, or that of others, which know the further sets, and to which `\\` and `~` are what they are in ASCII where JIS X 0201
 * has a yen sign and an overline (cp50220).
 */
export type Decoder2022 = 'browser' | 'other';

function sequenceAt(octets: Buffer, at: number, decoder: Decoder2022): string | undefined {
  const three = octets.toString('latin1', at, at + 3);
  if (known.has(three)) return three;
  if (decoder === 'browser') return undefined;
  return further.find((sequence) => octets.toString('latin1', at, at + sequence.length) === sequence);
}

function textOf(octets: Buffer, state: string, decoder: Decoder2022): string {
  if (state === ascii || state === roman) {
    const text = octets.toString('latin1');
    const isAscii = state === ascii || decoder === 'other';
    return isAscii ? text : text.replaceAll('\\', '\u00a5').replaceAll('~', '\u203e');
  }
  if (!known.has(state)) return '\ufffd'.repeat(Math.ceil(octets.length / 2));
  const whole = Buffer.concat([Buffer.from(state, 'latin1'), octets]);
  return new TextDecoder('iso-2022-jp').decode(whole);
}

function readRuns(octets: Buffer, decoder: Decoder2022): readonly Run[] {
  const runs: Run[] = [];
  let state = ascii;
  let start = 0;
  const end = (at: number): void => {
    if (at > start)
      runs.push({ start, end: at, text: textOf(octets.subarray(start, at), state, decoder), state });
  };
  let at = octets.indexOf(escape);
  while (at >= 0) {
    const sequence = sequenceAt(octets, at, decoder);
    if (sequence === undefined) at += 1;
    else {
      end(at);
      // ESC . designates a set for single shifts only, so that the state stays.
      if (!sequence.startsWith('\x1b.')) state = sequence;
      at += sequence.length;
      start = at;
    }
    at = octets.indexOf(escape, at);
  }
  end(octets.length);
  return runs;
}

/** ISO-2022-JP (RFC 1468). */
export function iso2022jp(octets: Buffer, decoder: Decoder2022): TextMap {
  return new RunMap({
    charset: 'iso-2022-jp',
    runs: readRuns(octets, decoder),
    asciiState: ascii,
    // JIS X 0201 has other characters in two places of ASCII.
    isAscii: (state, text) => state === ascii || (state === roman && !/[\\~]/.test(text)),
    write: (text) => text,
  });
}

/** There is something on which decoders differ: an escape sequence, or a `\\` that may be none. */
export function isDecodedTwice(octets: Buffer): boolean {
  if (octets.includes(roman, 0, 'latin1') && octets.includes('\\')) return true;
  return further.some((sequence) => octets.includes(sequence, 0, 'latin1'));
}
