import { describe, expect, it } from 'vitest';
import { DEFAULT_CAPS, neutralise, rewriteUrl, scanCss, scanHtml } from '../../src/html/index.ts';
import type { Place } from '../../src/html/index.ts';
import { applyEdits, cleanOfTracker, isTracker, mayBeTracker } from './apply.ts';
import { families, isXml } from './vector-files.ts';

const only = (text: string): Place => {
  const { places } = scanHtml(text);
  expect(places).toHaveLength(1);
  return places[0] as Place;
};

describe('what goes with a place', () => {
  it.for([
    ['<img width=1 src=https://tracker.example/a alt=x>', '<img width=1  >'],
    ['<img src="https://tracker.example/a" alt="">', '<img  alt="">'],
    ['<img src="https://tracker.example/a"src="cid:b">', '<img src="about:blank"src="cid:b">'],
    [
      '<image href="https://tracker.example/a" xlink:href="https://tracker.example/b"/>',
      '<image href="about:blank" xlink:href="about:blank"/>',
    ],
    ['<img srcset src=https://tracker.example/a\n=cid:b>', '<img srcset src=about:blank\n=cid:b>'],
    ['<img srcset alt="x"=cid:b src=https://tracker.example/a>', '<img srcset alt="x"=cid:b >'],
    ['<img srcset="cid:a 1x, https://tracker.example/b 2x">', '<img srcset="cid:a 1x, ">'],
    ['<img srcset="https://tracker.example/b 2x" src=cid:a>', '<img  src=cid:a>'],
    ['<rect/fill="url(https://tracker.example/a#b)">', '<rect/fill="url(about:blank)">'],
    ['<td/background=https://tracker.example/a>', '<td/ >'],
    [
      '<p style="background:url(&quot;https://tracker.example/a&quot;)">',
      '<p style="background:url(&quot;about:blank&quot;)">',
    ],
    [
      '<video src=https://tracker.example/a><source src=cid:b></video>',
      '<video src=about:blank><source src=cid:b></video>',
    ],
    [
      '<!--[if mso]><img src="https://tracker.example/a"><![endif]-->',
      '<!--[if mso]><img src=""><![endif]-->',
    ],
    ['<img src="https://tracker.example/a>b <i c="d">', '<img src="about:blank>b <i c="d">'],
    ['<p style="display:none">a<img src=https://tracker.example/a>b</p>', '<p style="display:none">ab</p>'],
    [
      '<h1 style="display:none">a</h2><img src=https://tracker.example/a>',
      '<h1 style="display:none">a</h2><img >',
    ],
    ['<p style="display:none">&lt<img src=https://tracker.example/a>;', '<p style="display:none">&lt;'],
    ['<p hidden><<img src=https://tracker.example/a>img src=cid:b>', '<p hidden><<img >img src=cid:b>'],
    [
      '<svg style="display:none"><img src=https://tracker.example/a></svg>',
      '<svg style="display:none"><img ></svg>',
    ],
  ] as const)('%s', ([text, expected]) => {
    expect(cleanOfTracker(text)).toBe(expected);
  });
});

describe('documents too deep in others to be read', () => {
  const nested = (inner: string): string => {
    let document = inner;
    for (let depth = 0; depth < 45; depth += 1)
      document = `<iframe src=data:text/html,${document.replaceAll(/[%<> ]/g, encodeURIComponent)}>`;
    return document;
  };
  it.for([
    ['no slashes', '<img src=https:tracker.example/x>'],
    ['base64', `<iframe src=data:text/html;base64,${btoa('<img src=//tracker.example/x>')}>`],
    ['base64 in base64', `;base64,${btoa(`;base64,${btoa('<img src=//tracker.example/x>')}`)}`],
    ['escapes', '<p style="background:url(\\68 ttps:\\2f/tr\\61 cker.example/x)">'],
    [
      'escapes around escapes',
      `<style>@import "data:text/css,@import '\\\\2f\\\\2f tracker.example/x'"</style>`,
    ],
    ['a line break in a string', '<style>@import "//tracker.exa\\%0ample/x"</style>'],
    ['entities', '<!DOCTYPE svg [<!ENTITY a "tracker">]><image href="https://&a;.example/x"/>'],
    [
      'entities in references',
      '<!DOCTYPE svg [<!ENTITY a "tracker">]><image href="https://&amp;a;.example/x"/>',
    ],
    [
      'UTF-16',
      '%00<%00i%00m%00g%00 %00s%00r%00c%00=%00/%00/%00t%00r%00a%00c%00k%00e%00r%00.%00e%00x%00a%00m%00p%00l%00e%00/%00x%00>',
    ],
    [
      'UTF-16 in base64',
      `;base64,${Buffer.from('<img src=//tracker.example/x>', 'utf16le').toString('base64')}`,
    ],
    ['ISO-2022-JP', '<im%1b(Bg src=//tr%1b(Backer.example/x>'],
  ] as const)('%s', ([, inner]) => {
    expect(scanHtml(nested(inner)).places.some(isTracker)).toBe(true);
  });
});

