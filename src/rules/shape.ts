/** Tests one token; linear in its length, never throws. */
export type ShapeTest = (token: string) => boolean;

type CodeTest = (code: number) => boolean;

const digit: CodeTest = (code) => code >= 0x30 && code <= 0x39;
const lower: CodeTest = (code) => code >= 0x61 && code <= 0x7a;
const upper: CodeTest = (code) => code >= 0x41 && code <= 0x5a;
const letter: CodeTest = (code) => lower(code | 0x20);
const hex: CodeTest = (code) => digit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
const alnum: CodeTest = (code) => digit(code) || letter(code);
const hexDash: CodeTest = (code) => hex(code) || code === 0x2d;
const dotted: CodeTest = (code) => alnum(code) || code === 0x2e;
const base64url: CodeTest = (code) => alnum(code) || code === 0x2d || code === 0x5f || code === 0x3d;
const base64: CodeTest = (code) => base64url(code) || code === 0x2b || code === 0x2f || code === 0x25;
const base32: CodeTest = (code) => letter(code) || (code >= 0x32 && code <= 0x37) || code === 0x3d;

/** Alphabets by name; `base64` takes percent-encoded `+`, `/` and `=`, too. */
const alphabets: Readonly<Record<string, CodeTest>> = {
  digits: digit,
  lower,
  upper,
  letters: letter,
  hex,
  hexdash: hexDash,
  alnum,
  dotted,
  base32,
  base64,
  base64url,
  any: () => true,
};

/** Names for messages and documentation. */
export const shapeNames: readonly string[] = [...Object.keys(alphabets), 'uuid'];

function isUuid(token: string): boolean {
  if (token.length !== 36) return false;
  for (let at = 0; at < 36; at += 1) {
    const dash = at === 8 || at === 13 || at === 18 || at === 23;
    if (dash ? token.charCodeAt(at) !== 0x2d : !hex(token.charCodeAt(at))) return false;
  }
  return true;
}

function ofAlphabet(test: CodeTest, atLeast: number, atMost: number): ShapeTest {
  return (token) => {
    if (token.length < atLeast || token.length > atMost) return false;
    for (let at = 0; at < token.length; at += 1) if (!test(token.charCodeAt(at))) return false;
    return true;
  };
}

/**
 * Compiles a token shape: an alphabet, then the least length, then optionally the greatest and a suffix that follows: `hex16`,
 * `digits1-8`, `base64url20`, `hex8.gif`; or `uuid`. undefined where the text is none.
 */
export function compileShape(shape: string): ShapeTest | undefined {
  if (shape === 'uuid') return isUuid;
  const parts = /^(base64url|base64|base32|[a-z]+)([1-9]\d{0,3})(?:-([1-9]\d{0,3}))?(\.[a-z0-9]{1,8})?$/.exec(
    shape,
  );
  const alphabet = alphabets[parts?.[1] ?? ''];
  if (parts === null || alphabet === undefined) return undefined;
  const atLeast = Number(parts[2]);
  const atMost = parts[3] === undefined ? Infinity : Number(parts[3]);
  if (atMost < atLeast) return undefined;
  const test = ofAlphabet(alphabet, atLeast, atMost);
  const suffix = parts[4];
  if (suffix === undefined) return test;
  return (token) => token.endsWith(suffix) && test(token.slice(0, -suffix.length));
}
