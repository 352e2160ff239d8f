import { describe, expect, it } from 'vitest';
import { judge, outcomeOf } from './support.ts';

const page = 'https://www.example.org/nieuws/7';
const redirect = (url: string): string =>
  `https://email.mailchimp.com/mctx/clicks?url=${encodeURIComponent(url)}&xid=0a1b`;

describe('tracking parameters are cut, and nothing else changes', () => {
  it.each([
    ['the only one', `${page}?utm_source=x`, page],
    ['the only one, with a fragment', `${page}?utm_source=x#top`, `${page}#top`],
    ['first', `${page}?utm_source=x&id=7`, `${page}?id=7`],
    ['middle', `${page}?id=7&utm_source=x&lang=nl`, `${page}?id=7&lang=nl`],
    ['last', `${page}?id=7&utm_source=x`, `${page}?id=7`],
    ['several', `${page}?utm_source=x&id=7&utm_medium=y&lang=nl&mc_cid=0a1b`, `${page}?id=7&lang=nl`],
    ['all', `${page}?utm_source=x&utm_medium=y&mc_cid=0a1b`, page],
    ['`;` between them', `${page}?id=7;utm_source=x;lang=nl`, `${page}?id=7;lang=nl`],
    ['mixed separators', `${page}?utm_source=x;id=7&utm_medium=y`, `${page}?id=7`],
    ['without a value', `${page}?utm_source&id=7`, `${page}?id=7`],
    ['name percent-encoded', `${page}?id=7&utm%5Fsource=x`, `${page}?id=7`],
    ['twice', `${page}?utm_source=x&id=7&utm_source=y`, `${page}?id=7`],
    ['in the fragment', `${page}#utm_source=x&tab=2`, `${page}#tab=2`],
    ['only in the fragment', `${page}?id=7#utm_source=x`, `${page}?id=7`],
    ['in both', `${page}?utm_source=x&id=7#utm_medium=y&tab=2`, `${page}?id=7#tab=2`],
    [
      'odd encoding around it',
      `${page}?q=a+b%20c%2f%2F&utm_source=x&r=%e9é~`,
      `${page}?q=a+b%20c%2f%2F&r=%e9é~`,
    ],
    ['empty pairs', `${page}?a=1&&utm_source=x&&b=2`, `${page}?a=1&&&b=2`],
    ['a slash before the query', `https://www.example.org/?fbclid=AbC`, 'https://www.example.org/'],
    ['no path', `https://www.example.org?gclid=AbC`, 'https://www.example.org'],
    ['value with `=` and `?`', `${page}?utm_content=a=b?c&id=7`, `${page}?id=7`],
    [
      'of one site',
      'https://open.spotify.com/show/0mW?si=61984f&t=3',
      'https://open.spotify.com/show/0mW?t=3',
    ],
  ])('%s', (_, url, to) => {
    expect(outcomeOf(url).url).toBe(to);
  });

  it.each([
    ['an ordinary parameter', `${page}?id=7&source=x&ref=y&e=1`],
    ['another case', `${page}?UTM_SOURCE=x`],
    ['a name that only begins like it', `${page}?utmost=x&fbclidx=1`],
    ['a fragment that is a route', `${page}#/a?utm_source=x`],
    ['a short __s', `${page}?__s=abc`],
    ['unsubscribing', 'https://www.example.org/unsubscribe?id=7&utm_source=x'],
    ['signed', `${page}?id=7&sig=0a1b2c&utm_source=x`],
    ['signed by a digest', `${page}?id=7&h=8f14e45fceea167a5a36&utm_source=x`],
    ['with a one-time token', `${page}?token=8f14e45fceea&utm_source=x`],
    ['under an account', 'https://www.example.org/account/orders?utm_source=x'],
    ['what looks like a counter', 'https://news.example.org/c/8f14e45fceea167a?utm_source=x'],
    ['a counter with a bare token', 'https://news.example.org/d?o0c3toli0bmx3ed0d0000lgq&utm_source=x'],
    ['an opaque redirect', 'https://acme.us1.list-manage.com/track/click?u=1&id=2&e=3&utm_source=x'],
    ['a site where it broke', 'https://www.axs.com/events/1?utm_source=x'],
    ['an unfilled template', `${page}?id={{id}}&utm_source=x`],
  ])('not from %s', (_, url) => {
    expect(outcomeOf(url).url).toBe(url);
  });

  it('names of recipients that some sites need go only behind a redirect', () => {
    for (const name of ['mkt_tok', '_kx', 'ck_subscriber_id', 'elqTrackId', 'elq']) {
      const url = `${page}?id=7&${name}=8f14e45fceea`;
      expect(outcomeOf(url).url).toBe(url);
      expect(outcomeOf(redirect(url)).url).toBe(`${page}?id=7`);
    }
  });

  it('the destination of a redirect loses them, whose own stay its own', () => {
    expect(outcomeOf(redirect(`${page}?utm_source=x&id=7#top`)).url).toBe(`${page}?id=7#top`);
  });

  it('a guarded link with some is reported, an ordinary link is not', () => {
    const html = `<a href="https://www.example.org/unsubscribe?utm_source=x">a</a><a href="${page}">b</a>`;
    expect(judge({ html })).toMatchObject([
      { kind: 'param', guard: 'unsubscribe', names: ['utm_source'], operator: 'UTM' },
    ]);
  });
});
