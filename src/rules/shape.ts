/** Tests one token; linear in its length, never throws. */
export type ShapeTest = (token: string) => boolean;

/**
 * Alphabets by name; `base64` takes percent-encoded `+`, `/` and `=`, too. Expressions, which read a character in a fraction of the time of a
 * function.
 */
const alphabets: Readonly<Record<string, RegExp>> = {
  digits: /^[0-9]*$/,
  lower: /^[a-z]*$/,
  upper: /^[A-Z]*$/,
  letters: /^[A-Za-z]*$/,
  hex: /^[0-9A-Fa-f]*$/,
  hexdash: /^[0-9A-Fa-f-]*$/,
  alnum: /^[0-9A-Za-z]*$/,
  dotted: /^[0-9A-Za-z.]*$/,
  base32: /^[A-Za-z2-7=]*$/,
  base64: /^[0-9A-Za-z_=+/%-]*$/,
  base64url: /^[0-9A-Za-z_=-]*$/,
  any: /^[^]*$/,
};

/** Names for messages and documentation. */
export const shapeNames: readonly string[] = [...Object.keys(alphabets), 'uuid'];

const uuid = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;

function isUuid(token: string): boolean {
  return token.length === 36 && uuid.test(token);
}

function ofAlphabet(alphabet: RegExp, atLeast: number, atMost: number): ShapeTest {
  return (token) => token.length >= atLeast && token.length <= atMost && alphabet.test(token);
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
