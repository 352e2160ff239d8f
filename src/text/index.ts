export { linkTextEdits } from './link-text.ts';
export { rewritePlain } from './rewrite-plain.ts';
export { scanPlain } from './scan-plain.ts';
export type { PlainOptions, PlainPlace } from './scan-plain.ts';
