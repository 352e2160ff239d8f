import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanHtml } from '../../../src/html/index.ts';
import { scanPlain } from '../../../src/text/index.ts';
import { clean, outcomeOf } from './support.ts';

const runs = { numRuns: 300 };

const hosts = fc.constantFrom(
  'www.example.org',
  'example.co.uk',
  'xn--bcher-kva.example.org',
  'a-b.example.com',
  'EXAMPLE.net',
);
const characters = "abcXYZ019-._~!$&'()*+,;=:@".split('');
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...characters) },
  fc.integer({ min: 0, max: 0x7e }).map((code) => encodeURIComponent(String.fromCharCode(code))),
  fc.constantFrom('%C3%A9', '%2F', '%2f', '%25', '%E2%82%AC'),
);
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(piece, { maxLength }).map((pieces) => pieces.join(''));

/** Absolute URLs that a client sends as they stand: no guard word can be in them, since words of the lists do not come about by chance. */
const destinations = fc
  .record({
    scheme: fc.constantFrom('http://', 'https://', 'HTTPS://'),
    host: hosts,
    port: fc.constantFrom('', ':8443', ':80'),
    path: fc.array(text(8), { maxLength: 4 }),
    query: fc.option(fc.array(text(12), { minLength: 1, maxLength: 4 })),
    fragment: fc.option(text(10)),
  })
  .map(({ scheme, host, port, path, query, fragment }) => {
    const parts = query === null ? '' : `?${query.map((value, index) => `p${index}=${value}`).join('&')}`;
    return `${scheme}${host}${port}/${path.join('/')}${parts}${fragment === null ? '' : `#f${fragment}`}`;
  })
  // A sign of a signature or of an unfilled template is a guard, and tested as one.
  .filter((url) => URL.canParse(url) && !/%25%25|%%|\[\[|\*%7C|%7B%7B|\$\{|##/i.test(url));

const long = fc
  .tuple(destinations, fc.integer({ min: 500, max: 2000 }))
  .map(
    ([url, length]) =>
      `${url}${url.includes('?') || url.includes('#') ? '' : '?'}${'a1-'.repeat(length / 3)}`,
  );

const base64url = (value: string | Buffer): string => Buffer.from(value).toString('base64url');

/** How operators wrap a URL. */
const wrappers: Readonly<Record<string, (url: string) => string>> = {
  'query value': (url) => `https://email.mailchimp.com/mctx/clicks?url=${encodeURIComponent(url)}&xid=0a1b`,
  'path segment': (url) =>
    `https://abc.r.eu-west-1.awstrack.me/L0/${encodeURIComponent(url)}/1/0102018969854525-eb08255a-000000/5sVIJ8QM=331`,
  'base64 segment': (url) => `https://s2qht.mjt.lu/lnk/AUsAADl8/1/pnb-CVQauDQ3/${base64url(url)}`,
  'base64 of the encoded URL': (url) =>
    `https://acme.lt.acemlnb.com/Prod/link-tracker?redirectUrl=${base64url(encodeURIComponent(url))}&sig=0a1b`,
  'JSON in base64': (url) =>
    `https://e.customeriomail.com/e/c/${base64url(JSON.stringify({ id: 1, href: url }))}/82fdf7121c77`,
  JWT: (url) => `https://t.dripemail2.com/c/eyJhbGciOiJIUzI1NiJ9.${base64url(JSON.stringify({ url }))}.c2ln`,
  inflate: (url) =>
    `https://email.mg.example.com/c/${base64url(deflateSync(`h=1&l=${encodeURIComponent(url)}`))}`,
  'raw tail': (url) => `https://contactmonkey.com/api/v1/tracker?cm_type=link&cm_destination=${url}`,
  'whole query': (url) => `https://href.li/?${url}`,
  generic: (url) => `https://post.example.info/8f14e45fceea/x?zz=${encodeURIComponent(url)}`,
  'generic path': (url) => `https://post.example.info/8f14e45fceea/${encodeURIComponent(url)}`,
  nested: (url) =>
    `https://www.google.com/url?q=${encodeURIComponent(`https://email.mailchimp.com/mctx/clicks?url=${encodeURIComponent(url)}`)}`,
};

const escapeHtml = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;').replaceAll('<', '&lt;');

const quotings: Readonly<Record<string, (url: string) => string>> = {
  double: (url) => `<p><a href="${escapeHtml(url)}">x</a></p>`,
  single: (url) => `<p><a class=y href='${escapeHtml(url)}'>x</a></p>`,
  unquoted: (url) =>
    `<p><a href=${escapeHtml(url).replaceAll('=', '&#61;').replaceAll('`', '&#96;')} id=z>x</a></p>`,
};

describe('unwrap(wrap(url)) is url, character by character', () => {
  it.each(Object.entries(wrappers))('%s', (_, wrap) => {
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: destinations }, long), (url) => {
        expect(outcomeOf(wrap(url)).url).toBe(url);
      }),
      runs,
    );
  });

  it.each(Object.entries(quotings))('as written in an HTML attribute: %s', (quoting, write) => {
    fc.assert(
      fc.property(destinations, fc.constantFrom(...Object.values(wrappers)), (url, wrap) => {
        // Without quotes `--!` could close a comment in some readings: such a link stays as it is.
        fc.pre(quoting !== 'unquoted' || !url.includes('--!'));
        const { html = '' } = clean({ html: write(wrap(url)) });
        expect(scanHtml(html, {}).places.map((place) => place.value)).toEqual([url]);
        expect(clean({ html })).toEqual({ html });
      }),
      runs,
    );
  });

  it('as written in plain text in angle brackets', () => {
    fc.assert(
      fc.property(destinations, fc.constantFrom(...Object.values(wrappers)), (url, wrap) => {
        expect(clean({ plain: `Lees <${wrap(url)}> verder` })).toEqual({ plain: `Lees <${url}> verder` });
      }),
      runs,
    );
  });

  it('as written in plain text, or left where a client would read another URL back', () => {
    fc.assert(
      fc.property(destinations, fc.constantFrom(...Object.values(wrappers)), (url, wrap) => {
        const plain = `Lees ${wrap(url)} verder`;
        const cleaned = clean({ plain }).plain ?? '';
        // An end that reads like punctuation belongs to the sentence, before and after.
        const isWhole = scanPlain(plain, { flowed: false, delsp: false })[0]?.value === wrap(url);
        if (cleaned === plain || !isWhole) return;
        expect(cleaned).toBe(`Lees ${url} verder`);
        expect(scanPlain(cleaned, { flowed: false, delsp: false }).map((place) => place.value)).toEqual([
          url,
        ]);
      }),
      runs,
    );
  });
});

