import { readFileSync } from 'node:fs';

/** Of mailsluice. */
export function version(): string {
  // Two folders up in a checkout (src/cli) and in a package (dist/js).
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