describe('what a text declares for a name that HTML has, too, hides nothing from those who know HTML alone', () => {
  it.for([
    ['an attribute', '<!ENTITY period "x"><img src="https://tracker&period;example/x">'],
    ['a number', '<!ENTITY #46 "x"><img src="https://tracker&#46;example/x">'],
    ['in a comment, behind it', '<img src="https://tracker&period;example/x"><!-- <!ENTITY period "x"> -->'],
    ['a document', '<!ENTITY lt ""><iframe srcdoc="&lt;img src=//tracker.example/x>">'],
    ['a style', '<!ENTITY period "x"><p style="background:url(//tracker&period;example/x)">'],
    [
      'a sheet',
      '<!ENTITY period "x"><svg><style>a{background:url(//tracker&period;example/x)}</style></svg>',
    ],
    ['a base', '<!ENTITY period "x"><base href="https://tracker&period;example/"><img src="x">'],
    [
      'declared elsewhere',
      `<iframe srcdoc='<!DOCTYPE html SYSTEM "a"><img src="https://tracker&period;example/x">'>`,
    ],
  ] as const)('%s', ([, html]) => {
    expect(scanHtml(html).places.some(isTracker)).toBe(true);
    expect(scanHtml(cleanOfTracker(html)).places.some(isTracker)).toBe(false);
  });

  it('a link stays one', () => {
    const html = '<!DOCTYPE html [<!ENTITY a "x">]><a href="https://a.example/?&a;">b</a>';
    expect(scanHtml(html).places.map(({ value }) => value)).toEqual(['https://a.example/?x']);
  });
});

describe('lists that nobody writes by hand are one place, and go as one', () => {
  const many = Array.from({ length: 100 }, (_, n) => `https://a.example/${n}`);
  it.for([
    ['srcset', `<img srcset="${many.join(' 1x,')}, //tracker.example/x 2x">`],
    ['ping', `<a ping="${many.join(' ')} https://tracker.example/x">`],
    ['values', `<svg><image><set attributeName=href values="${many.join(';')};https://tracker.example/x"/>`],
    [
      'a document in it',
      `<img srcset="${many.join(' 1x,')}, data:image/svg+xml,<image/href=//tracker.example/x> 2x">`,
    ],
    ['doubtful', `<!--<img srcset="${many.join(' 1x,')}, //tracker.example/x 2x">-->`],
    ['doubtful, with what may not go', `<!--<a ping="${many.join(' -- ')} https://tracker.example/x">-->`],
  ] as const)('%s', ([, text]) => {
    const cleaned = cleanOfTracker(text);
    expect(cleaned).not.toContain('tracker.example/');
    expect(cleanOfTracker(cleaned)).toBe(cleaned);
  });
});

describe('a URL is written back through what is around it', () => {
  it.for([
    [
      '<a href="https://a.example/?x=1">',
      'https://b.example/?y=1&z=2',
      '<a href="https://b.example/?y=1&amp;z=2">',
    ],
    ["<a href='https://a.example/'>", "https://b.example/it's", "<a href='https://b.example/it&#39;s'>"],
    ['<a href=https://a.example/>', 'https://b.example/>"', '<a href=https://b.example/&gt;&quot;>'],
    [
      '<p style="background:url(https://a.example/)">',
      'https://b.example/c',
      '<p style="background:url(https://b.example/c)">',
    ],
    [
      '<!--[if mso]><a href="https://a.example/"><![endif]-->',
      'https://b.example/a--b',
      '<!--[if mso]><a href="https://b.example/a-&#45;b"><![endif]-->',
    ],
    ['<p style="background:url(https://a.example/)">', 'https://b.example/(c)', undefined],
    ['<img srcset="https://a.example/ 2x">', 'https://b.example/,', undefined],
    ['<a href="https://a.example/">', 'https://b.example/\u00e9', undefined],
  ] as const)('%s <- %s', ([text, url, expected]) => {
    const edits = rewriteUrl(only(text), url);
    expect(edits === undefined ? undefined : applyEdits(text, edits)).toBe(expected);
  });
});

