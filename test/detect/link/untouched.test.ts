import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clean, outcomeOf } from './support.ts';

const rows = readFileSync(new URL('untouched.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'))
  .map(([kind = '', url = '']) => ({ kind, url }));

describe('sign-in, share, SSO, SAML, calendar, archive, library-proxy, payment and other links that are no redirect', () => {
  it('are more than a hundred, each once', () => {
    expect(new Set(rows.map(({ url }) => url)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(100);
  });

  it.each(rows)('$kind stays: $url', ({ url }) => {
    expect(outcomeOf(url).url).toBe(url);
    const html = `<a href="${url.replaceAll('&', '&amp;')}">here</a>`;
    expect(clean({ html, plain: `See <${url}>.` })).toEqual({ html, plain: `See <${url}>.` });
  });
});
