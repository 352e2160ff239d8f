import { tokenize, tokenTypes as T } from 'css-tree/tokenizer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CssTokens } from '../../src/html/css-tokens.ts';
import * as own from '../../src/html/css-tokens.ts';
import { scanCss } from '../../src/html/index.ts';

const SAME: ReadonlyMap<number, number> = new Map([
  [T.Ident, own.IDENT],
  [T.Function, own.FUNCTION],
  [T.AtKeyword, own.AT_KEYWORD],
  [T.String, own.STRING],
  [T.BadString, own.BAD_STRING],
  [T.Url, own.URL_TOKEN],
  [T.BadUrl, own.BAD_URL],
  [T.Colon, own.COLON],
  [T.Semicolon, own.SEMICOLON],
  [T.LeftCurlyBracket, own.OPEN_BLOCK],
  [T.RightCurlyBracket, own.CLOSE_BLOCK],
  [T.LeftParenthesis, own.OPEN_PARENTHESIS],
  [T.RightParenthesis, own.CLOSE_PARENTHESIS],
]);

type Token = readonly [kind: number, start: number, end: number];

function theirs(text: string): readonly Token[] {
  const all: Token[] = [];
  tokenize(text, (type, start, end) => {
    if (type === T.WhiteSpace || type === T.Comment) return;
    // css-tree counts the line break that ends a bad string as its own.
    const lineBreak = text.startsWith('\r\n', end - 2) ? 2 : 1;
    const stop = type === T.BadString ? end - lineBreak : Math.min(end, text.length);
    all.push([SAME.get(type) ?? own.OTHER, start, stop]);
  });
  return all;
}

function ours(text: string, weighty: boolean): readonly Token[] {
  const all: Token[] = [];
  const tokens = new CssTokens(text);
  for (let kind = tokens.next(weighty); kind !== own.END; kind = tokens.next(weighty))
    all.push([kind, tokens.start, tokens.end]);
  return all;
}

const WORDS = [
  ...[
    'a',
    'url',
    'URL(',
    'url( ',
    'src(',
    '-',
    '--',
    '5',
    '.5',
    '5e',
    '+',
    '%',
    '#',
    '@',
    '@import',
    '!',
    ' ',
  ],
  ...[
    '"',
    "'",
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    ':',
    ';',
    ',',
    '\n',
    '/*',
    '*/',
    '/',
    '<!--',
    '-->',
    '<',
    '\u00e9',
  ],
  ...['//x', 'image-set(', '*', '\u007f', '>'],
];
const sheet = fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(''));
/** One to six hex digits and what may stand behind them; none of them spells a letter of `url`. */
const hexEscape = fc
  .tuple(
    fc.constantFrom('a', '61', '06f', '0022', '0002f', '000028', '10ffff', '61b'),
    fc.constantFrom('', ' ', '\t', '\n', '\r', '\r\n', '\f'),
  )
  .map(([digits, space]) => `\\${digits}${space}`);
const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WORDS, '\\', '\\75 ', '\\72', '\\\n', '\\\r\n', '\\\f') },
  { weight: 1, arbitrary: hexEscape },
);
const inside = fc.array(fc.oneof(hexEscape, fc.constantFrom('a', '//x', ' ', '/*', '\n')), { maxLength: 5 });
/** Escapes everywhere, and above all in strings, url( ) and names, where white space behind them bears on the end. */
const escaped = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: word },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(['"', '"'], ["'", "'"], ['url(', ')'], ['@', ';'], ['#', '(']), inside)
        .map(([[open, close], words]) => `${open}${words.join('')}${close}`),
    },
  ),
  { maxLength: 30 },
);
const runs = { numRuns: 5000 };

describe('tokens of CSS', () => {
  it('are those of css-tree', () => {
    fc.assert(
      fc.property(sheet, (text) => {
        expect(ours(text, false)).toEqual(theirs(text));
      }),
      runs,
    );
  });

  it('are those of css-tree where it reads escapes as browsers do', () => {
    fc.assert(
      fc.property(
        escaped.map((words) => words.join('')),
        (text) => {
          // css-tree takes an escaped `url` for another function.
          fc.pre(!/\\[7u]/i.test(text) && !text.endsWith('\\'));
          const tokens = ours(text, false);
          // css-tree passes over one character too many behind an escape in a bad url.
          const isBad = ([kind, start, end]: Token): boolean =>
            kind === own.BAD_URL && text.slice(start, end).includes('\\');
          fc.pre(!tokens.some(isBad));
          expect(tokens).toEqual(theirs(text));
        },
      ),
      runs,
    );
  });

  it('are the same, but for those that bear on nothing, where these are passed over', () => {
    const weightless = new Set([own.IDENT, own.OTHER]);
    fc.assert(
      fc.property(
        escaped.map((words) => words.join('')),
        (text) => {
          const all = ours(text, false).filter(([kind]) => !weightless.has(kind));
          expect(ours(text, true).filter(([kind]) => !weightless.has(kind))).toEqual(all);
        },
      ),
      runs,
    );
  });

  it.for(['url(', 'u\\72 l(', '\\75 rl(', 'U\\52L( ', '\\000075\r\n\\000072 \\00006c\t('])(
    '%j is url(',
    (written) => {
      const urls = scanCss(`a{b:${written}//tracker.example/x)}`).flatMap((place) => place.urls);
      expect(urls).toContain('https://tracker.example/x');
    },
  );
});
