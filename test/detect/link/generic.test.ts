import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './support.ts';

const to = 'https://www.example.org/nieuws/7?lang=nl&q=a%2Fb#top';
const plain = 'https://www.example.org/nieuws/7';
const encoded = encodeURIComponent(to);
const base64url = (text: string | Buffer): string => Buffer.from(text).toString('base64url');
const json = JSON.stringify({ id: 7, href: to });
const jwt = `${base64url('{"alg":"HS256"}')}.${base64url(json)}.c2lnbmF0dXJl`;
const zlib = deflateSync(`i=7&l=${encoded}`);
const host = 'https://post.example.com';

describe('a redirect of a format that nobody listed', () => {
  it.each([
    ['parameter', `${host}/x?u=${encoded}&id=8f14e45fceea`],
    ['parameter behind another', `${host}/x?id=8f14e45fceea&zz=${encoded}`],
    ['`;` between parameters', `${host}/x?id=8f14e45fceea;u=${encoded}`],
    ['encoded twice', `${host}/x?id=8f14e45fceea&u=${encodeURIComponent(encoded)}`],
    ['base64', `${host}/x?id=8f14e45fceea&u=${base64url(to)}`],
    [
      'base64 with padding',
      `${host}/x?id=8f14e45fceea&u=${encodeURIComponent(Buffer.from(to).toString('base64'))}`,
    ],
    ['hex', `${host}/x?id=8f14e45fceea&u=${Buffer.from(to).toString('hex')}`],
    ['JSON in base64', `${host}/x/${base64url(json)}`],
    ['JWT', `${host}/x/${jwt}`],
    ['inflated', `${host}/x/${base64url(zlib)}`],
    [
      'inflated, without final block',
      `${host}/x/${base64url(deflateSync(`i=7&l=${encoded}`, { finishFlush: constants.Z_SYNC_FLUSH }))}`,
    ],
    ['path segment', `${host}/8f14e45fceea/${encoded}/7`],
    ['path segment in base64', `${host}/8f14e45fceea/${base64url(to)}`],
    ['raw tail of the path', `${host}/8f14e45fceea/${to}`],
    ['collapsed raw tail', `${host}/8f14e45fceea/${to.replace('//', '/')}`],
    ['tail behind an asterisk', `${host}/8f14e45fceea/*${to}`],
    ['pieces of a query', `${host}/click?EeW91/CeyJtaWQi/V${base64url(to)}/SWkh`],
    ['fragment', `${host}/8f14e45fceea#${encoded}`],
    ['redirect word instead of a token', `${host}/click?u=${encoded}`],
    ['redirect words together', `${host}/email-click-tracking?u=${encoded}`],
    ['redirect word of a program', `${host}/linkRedirect.aspx?u=${encoded}`],
    ['redirect word with what it leads to', `${host}/redirect-to-url?u=${encoded}`],
    ['redirect word with a version', `${host}/click_v2.php?u=${encoded}`],
    ['redirect word in a host label', `https://click.example.com/?u=${encoded}`],
  ])('%s', (_, url) => {
    expect(outcomeOf(url)).toEqual({ url: to, redirect: 'generic' });
  });

  it.each([
    [
      'a `+` in the path, which is a blank to most servers',
      `${host}/x?id=8f14e45fceea&u=https%3A%2F%2Fwww.example.org%2Fa+b`,
    ],
    [
      'a `;` behind the value, which is a part of it to most servers',
      `${host}/x?id=8f14e45fceea&u=${encodeURIComponent(plain)};x=1`,
    ],
  ])('is none where servers read the value differently: %s', (_, url) => {
    expect(outcomeOf(url).url).toBe(url);
  });

  it("may be a raw parameter at the end, whose fragment is the destination's", () => {
    expect(outcomeOf(`${host}/x?id=8f14e45fceea&u=${plain}?a=1#top`).url).toBe(`${plain}?a=1#top`);
  });

  it('is followed through several layers', () => {
    const inner = `https://links.example.net/r?u=${encoded}`;
    const url = `${host}/click?u=${encodeURIComponent(inner)}`;
    expect(outcomeOf(url).url).toBe(to);
  });
});

