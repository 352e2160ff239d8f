import { withoutComments } from '../../html/index.ts';
import { isValid } from './validity.ts';

/** Declarations by lower-case property, with what wins of each; `!important` is gone from the values. */
export type Declarations = ReadonlyMap<string, string>;

export const noDeclarations: Declarations = new Map();
const maxDeclarations = 200;
const maxVars = 8;
const maxValue = 400;

const important = /!\s{0,8}important\s{0,8}$/;

/** What one source of declarations says, and which of it is important. */
export interface Written {
  readonly declarations: Declarations;
  readonly important: ReadonlySet<string>;
}

const noneImportant: ReadonlySet<string> = new Set();

/**
 * Reads a `style` attribute far enough for sizes and visibility: splits at semicolons outside quotes, brackets and comments. The last of each
 * property that browsers take wins, as in CSS, and the important one over others. Linear.
 */
export function parseDeclarations(style: string): Written {
  const found = new Found();
  const text = withoutComments(style, ' ');
  for (const one of splitOutside(text, ';')) {
    const colon = one.indexOf(':');
    if (colon > 0) found.add(unescape(one.slice(0, colon).trim()).toLowerCase(), one.slice(colon + 1));
  }
  return found;
}

/** The same for a rule of a style sheet, whose finder has cut it into declarations. */
export function readDeclarations(written: readonly (readonly [name: string, value: string])[]): Written {
  const found = new Found();
  for (const [name, value] of written) found.add(name, withoutComments(value, ' '));
  return found;
}

/** Of the properties without a bearing on size and visibility, those that newsletters are full of. */
const idle: ReadonlySet<string> = new Set(
  (
    'color background background-color background-image font font-family font-weight font-style text-align text-decoration ' +
    'text-transform letter-spacing line-height vertical-align border border-top border-bottom border-left border-right border-color ' +
    'border-collapse border-spacing border-radius outline word-break word-wrap mso-line-height-rule mso-table-lspace mso-table-rspace ' +
    '-ms-interpolation-mode -ms-text-size-adjust -webkit-text-size-adjust'
  ).split(' '),
);

class Found implements Written {
  readonly declarations = new Map<string, string>();
  important: ReadonlySet<string> = noneImportant;
  #fixed: Set<string> | undefined;

  add(name: string, written: string): void {
    if (idle.has(name) || this.declarations.size >= maxDeclarations) return;
    // Blanks go first: one that is written as an escape is part of a name, and no browser knows that.
    let value = unescape(written.trim()).toLowerCase();
    const isImportant = value.includes('!') && important.test(value);
    if (isImportant) value = value.replace(important, '').trim();
    if (!isValid(name, value)) return;
    if (isImportant) {
      this.#fixed ??= new Set();
      this.#fixed.add(name);
      this.important = this.#fixed;
    } else if (this.#fixed?.has(name) === true) return;
    this.declarations.set(name, value);
  }
}

/** `\6eone` and `n\one` are `none` to a browser. */
function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:([0-9a-f]{1,6})\s?|([^\n]))/gi, (_, hex: string | undefined, letter: string) => {
    if (hex === undefined) return letter;
    const code = Number.parseInt(hex, 16);
    return code === 0 || code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  });
}

const reference = /var\(\s{0,8}(--[^\s,()]{1,64})\s{0,8}(?:,([^()]{0,200}))?\)/;

/** The value of a property, with `var()` looked up among the declarations themselves and then among `variables`. */
export function valueOf(
  declarations: Declarations,
  name: string,
  variables: Declarations = noDeclarations,
): string | undefined {
  let value = declarations.get(name);
  if (value?.includes('var(') !== true) return value;
  for (let count = 0; count < maxVars && value.length <= maxValue; count += 1) {
    const match = reference.exec(value);
    if (match === null) break;
    const found = declarations.get(match[1] ?? '') ?? variables.get(match[1] ?? '') ?? match[2] ?? '';
    value = value.slice(0, match.index) + found.trim() + value.slice(match.index + match[0].length);
  }
  return value.trim();
}

/** Splits at a separator that stands outside quotes and brackets of any kind, as CSS pairs them: a line break ends what is quoted. */
export function splitOutside(text: string, separator: string): readonly string[] {
  if (!/["'()[\]{}\\]/.test(text)) return text.split(separator);
  const parts: string[] = [];
  const wanted = separator.charCodeAt(0);
  let start = 0;
  /** The brackets that close what is open. */
  const open: number[] = [];
  let quote = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (quote !== 0)
      quote = code === quote || code === 0x0a || code === 0x0d || code === 0x0c ? 0 : quote;
    else if (code === 0x22 || code === 0x27) quote = code;
    else if (code === wanted && open.length === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    } else if (code === 0x28) open.push(0x29);
    else if (code === 0x5b || code === 0x7b) open.push(code + 2);
    else if (open.length > 0 && code === open.at(-1)) open.pop();
  }
  parts.push(text.slice(start));
  return parts;
}
