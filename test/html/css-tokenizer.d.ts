declare module 'css-tree/tokenizer' {
  import type { tokenTypes as types } from 'css-tree';

  export function tokenize(source: string, onToken: (type: number, start: number, end: number) => void): void;
  export const tokenTypes: typeof types;
}
