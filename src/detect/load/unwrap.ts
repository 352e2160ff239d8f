/** Texts that a run of characters may be the encoding of; one level, all alignments that decoders of it would take. */
export interface Unwrapped {
  readonly form: 'hex' | 'base64' | 'base32' | 'base32hex' | 'decimal';
  readonly text: string;
}

const maxOctets = 4096;
const alphabets = {
  base32: 'abcdefghijklmnopqrstuvwxyz234567',
  base32hex: '0123456789abcdefghijklmnopqrstuv',
};

const hexDigits = '0123456789abcdef';

/** What encodes an address or another encoding of it is letters throughout: noise is not, and is seen by its first octets. */
function isText(octets: Buffer): boolean {
  const end = Math.min(octets.length, 24);
  for (let at = 0; at < end; at += 1) {
    const octet = octets[at] ?? 0;
    if (octet < 0x20 || octet > 0x7e) return false;
  }
  return end > 0;
}

function fromBase32(run: string, alphabet: string): Buffer {
  const octets = Buffer.alloc(Math.min(maxOctets, Math.ceil((run.length * 5) / 8)));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (const letter of run.toLowerCase()) {
    held = ((held << 5) | alphabet.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8 || length >= octets.length) continue;
    bits -= 8;
    octets[length++] = (held >> bits) & 0xff;
  }
  return octets.subarray(0, length);
}

/** Codes of printing characters start with 3 to 9 if they have two digits, and with 0 or 1 if they have three. */
function fromDecimal(run: string): Buffer {
  const octets: number[] = [];
  for (let at = 0; at < run.length && octets.length < maxOctets;) {
    const digits = run.charCodeAt(at) <= 0x31 ? 3 : 2;
    if (at + digits > run.length) break;
    octets.push(Number(run.slice(at, at + digits)) & 0xff);
    at += digits;
  }
  return Buffer.from(octets);
}

/** Characters that are decoded to see whether it is worth going on: whole groups of every encoding. */
const sampleLength = 24;

const sextets = new Uint8Array(128);
const letters64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
for (let value = 0; value < 64; value += 1) sextets[letters64.charCodeAt(value)] = value;
sextets[0x2d] = 62;
sextets[0x5f] = 63;

function isPrinting(octet: number): boolean {
  return octet >= 0x20 && octet <= 0x7e;
}

/** Whether the first three octets of base64 print: most runs are noise, and this says so without decoding any of it. */
function mayBeText64(run: string, at: number): boolean {
  const a = sextets[run.charCodeAt(at)] ?? 0;
  const b = sextets[run.charCodeAt(at + 1)] ?? 0;
  const c = sextets[run.charCodeAt(at + 2)] ?? 0;
  const d = sextets[run.charCodeAt(at + 3)] ?? 0;
  return (
    isPrinting((a << 2) | (b >> 4)) &&
    isPrinting(((b & 15) << 4) | (c >> 2)) &&
    isPrinting(((c & 3) << 6) | d)
  );
}

/** The same of hex and base32, `bits` a character. */
function mayBeText(run: string, alphabet: string, bits: number): boolean {
  let held = 0;
  for (let at = 0; at * bits < 24; at += 1)
    held = (held << bits) | alphabet.indexOf(run.charAt(at).toLowerCase());
  const spare = bits === 5 ? 1 : 0;
  return (
    isPrinting((held >> (16 + spare)) & 255) &&
    isPrinting((held >> (8 + spare)) & 255) &&
    isPrinting((held >> spare) & 255)
  );
}

/** `shortest`: characters of the shortest text worth finding; the run is one of letters, digits, `+`, `/`, `-` and `_`. */
export function unwrap(run: string, shortest: number): readonly Unwrapped[] {
  const found: Unwrapped[] = [];
  const keep = (form: Unwrapped['form'], text: string, decode: (text: string) => Buffer): boolean => {
    if (!isText(decode(text.slice(0, sampleLength)))) return false;
    return found.push({ form, text: decode(text).toString('latin1') }) > 0;
  };
  if (run.length >= shortest * 2 && /^[0-9A-Fa-f]+$/.test(run)) {
    if (mayBeText(run, hexDigits, 4)) keep('hex', run, (text) => Buffer.from(text, 'hex'));
    if (/^[0-9]+$/.test(run)) keep('decimal', run, fromDecimal);
  }
  if (run.length * 5 >= shortest * 8) {
    const { base32, base32hex } = alphabets;
    if (/^[A-Za-z2-7]+$/.test(run) && mayBeText(run, base32, 5))
      keep('base32', run, (text) => fromBase32(text, base32));
    if (/^[0-9A-Va-v]+$/.test(run) && mayBeText(run, base32hex, 5))
      keep('base32hex', run, (text) => fromBase32(text, base32hex));
  }
  // An address in base64 is found without decoding; this is for encodings inside it. A prefix may stand in front.
  if (run.length * 9 >= shortest * 16) {
    for (let shift = 0; shift < 4; shift += 1) {
      if (!mayBeText64(run, shift)) continue;
      if (keep('base64', run.slice(shift), (text) => Buffer.from(text, 'base64'))) break;
    }
  }
  return found;
}
