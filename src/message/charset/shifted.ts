import { RunMap } from './run-map.ts';
import type { Run } from './run-map.ts';
import type { TextMap } from './text-map.ts';

const newline = 10;

/** Two-octet characters written with the high bits off. */
function doubleText(octets: Buffer, charset: string): string {
  const high = Buffer.from(octets);
  for (let at = 0; at < high.length; at += 1) high[at] = (high[at] ?? 0) | 0x80;
  return new TextDecoder(charset).decode(high);
}

const shiftOut = 0x0e;
const shiftIn = 0x0f;

/** ISO-2022-KR and -CN (RFC 1557, RFC 1922): SO and SI shift, a line end shifts back. */
export function iso2022Shifted(octets: Buffer, charset: 'iso-2022-kr' | 'iso-2022-cn'): TextMap {
  const runs: Run[] = [];
  let double = false;
  let start = 0;
  const end = (at: number): void => {
    if (at === start) return;
    const run = octets.subarray(start, at);
    const text = double
      ? doubleText(run, charset === 'iso-2022-kr' ? 'euc-kr' : 'gbk')
      : run.toString('latin1');
    runs.push({ start, end: at, text, state: double ? '\x0e' : '\x0f' });
  };
  for (let at = 0; at < octets.length; at += 1) {
    const octet = octets[at];
    if (octet === shiftOut || octet === shiftIn) {
      end(at);
      double = octet === shiftOut;
      start = at + 1;
    } else if (octet === newline && double) {
      end(at);
      double = false;
      start = at;
    }
  }
  end(octets.length);
  return new RunMap({
    charset,
    runs,
    asciiState: '\x0f',
    isAscii: (state) => state === '\x0f',
    write: (text) => text,
  });
}

const tilde = 0x7e;

/** HZ (RFC 1843): `~{` to `~}` holds GB 2312, `~~` is a tilde, `~` and a line end are nothing; a line end shifts back. */
export function hz(octets: Buffer): TextMap {
  const runs: Run[] = [];
  let double = false;
  let start = 0;
  const end = (at: number): void => {
    if (at === start) return;
    const run = octets.subarray(start, at);
    runs.push({
      start,
      end: at,
      text: double ? doubleText(run, 'gbk') : run.toString('latin1'),
      state: double ? '~{' : '~}',
    });
  };
  for (let at = 0; at < octets.length; at += 1) {
    const octet = octets[at];
    if (octet === newline && double) {
      end(at);
      double = false;
      start = at;
    }
    if (octet !== tilde) continue;
    const next = octets[at + 1];
    // Inside a double run a tilde may be the second octet of a character.
    if (double && ((at - start) % 2 !== 0 || next !== 0x7d)) continue;
    if (!double && next !== 0x7b && next !== tilde && next !== newline) continue;
    end(at);
    if (!double && next === tilde) runs.push({ start: at, end: at + 2, text: '~', state: '~}' });
    double = !double && next === 0x7b;
    at += 1;
    start = at + 1;
  }
  end(octets.length);
  return new RunMap({
    charset: 'hz-gb-2312',
    runs,
    asciiState: '~}',
    isAscii: (state) => state === '~}',
    write: (text) => text.replaceAll('~', '~~'),
  });
}