describe('context', () => {
  it('links elements to those around them', () => {
    const place = only('<div hidden><p>a<p style="x:y"><img src=https://a.example/b></div>');
    expect(place.element?.parent?.tag).toBe('p');
    expect(place.element?.parent?.attributes[0]?.value).toBe('x:y');
    expect(place.element?.parent?.parent?.tag).toBe('div');
  });

  it.for([
    ['<!--[if mso]><div style="display:none"><img src=//a.example/b></div><![endif]-->', 'div p'],
    ['<!--[if mso]><div hidden><p>a</p></div><img src=//a.example/b><![endif]-->', 'p'],
    ['<!--[if mso]><td hidden><b><img src=//a.example/b><![endif]-->', 'b td p'],
    ['<!--[if mso]><br><v:rect hidden><v:fill src=//a.example/b /></v:rect><![endif]-->', 'v:rect p'],
    ['<!--[if mso]><i><![endif]--><!--[if mso]><img src=//a.example/b><![endif]-->', 'p'],
    [`<!--[if mso]>${'<b>'.repeat(200)}<img src=//a.example/b><![endif]-->`, 'p'],
  ] as const)('links elements inside a comment to those around them there: %s', ([text, parents]) => {
    const { places, flat } = scanHtml(`<p>${text}`);
    const around: string[] = [];
    for (let at = places[0]?.element?.parent; at !== undefined; at = at.parent) around.push(at.tag);
    expect(around.join(' ')).toBe(parents);
    expect(flat).toBeUndefined();
  });

  it.for([
    ['<h1 hidden>a</h2>', ''],
    ['<h1 hidden>a<h2>', 'h2'],
    ['<a hidden href=//a.example/x>a<a href=cid:y>', 'a'],
    ['<a hidden href=//a.example/x>a<div>b<a href=cid:y>', 'a'],
    ['<a hidden><table><tr><td><a>', 'a td tr table a'],
    ['<button hidden>a<button>', 'button'],
    ['<div hidden><button>a</div>', ''],
    ['<p hidden>a<div>', 'div'],
    ['<p hidden>a<summary>', 'summary'],
    ['<ul><p hidden>a<li>', 'li ul'],
    ['<ul><li hidden>a<li>', 'li ul'],
    ['<dl><dt hidden>a<dd>', 'dd dl'],
    ['<table><tr><td hidden>a<td>', 'td tr table'],
  ] as const)('closes what browsers close: %s', ([text, parents]) => {
    const { places } = scanHtml(`${text}<img src=https://a.example/b>`);
    const around: string[] = [];
    for (let at = places.at(-1)?.element?.parent; at !== undefined; at = at.parent) around.push(at.tag);
    expect(around.join(' ')).toBe(parents);
  });

  it('says where a link has its text that the next one ends', () => {
    const text = '<a href=https://a.example/>read <b>on</b><a href=cid:b>c</a>';
    const span = scanHtml(text).places[0]?.element?.contentSpan;
    expect(text.slice(span?.start, span?.end)).toBe('read <b>on</b>');
  });

  it('says where a link has its text', () => {
    const text = '<a href=https://a.example/>read <b>on</b></a>';
    const span = only(text).element?.contentSpan;
    expect(text.slice(span?.start, span?.end)).toBe('read <b>on</b>');
  });

  it('says where visible content begins and ends', () => {
    const text = '<title>t</title><body>&nbsp;\u200c <p>first</p><img src=https://a.example/b>&zwnj; </body>';
    const scan = scanHtml(text);
    expect(text.slice(scan.firstText).startsWith('first')).toBe(true);
    expect(text.slice(scan.lastText).startsWith('<img')).toBe(true);
  });

  it('reads the rules that bear on size and visibility, with their media query', () => {
    const { styleRules } = scanHtml(
      '<style>.a,.b{width:1PX;color:red}@media (max-width:480px){.c{display:none!important}}</style>',
    );
    expect(styleRules.map((rule) => [rule.selector, [...rule.declarations], rule.media])).toEqual([
      ['.a,.b', [['width', '1px']], undefined],
      ['.c', [['display', 'none!important']], '(max-width:480px)'],
    ]);
  });

  const many = Array.from({ length: 10 }, () => 'tv').join();
  it.for([
    ['<style>/* a */ .p{width:1px}</style>', '.p', undefined],
    [`<style>/* ${'a'.repeat(400)} */<!-- .p/* ${'b'.repeat(400)} */{width:1px}</style>`, '.p', undefined],
    ['<style>[title="/*"] .p/**/{width:1px}/*"*/</style>', '[title="/*"] .p', undefined],
    ['<style>@layer x{.p{width:1px}}</style>', '.p', undefined],
    ['<style>@media/**/print{/* a */.p{width:1px}}</style>', '.p', 'print'],
    ['<style>@media print{@media screen,tv{.p{width:1px}}}</style>', '.p', 'print and screen,print and tv'],
    ['<style>@media screen{.p{@media print{width:1px}}}</style>', '.p', 'screen and print'],
    [`<style>@media ${many}{@media ${many}{.p{width:1px}}}</style>`, '.p', '@unknown'],
    ['<style>@supports not (display:x){@media screen{.p{width:1px}}}</style>', '.p', '@supports'],
    ['<style>@supports (display:block){.p{width:1px}}</style>', '.p', undefined],
    ['<style>@container (width>1px){.p{width:1px}}</style>', '.p', '@container'],
    ['<style>@-moz-document url-prefix(),screen{.p{width:1px}}</style>', '.p', '@-moz-document'],
    [
      '<style media="only screen and (max-width:480px)">.p{width:1px}',
      '.p',
      'only screen and (max-width:480px)',
    ],
    ['<style media=print>@media screen{.p{width:1px}}', '.p', 'print and screen'],
    ['<style media="/* a */ screen">.p{width:1px}', '.p', 'screen'],
    ['<style type=TEXT/CSS>.p{width:1px}', '.p', undefined],
    ['<style type=text/x>.p{width:1px}', '.p', '@unknown'],
  ] as const)('%s', ([text, selector, media]) => {
    const { styleRules } = scanHtml(text);
    expect(styleRules.map((rule) => [rule.selector, rule.media])).toEqual([[selector, media]]);
  });
});

