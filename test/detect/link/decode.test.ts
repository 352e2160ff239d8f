import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeRedirect } from '../../../src/detect/link/index.ts';
import type { DecodeStep } from '../../../src/rules/format.ts';
import { parseUrl } from '../../../src/url/index.ts';

function decode(text: string, ...steps: readonly DecodeStep[]): string | undefined {
  const url = parseUrl(text);
  return url === undefined ? undefined : decodeRedirect(steps, url);
}

const host = 'https://c.example.com';
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

describe('decode steps', () => {
  it.each<[string, string | undefined, string, ...(readonly DecodeStep[])]>([
    ['query', 'a+b/c', `${host}/?u=a+b%2Fc&v=1`, { query: 'u' }],
    ['query, one layer only', 'a%2Fb', `${host}/?u=a%252Fb`, { query: 'u' }],
    ['query, one of several names', 'b', `${host}/?v=b`, { query: ['u', 'v'] }],
    ['query, last', 'b', `${host}/?u=a&u=b`, { query: 'u', last: true }],
    ['query, broken', undefined, `${host}/?u=a%2`, { query: 'u' }],
    ['query_tail', 'http://x/?a=1&b=2#c', `${host}/?i=1&u=http://x/?a=1&b=2#c`, { query_tail: 'u' }],
    ['query_whole', 'http://x/#c', `${host}/?http://x/#c`, { query_whole: true }],
    ['segment', 'b', `${host}/a/b/c`, { segment: 1 }],
    ['segment from the end', 'c', `${host}/a/b/c`, { segment: -1 }],
    ['path_after', 'http://x/?a#b', `${host}/k/12/http://x/?a#b`, { path_after: '/k/*/' }],
    ['path_after, no match', undefined, `${host}/k/1/2/x`, { path_after: '/k/*/y' }],
    ['fragment', 'x', `${host}/#x`, { fragment: true }],
    ['base64', 'http://x/', `${host}/${base64('http://x/')}`, { segment: 0 }, { base64: true }],
    ['base64, not of the alphabet', undefined, `${host}/a*b`, { segment: 0 }, { base64: true }],
    ['base32', 'foobar', `${host}/MZXW6YTBOI======`, { segment: 0 }, { base32: true }],
    ['hex', 'ab', `${host}/6162`, { segment: 0 }, { hex: true }],
    ['hex, odd', undefined, `${host}/616`, { segment: 0 }, { hex: true }],
    [
      'inflate',
      'ab',
      `${host}/${base64(deflateSync('ab'))}`,
      { segment: 0 },
      { base64: true },
      { inflate: true },
    ],
    [
      'inflate, bomb',
      undefined,
      `${host}/${base64(deflateSync(Buffer.alloc(100_000)))}`,
      { segment: 0 },
      { base64: true },
      { inflate: true },
    ],
    ['json, dotted', 'z', `${host}/?u={"a":{"b":"z"}}`, { query: 'u' }, { json: 'a.b' }],
    ['json, no string', undefined, `${host}/?u={"a":1}`, { query: 'u' }, { json: 'a' }],
    ['json, inherited', undefined, `${host}/?u={}`, { query: 'u' }, { json: 'constructor.name' }],
    ['jwt', 'z', `${host}/e30.${base64('{"u":"z"}')}.x`, { segment: 0 }, { jwt: 'u' }],
    [
      'protobuf, cut off',
      undefined,
      `${host}/${base64(Buffer.from([0x1a, 9, 1]))}`,
      { segment: 0 },
      { base64: true },
      { protobuf: 3 },
    ],
    [
      'sparkpost, cut off',
      undefined,
      `${host}/${base64(Buffer.from([0x44, 9, 1]))}`,
      { segment: 0 },
      { base64: true },
      { sparkpost: 4 },
    ],
    ['split', 'b', `${host}/a.b.c`, { segment: 0 }, { split: '.', index: 1 }],
    ['prepend', 'https://x.example/', `${host}/?u=x.example/`, { query: 'u' }, { prepend: 'https://' }],
    [
      'prepend, with a port',
      'https://x.example:8080/',
      `${host}/?u=x.example:8080/`,
      { query: 'u' },
      { prepend: 'https://' },
    ],
    ['prepend, not needed', 'mailto:x', `${host}/?u=mailto:x`, { query: 'u' }, { prepend: 'https://' }],
    ['parameter', 'b c', `${host}/?u=a%3D1%26l%3Db%2520c`, { query: 'u' }, { parameter: 'l' }],
    ['unescape_html', 'a&b"', `${host}/?u=a%26amp%3Bb%26quot%3B`, { query: 'u' }, { unescape_html: true }],
    ['repair_scheme', 'https://x/', `${host}/?u=https:/x/`, { query: 'u' }, { repair_scheme: true }],
    ['replace', 'a-b-c', `${host}/a+b+c`, { segment: 0 }, { replace: '+', with: '-' }],
    [
      'signature behind the URL',
      'https://www.example.org:8080/a:b',
      `${host}/?u=${encodeURIComponent('https://www.example.org:8080/a:b:k3Xq9zW7b1NcDvLp0sR2tYuE4aI')}`,
      { query: 'u' },
      { cut_signature: ':', length: 27 },
    ],
    [
      'no signature: a port and a path',
      undefined,
      `${host}/?u=${encodeURIComponent('https://www.example.org:8080/a')}`,
      { query: 'u' },
      { cut_signature: ':', length: 27 },
    ],
    [
      'no signature: longer',
      undefined,
      `${host}/?u=${encodeURIComponent('https://www.example.org/:k3Xq9zW7b1NcDvLp0sR2tYuE4aIx')}`,
      { query: 'u' },
      { cut_signature: ':', length: 27 },
    ],
    // In plain base64 a `?` can be a `/`: what stands in front of it would be a URL without its query.
    [
      'base64 that goes on behind a slash',
      undefined,
      `${host}/c/aHR0cHM6Ly9leGFtcGxlLm9yZy9hYmM/cG90PTEy`,
      { segment: 1 },
      { base64: true },
    ],
    [
      'base64 that goes on behind a slash, counted from the end',
      undefined,
      `${host}/c/aHR0cHM6Ly9leGFtcGxlLm9yZy9hYmM/cG90PTEy`,
      { segment: -2 },
      { base64: true },
    ],
    [
      'base64 in front of a token',
      'https://example.org/abc',
      `${host}/c/aHR0cHM6Ly9leGFtcGxlLm9yZy9hYmM/657b2ceb8ea98fa71906bc7eB02626f58`,
      { segment: 1 },
      { base64: true },
    ],
    ['too long', undefined, `${host}/?u=${'a'.repeat(8200)}`, { query: 'u' }],
  ])('%s', (_, expected, url, ...steps) => {
    expect(decode(url, ...steps)).toBe(expected);
  });
});
