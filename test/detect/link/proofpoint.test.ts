import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeRedirect } from '../../../src/detect/link/index.ts';
import { parseUrl } from '../../../src/url/index.ts';

interface Vector {
  readonly url: string;
  readonly to: string;
  readonly percentDecoded?: boolean;
}

// The vectors of cardi/proofpoint-url-decoder (CC0).
const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('proofpoint.json', import.meta.url), 'utf8'),
);

/** As Python's `unquote` does it: what is no escape stays. */
function unquoted(text: string): string {
  return text.replaceAll(/%([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

describe('Proofpoint URL Defense', () => {
  it.each(vectors)('$url', ({ url: text, to, percentDecoded }) => {
    const url = parseUrl(text.startsWith('http') ? text : `https://${text}`);
    if (url === undefined) throw new Error('no URL');
    const version = url.path.startsWith('/v2/') ? 2 : 3;
    const decoded = decodeRedirect([{ proofpoint: version }], url);
    expect(percentDecoded === true ? unquoted(decoded ?? '') : decoded).toBe(to);
  });

  it('refuses runs that are not there, and cut-off links', () => {
    const rows = [
      'https://urldefense.com/v3/__https://example.org/**_x__;Iw!!a!b$',
      'https://urldefense.com/v3/__https://example.org/**',
      'https://urldefense.com/v3/__https://example.org/*x__;!!a!b$',
      'https://urldefense.com/v3/__https://example.org/**.x__;Iw!!a!b$',
    ];
    for (const text of rows) {
      const url = parseUrl(text);
      expect(url === undefined ? undefined : decodeRedirect([{ proofpoint: 3 }], url)).toBeUndefined();
    }
  });
});