describe('caps', () => {
  it.for([
    ['depth', { depth: 2 }, '<b><b><b>'],
    ['attributes', { attributes: 3 }, '<b a b c d>'],
    ['elements', { elements: 3 }, '<b><b><b><b>'],
    ['size', { characters: 10 }, '<b>0123456789'],
  ] as const)('%s: flat, and the place behind it is found', ([reason, cap, text]) => {
    const scan = scanHtml(`${text}<img src=https://tracker.example/a>`, {
      caps: { ...DEFAULT_CAPS, ...cap },
    });
    expect(scan.flat).toBe(reason);
    expect(scan.places.map((place) => place.urls)).toEqual([['https://tracker.example/a']]);
  });
});

describe.for([1000, 10_000])('unquoted values that end together, %i', (many) => {
  // Each begins in all of those in front of it, which are read up to where the host of a URL ends.
  it.for([
    ['<a/href=', '<img/src=https://tracker.example/a'],
    ['<b/src=//tracker.example/b', ''],
    ['<a/href=', '<p/style=background:url(https://tracker.example/a)'],
    ['<a/style=x:y(', '<p/style=background:url(https://tracker.example/a)'],
    ['<a/style=x:y("', '<b"c;background:url(https://tracker.example/a)'],
    ['<iframe/srcdoc=', '<img/src=https://tracker.example/a'],
  ] as const)('%s', ([unit, last]) => {
    const text = `<p title="${unit.repeat(many)}${last}"><b>`;
    const { places } = scanHtml(text);
    expect(places.some(isTracker)).toBe(many === 1000);
    expect(places.some(mayBeTracker)).toBe(true);
    const cleaned = cleanOfTracker(text);
    expect(scanHtml(cleaned).places.filter(mayBeTracker)).toEqual([]);
    expect(cleaned.includes(unit.slice(0, 5))).toBe(many === 1000);
  });
});

