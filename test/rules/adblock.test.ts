import { describe, expect, it } from 'vitest';
import { readFilterList } from '../../src/rules/adblock.ts';
import { compileRules } from '../../src/rules/index.ts';
import { parseUrl } from '../../src/url/index.ts';

const text = `[Adblock Plus 2.0]
! Title: a list of our own
||pixel.example^$image
||third.example^$third-party
||both.example/open/
||allowed.example^
@@||allowed.example/logo.png$image
/open/track*id=
||many.example/*/a/*/open.gif
/^https?:\\/\\/[a-z]{9}\\.example\\//$image
||script.example^$script
||params.example^$removeparam=utm_source
||only.example^$image,domain=shop.example
example.com##.advert
`;
const loaded = await readFilterList('ours', text);
const reason = loaded.kind === 'unavailable' ? loaded.message : '';

describe.skipIf(loaded.kind === 'unavailable')(`filter lists in adblock syntax ${reason}`, () => {
  const set = compileRules([], 'test', { lists: loaded.kind === 'loaded' ? [loaded.list] : [] });

  it('counts what is used and what is not', () => {
    expect(loaded).toMatchObject({ used: 7, dropped: { expression: 1, wildcards: 1, other: 2 } });
    expect(set.size).toBe(7);
  });

  it.each([
    ['https://a.pixel.example/x.gif', 'ours: ||pixel.example^$image'],
    ['https://third.example/x.gif', 'ours: ||third.example^$third-party'],
    ['https://both.example/open/1', 'ours: ||both.example/open/'],
    ['https://allowed.example/x.gif', 'ours: ||allowed.example^'],
    ['https://allowed.example/logo.png', undefined],
    ['https://x.example/open/trackpixel?id=1', 'ours: /open/track*id='],
    ['https://many.example/1/a/2/open.gif', undefined],
    ['https://abcdefghi.example/', undefined],
    ['https://script.example/', undefined],
    ['https://params.example/?utm_source=1', undefined],
    ['https://only.example/', undefined],
    [`https://pixel.example/${'a'.repeat(3000)}`, undefined],
  ])('%s: %s', (address, source) => {
    const url = parseUrl(address);
    const rule = url === undefined ? undefined : set.pixel(url);
    expect(rule === undefined ? undefined : [rule.source, rule.id, rule.operator, rule.probable]).toEqual(
      source === undefined ? undefined : [source, 'list:ours', 'ours', true],
    );
  });
});