const refused = fc.oneof(
  fc.tuple(fc.ipV4(), text(8)).map(([ip, path]) => `http://${ip}/${path}`),
  fc.tuple(fc.ipV6(), text(8)).map(([ip, path]) => `http://[${ip}]/${path}`),
  destinations.map((url) => url.replace('://', '://user@')),
  destinations.map((url) => url.replace('://', '://user:secret@')),
  fc
    .tuple(fc.constantFrom('intranet', 'localhost', 'printer.local', 'wiki.corp', 'a.internal'), text(8))
    .map(([host, path]) => `https://${host}/${path}`),
  destinations.map((url) => url.replace(/^https?/i, 'ftp')),
  destinations.map((url) => url.replace(/^https?:/i, '')),
  destinations.map((url) => `${url}é`),
  destinations.map((url) => `${url} x`),
  destinations.map((url) => `${url}{{id}}`),
  destinations.map((url) => url.replace('://', ':///').replace('///', '/\\')),
);

describe('what does not pass the guards stays', () => {
  it('in every wrapper, octet for octet', () => {
    fc.assert(
      fc.property(refused, fc.constantFrom(...Object.entries(wrappers)), (url, [name, wrap]) => {
        // These take what is not encoded: the URL they stand in is another one.
        if (name === 'raw tail' || name === 'whole query') return;
        const html = `<a href="${escapeHtml(wrap(url))}">x</a>`;
        const result = clean({ html }).html ?? '';
        // A nested one may lose its outer layer, never more.
        if (name === 'nested') expect(result).not.toContain(`href="${escapeHtml(url)}"`);
        else expect(result).toBe(html);
      }),
      runs,
    );
  });

  it('nothing throws, whatever the text', () => {
    const url = fc.tuple(
      fc.constantFrom('https://', 'http:', 'https:/\\'),
      fc.string({ unit: 'binary', maxLength: 300 }),
    );
    fc.assert(
      fc.property(url, ([scheme, rest]) => {
        outcomeOf(scheme + rest);
        clean({ plain: scheme + rest, html: `<a href="${scheme}${rest}">${scheme}${rest}</a>` });
      }),
      runs,
    );
  });
});
