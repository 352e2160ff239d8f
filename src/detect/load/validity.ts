import { parseLength, plainPixels } from './lengths.ts';

type Test = (word: string) => boolean;

const wide: ReadonlySet<string> = new Set(['inherit', 'initial', 'unset', 'revert', 'revert-layer']);
/** Functions that may give a number or a length; whether they do is known when they are worked out. */
const numeric =
  /^(?:-webkit-|-moz-)?(?:calc|min|max|clamp|abs|sign|round|mod|rem|fit-content|calc-size|anchor|anchor-size|env|attr|if)\(/;

const oneOf = (words: string): Test => {
  const known: ReadonlySet<string> = new Set(words.split(' '));
  return (word) => known.has(word);
};

const isLength: Test = (word) => word === 'auto' || numeric.test(word) || parseLength(word) !== undefined;
const sizeWords = oneOf(
  'auto none min-content max-content fit-content stretch contain -webkit-fill-available -webkit-fit-content -moz-available',
);
const isSize: Test = (word) =>
  sizeWords(word) || numeric.test(word) || (parseLength(word) !== undefined && !word.startsWith('-'));
const isNumber: Test = (word) =>
  numeric.test(word) || /^[+-]?[0-9.]{1,16}(?:e[+-]?[0-9]{1,2})?%?$/.test(word);
const isDisplay = oneOf(
  'none contents block inline inline-block flow flow-root run-in list-item table inline-table flex inline-flex grid ' +
    'inline-grid ruby ruby-base ruby-text math -webkit-box -webkit-inline-box -webkit-flex -webkit-inline-flex ' +
    'table-row table-cell table-column table-caption table-row-group table-column-group table-header-group table-footer-group',
);
const isOverflow = oneOf('visible hidden clip scroll auto overlay');

const sizes = ['', 'min-', 'max-'].flatMap((prefix) =>
  ['width', 'height', 'inline-size', 'block-size'].map((side) => [`${prefix}${side}`, isSize] as const),
);
const lengths = ['margin', 'margin-left', 'margin-top', 'left', 'right', 'top', 'bottom', 'inset'] as const;

/** What each word of a property's value must be; of other properties any value is taken. */
const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ...sizes,
  ...lengths.map((name) => [name, isLength] as const),
  ['display', isDisplay],
  ['visibility', oneOf('visible hidden collapse')],
  ['opacity', isNumber],
  ['position', oneOf('static relative absolute fixed sticky -webkit-sticky')],
  ['overflow', isOverflow],
  ['overflow-x', isOverflow],
  ['overflow-y', isOverflow],
]);

/** Whether browsers take the declaration (name and value in lower case): one that they drop leaves an earlier one standing. */
export function isValid(name: string, value: string): boolean {
  if (value.includes('!') && !name.startsWith('--')) return false;
  const test = tests.get(name);
  if (test === undefined || value.includes('var(') || wide.has(value)) return true;
  if (value === '') return false;
  // Nearly all are one plain length or one word.
  if (test === isSize || test === isLength ? plainPixels(value) >= 0 : test(value)) return true;
  return numeric.test(value) || value.split(/[ \n\r\t\f]/).every((word) => word === '' || test(word));
}
