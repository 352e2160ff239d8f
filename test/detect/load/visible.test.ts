import { describe, expect, test } from 'vitest';
import { amid, reader, verdictOn } from './judge.ts';

const hex = '6b1f0c9e2d4a4c7b9f3e5a8d7c6b4e21';
const stored = `https://media.sender.example/files/${hex}.png`;
const id = 'q7Xk29LmZ41Tp8';
const links = ['one', 'two', 'three']
  .map((word) => `<a href="https://click.sender.example/c/${id}/${word}">${word}</a>`)
  .join('');

/** The same markup around a stored image, which stays, and around the reader's address and an identifier of the links, which go. */
function verdictsOn(html: (src: string) => string): readonly string[] {
  return [stored, `https://news.sender.example/o/${reader}`, `https://news.sender.example/o/${id}`].map(
    (src) => verdictOn({ html: html(`src="${src}"`) + links }, src),
  );
}

describe('mirrored, pulled and opened boxes show what is in them', () => {
  const rows: readonly string[] = [
    'transform:scaleX(-1)',
    'transform:scale(-1,1)',
    'transform:scale(-1)',
    'transform:scale3d(-1,1,1)',
    'scale:-1 1',
    'transform:matrix(-1,0,0,1,0,0)',
    'transform:rotateY(180deg)',
    'transform:rotateX(.5turn)',
    'margin-top:-100px',
    'margin-left:-200px;float:left',
    'margin-left:-100%;float:left',
    'position:relative;top:-90px',
    'position:absolute;left:-120px',
    'position:sticky;top:-9999px',
    'text-indent:-100px;padding-left:100px',
    'transform:translateY(-100px)',
    'translate:0 -300px',
    'object-fit:none;object-position:-120px -40px',
    'filter:opacity()',
    'filter:opacity(.9)',
    'inset-inline-start:-9999px',
  ];
  test.each(rows)('%s', (style) => {
    expect(verdictOn({ html: amid(`<img width=90 height=60 src="${stored}" style="${style}">`) })).toBe(
      'none',
    );
  });
});

describe('a box around an image', () => {
  const rows: readonly (readonly [shows: string, hides: string])[] = [
    ['max-height:0', 'max-height:0;overflow:hidden'],
    ['max-height:0;overflow:visible', 'max-height:0;overflow:auto'],
    ['max-width:0', 'max-width:0;overflow:clip'],
    ['width:0;min-width:100%;overflow:hidden', 'width:0;min-width:0;overflow:hidden'],
    ['height:1px;min-height:200px;overflow:hidden', 'height:1px;min-height:100%;overflow:hidden'],
    ['height:0;min-block-size:9em;overflow:hidden', 'height:0;min-inline-size:9em;overflow:hidden'],
    ['height:0;padding-block:30%;overflow:hidden', 'height:0;padding-inline:30%;overflow:hidden'],
    ['height:0;padding:30% 0 0;overflow:hidden', 'height:0;padding:0 20px;overflow:hidden'],
    ['width:0;padding:0 90px;overflow:hidden', 'width:0;padding:90px 0;overflow:hidden'],
    ['margin-top:-100px', 'margin-top:-999px'],
    ['margin-inline-start:-100px', 'margin-inline-start:-9999px'],
    ['position:absolute;inset-inline-start:0', 'position:absolute;inset-inline-start:-9999px'],
    ['position:absolute;inset-inline:0 0', 'position:absolute;inset-inline:-9999px 0'],
    ['transform:rotateX(.1turn)', 'transform:rotateX(.25turn)'],
    ['transform:rotateY(180deg)', 'transform:rotateY(-89.9deg)'],
    ['transform:rotateY(1rad)', 'transform:rotateY(1.5708rad)'],
    ['transform:scale(-1)', 'transform:scale(-.001)'],
    ['opacity:1', 'opacity:-1'],
    ['filter:opacity(1)', 'filter:opacity(.01)'],
    ['filter:blur(1px) opacity(50%)', 'filter:opacity(1) opacity(1%)'],
  ];
  test.each(rows)('%s, but not %s', (shows, hides) => {
    const html = (style: string) =>
      amid(
        `<div style="${style}"><img width=90 height=60 src="https://news.sender.example/o/ab12cd34ef56ab12cd34"></div>`,
      );
    expect(verdictOn({ html: html(shows) })).toBe('personal');
    expect(verdictOn({ html: html(hides) })).toMatch(/certain|probable/);
  });
});

