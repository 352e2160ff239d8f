import { mkdirSync, writeFileSync } from 'node:fs';
import { manPages } from './man.ts';

// `npm run build:man`: a test says when the pages are no longer what the definitions give.
const folder = new URL('../../config/man/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const { file, text } of await manPages()) writeFileSync(new URL(file, folder), text);