describe.for([
  [10, true],
  [40, false],
] as const)('documents that stand in one another by very many ways, %i', ([levels, isRead]) => {
  it.for([
    '<a/srcdoc=',
    '<_/srcdoc=',
    '<a/srcdoc=<!ENTITY',
    '<a/href=data:text/html,',
    '<a/srcset=data:text/html,',
  ])('%s', (unit) => {
    const text = `<svg><title>${unit.repeat(levels)}<img/src=//tracker.example/x>`;
    const { places } = scanHtml(text);
    expect(places.some(isTracker)).toBe(isRead);
    expect(places.some(mayBeTracker)).toBe(true);
    expect(scanHtml(cleanOfTracker(text)).places.filter(mayBeTracker)).toEqual([]);
  });
});

describe('behind the first end tag of a sheet, once more sheets than a message has were read', () => {
  const spent = '<svg><style><a>"</a>a{b:url(//c)}<!--'.repeat(400);

  // What stands there is the sheet's in svg only; relative URLs count as well, since the sender says against what.
  it.for(['url(a.png)', 'url( "a.png" )', "image-set('a.png' 1x)", 'url(https://tracker.example/a)'])(
    '%s',
    (image) => {
      const sheet = `--></style><svg><style><![CDATA[</style>]]>a{b:${image}}</style></svg>`;
      const text = `<base href="https://tracker.example/">${spent}${sheet}`;
      const behind = (place: Place): boolean =>
        isTracker(place) && place.span.start > text.lastIndexOf('CDATA');
      expect(scanHtml(text).places.some(behind)).toBe(true);
    },
  );
});

describe('what a URL means', () => {
  it('resolves against the base of the part', () => {
    const { places } = scanHtml('<img src=b.gif>', { base: 'https://a.example/x/' });
    expect(places.map((place) => place.urls)).toEqual([['https://a.example/x/b.gif']]);
  });

  it('knows the host of a relative URL behind more of them than anybody writes', () => {
    const many = Array.from({ length: 9000 }, (_, number) => `<img src=${number}.png>`).join('');
    const { places } = scanHtml(`<base href=https://tracker.example/a/>${many}`);
    expect(places[0]?.urls).toEqual(['https://tracker.example/a/0.png']);
    expect(places.every(isTracker)).toBe(true);
  });

  it.for([
    ['https://a.example', ['https://a.example/']],
    ['//a.example', ['https://a.example/', 'http://a.example/']],
    ['b/c?d#e', ['https://base.example/x/b/c?d#e']],
    ['/b', ['https://base.example/b']],
    ['?b', ['https://base.example/x/y?b']],
    ['../b', ['https://base.example/b']],
    ['b c', ['https://base.example/x/b%20c']],
    ['/\t/a.example', ['https://a.example/', 'http://a.example/']],
    ['b:c', []],
  ] as const)('%s', ([value, urls]) => {
    const { places } = scanHtml(`<img src="${value}">`, { base: 'https://base.example/x/y' });
    expect(places.flatMap((place) => place.urls)).toEqual(urls);
  });

  it('gives a Windows share the URL that is asked for in its stead', () => {
    expect(only('<img src="file://tracker.example/s/a.png">').urls).toContain(
      'http://tracker.example/s/a.png',
    );
    expect(only('<img src="\\\\tracker.example\\s\\a.png">').urls).toContain(
      'https://tracker.example/s/a.png',
    );
  });

  it('finds the places of a style sheet', () => {
    const [place] = scanCss('@import "https://tracker.example/a";');
    expect(place?.channel).toBe('style');
    expect(place === undefined ? [] : neutralise(place)).toEqual([
      { start: 9, end: 34, replacement: 'about:blank' },
    ]);
  });
});

describe('our vectors', () => {
  it.for(families())('$family: each is found, and a second time changes nothing', ({ rows }) => {
    for (const row of rows) {
      const options = { xml: isXml(row) };
      const cleaned = cleanOfTracker(row.html, options);
      expect(cleaned, row.id).not.toBe(row.html);
      expect(cleanOfTracker(cleaned, options), row.id).toBe(cleaned);
    }
  });
});