describe('what a reader or an animation shows in time', () => {
  const rows: readonly (readonly [css: string, open: string, close: string])[] = [
    ['.b{opacity:0}.r:hover .b{opacity:1}', '<div class=r><div class=b>', '</div></div>'],
    ['.b{opacity:0}.c:checked ~ .b{opacity:1}', '<input type=checkbox class=c><div class=b>', '</div>'],
    ['.b{opacity:0;animation:in 1s forwards}', '<div class=b>', '</div>'],
    ['', '<div style="opacity:0;animation-name:in">', '</div>'],
    ['', '<details><summary>More</summary>', '</details>'],
    ['', '<details><div><p>', '</p></div></details>'],
  ];
  test.each(rows)('%s %s', (css, open, close) => {
    const [image, address, shared] = verdictsOn(
      (src) => `<style>${css}</style>${amid(`${open}<img ${src}>${close}`)}`,
    );
    expect(image).toBe('none');
    expect(address).toBe('certain');
    expect(shared).toMatch(/certain|probable/);
    const [large, dressed] = verdictsOn(
      (src) => `<style>${css}</style>${amid(`${open}<img width=600 height=90 ${src}>${close}`)}`,
    );
    expect(large).toBe('none');
    expect(dressed).toBe('certain');
  });
  const hidden: readonly string[] = [
    '<div style="display:none;animation:in 1s">',
    '<div style="opacity:0;animation:none">',
  ];
  test.each(hidden)('%s hides', (open) => {
    expect(verdictOn({ html: amid(`${open}<img src="${stored}"></div>`) })).toMatch(/certain|probable/);
  });
});

describe('dividers', () => {
  const rows: readonly (readonly [html: string, verdict: RegExp])[] = [
    [`<img width=600 height=2 src="${stored}">`, /none|possible/],
    [`<img style="width:100%;height:3px" src="${stored}">`, /none|possible/],
    [`<a href="https://sender.example/"><img width=600 height=2 src="${stored}"></a>`, /none|possible/],
    [`<img width=2 height=300 src="${stored}">`, /none|possible/],
    [`<img width=9 height=1 src="${stored}">`, /probable/],
    [`<img width=600 height=2 src="${stored}?u=${hex}">`, /probable|certain/],
    [`<img width=600 height=2 src="https://media.sender.example/${hex}">`, /probable|certain/],
    [`<img width=600 height=2 style="display:none" src="${stored}">`, /probable|certain/],
  ];
  test.each(rows)('%s', (html, verdict) => {
    expect(verdictOn({ html: amid(html) }, 'media.')).toMatch(verdict);
  });
  test('the reader’s address and what the links share go all the same', () => {
    const [image, address, shared] = verdictsOn((src) =>
      amid(`<img width=600 height=2 ${src.replace(/"$/, '.png"')}>`),
    );
    expect(image).toMatch(/none|possible/);
    expect(address).toBe('certain');
    expect(shared).toMatch(/certain|probable/);
  });
});

describe('a message of nothing but images', () => {
  const counter = `https://media.sender.example/o/${hex}`;
  const rows: readonly (readonly [html: string, stored: string, counter: string])[] = [
    [`<body><img src="${stored}"></body>`, 'none', 'none'],
    [`<img src="${stored}"> &nbsp; <br>`, 'none', 'none'],
    [`<body><img src="${stored}"><img src="${counter}"></body>`, 'none', 'certain'],
    [`<body><img src="${counter}"><img src="${stored}"></body>`, 'none', 'probable'],
    [`<body><img width=1 height=1 src="${counter}"></body>`, 'none', 'certain'],
    [`<body><p>Dear reader</p><img src="${counter}"></body>`, 'none', 'certain'],
  ];
  test.each(rows)('%s', (html, image, pixel) => {
    expect(verdictOn({ html }, '/files/')).toBe(image);
    expect(verdictOn({ html }, '/o/')).toBe(pixel);
  });
  test('the reader’s address goes', () => {
    const html = `<body><img src="https://news.sender.example/o/${reader}/a.png"></body>`;
    expect(verdictOn({ html })).toBe('certain');
  });
});
