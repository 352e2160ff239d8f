import { describe, expect, test } from 'vitest';
import { amid, namesOn, verdictOn } from './judge.ts';

const src = 'src="https://news.sender.example/o/ab12cd34ef56ab12cd34"';

describe('smallness by attribute and style', () => {
  const rows: readonly (readonly [attributes: string, evidence: string])[] = [
    ['width=1 height=1', 'size.tiny'],
    ['width="1px" height="1px"', 'size.tiny'],
    ['width=2 height=2', 'size.tiny'],
    ['width=3 height=3', 'size.tiny'],
    ['width=1 height=3', 'size.tiny'],
    ['width=1', 'size.tiny'],
    ['height=1', 'size.tiny'],
    ['width=0 height=0', 'size.zero'],
    ['width=0 height=20', 'size.zero'],
    ['style="width:1px;height:1px"', 'size.tiny'],
    ['style="WIDTH: 1PX !important; HEIGHT: 1PX !important"', 'size.tiny'],
    ['width=600 height=300 style="width:1px;height:1px"', 'size.tiny'],
    ['width=600 style="max-width:1px;max-height:1px"', 'size.tiny'],
    ['width=1 height=1 style="width:auto;height:auto"', 'size.tiny'],
    ['style="width:.5pt;height:.5pt"', 'size.tiny'],
    ['width=600 height=1', 'size.thin'],
    ['style="display:none"', 'hidden'],
    ['style="display:/* x */none"', 'hidden'],
    ['style="visibility: hidden !important"', 'hidden'],
    ['style="opacity:0"', 'hidden'],
    ['style="position:absolute;left:-9999px"', 'hidden'],
    ['style="position:absolute;clip:rect(0,0,0,0)"', 'hidden'],
    ['style="clip-path: inset(100%)"', 'hidden'],
    ['style="transform:scale(0)"', 'hidden'],
    ['style="max-height:0;overflow:hidden"', 'hidden'],
    ['hidden', 'hidden'],
    ['width=1 height=1 style="visibility:hidden"', 'hidden.tiny'],
  ];
  test.each(rows)('<img %s> is %s', (attributes, evidence) => {
    const html = amid(`<img ${src} ${attributes}>`);
    expect(namesOn({ html })).toContain(evidence);
    expect(verdictOn({ html })).toMatch(/certain|probable/);
  });
});

describe('smallness by the message’s own style sheet', () => {
  const rows: readonly (readonly [css: string, html: string, found: boolean])[] = [
    ['.px{width:1px;height:1px}', `<img class="a px" ${src}>`, true],
    ['#px{display:none}', `<img id=px ${src}>`, true],
    ['img{display:none}', `<img ${src}>`, true],
    ['div .px{display:none}', `<div><p><img class=px ${src}></p></div>`, true],
    ['div > .px{display:none}', `<div><img class=px ${src}></div>`, true],
    ['img[alt="t"]{display:none}', `<img alt="t" ${src}>`, true],
    ['img[src*="/o/"]{display:none}', `<img ${src}>`, true],
    ['img.px[width]{display:none}', `<img width=60 class=px ${src}>`, true],
    ['p, .px{width:0;height:0}', `<img class=px ${src}>`, true],
    ['.hide{display:none}', `<div class=hide><p><img ${src}></p></div>`, true],
    ['ul .px{display:none}', `<div><img width=60 class=px ${src}></div>`, false],
    ['.py{display:none}', `<img width=60 class=px ${src}>`, false],
    ['.px:hover{display:none}', `<img width=60 class=px ${src}>`, false],
    ['@media (max-width:600px){.px{display:none}}', `<img width=60 class=px ${src}>`, false],
    ['.px{width:600px;height:300px}', `<img width=1 height=1 class=px ${src}>`, true],
  ];
  test.each(rows)('%s %s: %s', (css, html, found) => {
    const verdict = verdictOn({ html: `<style>${css}</style>${amid(html)}` });
    expect(['certain', 'probable'].includes(verdict)).toBe(found);
  });
});

describe('hidden ancestors', () => {
  const rows: readonly (readonly [open: string, close: string, found: boolean])[] = [
    ['<p class="ampimg" style="display:none;visibility:none">', '</p>', true],
    ['<div style="display:none"><table><tr><td>', '</td></tr></table></div>', true],
    ['<div style="height:0;overflow:hidden">', '</div>', true],
    ['<div style="width:1px;height:1px;overflow:hidden">', '</div>', true],
    ['<div hidden><span>', '</span></div>', true],
    ['<div style="display:none">x</div><div>', '</div>', false],
    ['<table style="height:0"><tr><td>', '</td></tr></table>', false],
  ];
  test.each(rows)('%s', (open, close, found) => {
    const html = amid(`${open}<img width=60 ${src}>${close}`);
    expect(namesOn({ html }).includes('hidden.ancestor')).toBe(found);
    expect(verdictOn({ html }) === 'personal').toBe(!found);
  });

  test('thousands of images in one deep stack', () => {
    const html = `${'<div>'.repeat(200)}<div style="display:none">${`<img ${src}>`.repeat(5000)}`;
    expect(verdictOn({ html })).toBe('certain');
  });
});

describe('no size at all', () => {
  const rows: readonly (readonly [html: string, verdict: RegExp])[] = [
    [`<body><p>Dear reader</p><img ${src}></body>`, /certain|probable/],
    [`<body><img alt="" ${src}><p>Dear reader</p></body>`, /certain|probable/],
    [`<body><p>Dear reader</p><a href="https://sender.example/"><img ${src}></a></body>`, /personal/],
    [`<body><p>Dear reader</p><img ${src}><p>Bye</p></body>`, /personal/],
    [`<body><p>Dear reader</p><img src="https://sender.example/logo.png"></body>`, /none/],
    [`<body><img src="https://sender.example/logo.png"><p>Dear reader</p></body>`, /none/],
  ];
  test.each(rows)('%s', (html, verdict) => {
    expect(verdictOn({ html }, 'sender.example')).toMatch(verdict);
  });
});

describe('responsive duplicates', () => {
  const css =
    '<style>@media (max-width:600px){.m{display:block !important;max-height:none !important}}</style>';
  test('content hidden by its own style and shown by a media query is content', () => {
    const html = `${css}${amid('<div class=m style="display:none;max-height:0;overflow:hidden"><img width=300 height=200 src="https://s.example/phone.png"></div>')}`;
    expect(verdictOn({ html })).toBe('none');
  });
  test('with an identifier it is still found', () => {
    const html = `${css}${amid(`<div class=m style="display:none"><img ${src}></div>`)}`;
    expect(verdictOn({ html })).toMatch(/certain|probable/);
  });
});
