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

function sequenceAt(octets: Buffer, at: number, extended: boolean): string | undefined {
  const three = octets.toString('latin1', at, at + 3);
  if (known.has(three)) return three;
  if (!extended) return undefined;
  return further.find((sequence) => octets.toString('latin1', at, at + sequence.length) === sequence);
}

function textOf(octets: Buffer, state: string): string {
  if (state === ascii || state === roman) return octets.toString('latin1');
  if (!known.has(state)) return '\ufffd'.repeat(Math.ceil(octets.length / 2));
  const whole = Buffer.concat([Buffer.from(state, 'latin1'), octets]);
  return new TextDecoder('iso-2022-jp').decode(whole);
}

function readRuns(octets: Buffer, extended: boolean): readonly Run[] {
  const runs: Run[] = [];
  let state = ascii;
  let start = 0;
  const end = (at: number): void => {
    if (at > start) runs.push({ start, end: at, text: textOf(octets.subarray(start, at), state), state });
  };
  let at = octets.indexOf(escape);
  while (at >= 0) {
    const sequence = sequenceAt(octets, at, extended);
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

/** ISO-2022-JP (RFC 1468); `extended` knows the sets of its successors, which browsers do not. */
export function iso2022jp(octets: Buffer, extended: boolean): TextMap {
  return new RunMap({
    charset: 'iso-2022-jp',
    runs: readRuns(octets, extended),
    asciiState: ascii,
    // JIS X 0201 has other characters in two places of ASCII.
    isAscii: (state, text) => state === ascii || (state === roman && !/[\\~]/.test(text)),
    write: (text) => text,
  });
}

/** There is an escape sequence on which decoders differ. */
export function hasFurtherSets(octets: Buffer): boolean {
  return further.some((sequence) => octets.includes(sequence, 0, 'latin1'));
}