describe('what is no redirect although it carries a URL', () => {
  it.each([
    ['same registrable domain', `https://click.example.org/?u=${encoded}`],
    ['no token and no redirect word', `${host}/page?u=${encoded}`],
    ['part of a parameter only', `${host}/click?u=see%20${encoded}`],
    ['text behind it', `${host}/click?u=${encoded}%20and%20more`],
    [
      'base64 that goes on behind a slash, which would be its query',
      `${host}/click/8f14e45fceea/aHR0cHM6Ly9leGFtcGxlLm9yZy9hYmM/cG90PTEy`,
    ],
    ['two candidates', `${host}/click?u=${encoded}&v=${encodeURIComponent('https://example.net/')}`],
    ['raw, with parameters of its own before others', `${host}/click?u=https://www.example.org/?a=1&b=2`],
    ['where to go back to', `${host}/click?return_url=${encoded}`],
    ['where one came from', `${host}/click?referrer=${encoded}`],
    ['an image', `${host}/click?image_url=${encoded}`],
    ['secret beside it', `${host}/click?token=8f14e45fceea167a&u=${encoded}`],
    ['share', `${host}/share/click?u=${encoded}`],
    ['login', `${host}/login/redirect?u=${encoded}`],
    ['IP literal', `${host}/click?u=${encodeURIComponent('http://192.0.2.7/x')}`],
    ['IP literal in octal', `${host}/click?u=${encodeURIComponent('http://0300.0.2.7/x')}`],
    ['IPv6', `${host}/click?u=${encodeURIComponent('http://[2001:db8::1]/x')}`],
    ['single label', `${host}/click?u=${encodeURIComponent('http://intranet/x')}`],
    ['private suffix', `${host}/click?u=${encodeURIComponent('http://wiki.corp.internal/x')}`],
    ['userinfo', `${host}/click?u=${encodeURIComponent('https://www.example.org@example.net/')}`],
    ['other scheme', `${host}/click?u=${encodeURIComponent('ftp://www.example.org/')}`],
    ['protocol-relative', `${host}/click?u=${encodeURIComponent('//www.example.org/')}`],
    ['not ASCII', `${host}/click?u=${encodeURIComponent('https://www.example.org/é')}`],
    ['broken escape', `${host}/click?u=https%3A%2F%2Fwww.example.org%2F%2`],
    ['not UTF-8', `${host}/click?u=https%3A%2F%2Fwww.example.org%2F%E9`],
    ['space', `${host}/click?u=${encodeURIComponent('https://www.example.org/a b')}`],
    ['backslash', `${host}/click?u=${encodeURIComponent('https://www.example.org\\@example.net/')}`],
    ['placeholder', `${host}/click?u=${encodeURIComponent('https://www.example.org/{{id}}')}`],
    [
      'placeholder of Mailchimp',
      `${host}/click?u=${encodeURIComponent('https://www.example.org/*|EMAIL|*')}`,
    ],
    ['placeholder of Salesforce', `${host}/click?u=${encodeURIComponent('https://www.example.org/%%id%%')}`],
    ['base64 with bits left over', `${host}/click?u=aHR0cHM6Ly9leGFtcGxlLm9yZ4`],
    [
      'unsubscribing behind it',
      `${host}/click?u=${encodeURIComponent('https://www.example.org/unsubscribe/7')}`,
    ],
    ['bomb', `${host}/click?u=${base64url(deflateRawSync(Buffer.alloc(300_000)))}`],
    ['longer than 8192 characters', `${host}/click?u=${encoded}&x=${'a1'.repeat(4096)}`],
  ])('%s', (_, url) => {
    expect(outcomeOf(url).url).toBe(url);
  });
});

describe('the fragment of a redirect', () => {
  it('is carried over as a browser does, unless the destination has one', () => {
    const google = 'https://www.google.com/url?q=';
    expect(outcomeOf(`${google}${encodeURIComponent(plain)}#part`).url).toBe(`${plain}#part`);
    expect(outcomeOf(`${google}${encoded}#part`).url).toBe(to);
  });
});
