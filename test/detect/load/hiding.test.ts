import { describe, expect, test } from 'vitest';
import { amid, namesOn, verdictOn } from './judge.ts';

const src = 'src="https://news.sender.example/o/ab12cd34ef56ab12cd34"';
const far = 'position:absolute;';

/** Each way to hide, and what looks like it and hides nothing. */
describe('hidden by its own style', () => {
  const rows: readonly (readonly [hides: string, shows: string])[] = [
    ['transform:scale(0)', 'transform:scale(.5)'],
    ['transform:scale(1,0)', 'transform:scale(1,1)'],
    ['transform:scale3d(0,0,1)', 'transform:scale3d(1,1,1)'],
    ['transform:matrix(0,0,0,0,0,0)', 'transform:matrix(1,0,0,1,0,0)'],
    ['transform:rotateY(90deg)', 'transform:rotate(90deg)'],
    ['transform:translateX(-9999px)', 'transform:translateX(-50%)'],
    ['transform:translate(-100in, 0)', 'transform:translate(-.1in, 0)'],
    ['scale:0', 'scale:1.5'],
    ['scale:1 0%', 'scale:100% 100%'],
    ['translate:-9999px', 'translate:-50% -50%'],
    ['zoom:1%', 'zoom:0'],
    ['rotate:y 90deg', 'rotate:90deg'],
    ['rotate:1 0 0 .25turn', 'rotate:0 0 1 .25turn'],
    ['transform:rotate3d(1,0,0,90deg)', 'transform:rotate3d(0,0,1,90deg)'],
    ['transform:skew(90deg)', 'transform:skew(10deg)'],
    ['transform:matrix(1,0,0,1,-999,0)', 'transform:matrix(1,0,0,1,-9,0)'],
    ['transform:translateX(-100vw)', 'transform:translateX(-10vw)'],
    [`${far}left:-100vw`, `${far}left:-10vw`],
    [`${far}right:100vw`, `${far}right:10vw`],
    ['clip-path:inset(999px)', 'clip-path:inset(9px)'],
    ['clip-path:polygon(0 0,100% 100%,0 0)', 'clip-path:polygon(0 0,100% 100%,0 100%)'],
    ['mask:linear-gradient(transparent,transparent)', 'mask:linear-gradient(#000,transparent)'],
    ['mask-image:linear-gradient(to left,#0000 0 0)', 'mask-image:linear-gradient(to left,#000 0 0)'],
    ['-webkit-mask:linear-gradient(rgba(0,0,0,0),#ff000000)', '-webkit-mask:url(https://a.example/m.png)'],
    ['zoom:.01', 'zoom:90%'],
    ['clip-path:inset(50%)', 'clip-path:inset(5%)'],
    ['clip-path:inset(0 100% 0 0)', 'clip-path:inset(0 10px round 50%)'],
    ['clip-path:circle(0)', 'clip-path:circle(50%)'],
    ['clip-path:circle(0px at 50% 50%)', 'clip-path:circle(40px at 50% 50%)'],
    ['clip-path:ellipse(0 0)', 'clip-path:ellipse(30% 50%)'],
    ['clip-path:polygon(0 0)', 'clip-path:polygon(0 0,100% 0,100% 100%)'],
    ['clip-path:polygon(0 0,0 0,0 0,0 0)', 'clip-path:polygon(50% 0,100% 50%,50% 100%,0 50%)'],
    ['clip-path:xywh(0 0 0 0)', 'clip-path:xywh(0 0 100% 100%)'],
    ['-webkit-clip-path:circle(0)', '-webkit-clip-path:circle(50%)'],
    [`${far}clip:rect(0 0 0 0)`, `${far}clip:rect(0 90px 90px 0)`],
    [`${far}clip:rect(1px,1px,1px,1px)`, `${far}clip:rect(auto,auto,auto,auto)`],
    ['filter:opacity(0)', 'filter:opacity(80%)'],
    ['filter:opacity( 0% )', 'filter:opacity(0.5)'],
    ['filter:alpha(opacity=0)', 'filter:alpha(opacity=90)'],
    ['opacity:0%', 'opacity:100%'],
    ['opacity:.001', 'opacity:.9'],
    ['opacity:calc(1 - 1)', 'opacity:calc(1 - .2)'],
    ['display:contents', 'display:block'],
    ['max-width:0', 'max-width:100%'],
    ['max-height:0 !important', 'max-height:none'],
    ['height:0;overflow:hidden', 'height:90px;overflow:hidden'],
    [`font-family:'/*';display:none`, `font-family:'/*display:none'`],
    ['background:url(a\\/*b);display:none', 'background:url(a/b);/*display:none'],
    ["x:'\n;display:none", "x:';display:none"],
    ["x:'\n/*';*/;display:none", "x:'/*\\\n;display:none"],
    ['x:(a);display:none', 'x:(a;display:none'],
    ['margin-left:-9999px', 'margin-left:-9px'],
    ['margin:-9999px 0 0 -9999px', 'margin:-9px 0 0 0'],
    ['margin:0 0 0 -100em', 'margin:0 0 0 -1em'],
    [`${far}left:-9999px`, `${far}left:-9px`],
    [`${far}left:-200%`, `${far}left:50%`],
    [`${far}left:9999px`, `${far}left:300px`],
    [`${far}inset:-9999px auto auto 0`, `${far}inset:0`],
    ['position:fixed;top:-50in', 'position:relative;top:-1mm'],
    ['object-fit:none;object-position:-9999px 0', 'object-fit:cover;object-position:50% 50%'],
    ['object-fit:none;object-position:9999px', 'object-fit:contain;object-position:left top'],
  ];
  test.each(rows)('%s, but not %s', (hides, shows) => {
    const image = (style: string) => amid(`<img width=90 height=60 ${src} style="${style}">`);
    expect(namesOn({ html: image(hides) })).toContain('hidden');
    expect(verdictOn({ html: image(hides) })).toMatch(/certain|probable/);
    expect(verdictOn({ html: image(shows) })).toBe('personal');
  });
});

describe('small by its own style', () => {
  const rows: readonly (readonly [small: string, shown: string])[] = [
    ['width:calc(1px);height:calc(2px - 1px)', 'width:calc(100% - 20px);height:calc(30px * 2)'],
    ['width:min(1px, 100%);height:1px', 'width:min(600px, 100%);height:60px'],
    ['width:max(0px, 1px);height:1px', 'width:max(300px, 50%);height:60px'],
    ['width:clamp(0px, 1px, 2px);height:1px', 'width:clamp(200px, 50%, 600px);height:60px'],
    ['width:calc(min(1px, 2px) + (1px - 1px));height:1px', 'width:calc(min(90px, 100%) + 1px);height:9px'],
    ['width:.05em;height:.05rem', 'width:5em;height:5rem'],
    ['font-size:0;width:10em;height:10em', 'font-size:9px;width:10em;height:10em'],
    ['width:.7pt;height:.2mm', 'width:70pt;height:20mm'],
    ['width:.01in;height:.02cm', 'width:1in;height:2cm'],
    ['width:.1vw;height:.1vh', 'width:50vw;height:9vh'],
    ['width:.1%;height:.1%', 'width:50%;height:50%'],
    ['width:10e-1px;height:1px', 'width:1e2px;height:1e2px'],
    ['inline-size:1px;block-size:1px', 'inline-size:90px;block-size:60px'],
    ['width:1px;aspect-ratio:1', 'width:90px;aspect-ratio:3/2'],
    ['width:1px!important;height:1px!important;width:90px;height:60px', 'width:90px;height:60px;width:auto'],
    ['w\\69 dth:1px;h\\65ight:1px', 'w\\69 dth:90px;h\\65ight:60px'],
    ['width/**/:/* 90px */1px;height:1/**/px', 'width:/* 1px */90px;height:60px'],
    ['--a:1px;width:var(--a);height:var(--b, 1px)', '--a:90px;width:var(--a);height:var(--b, 60px)'],
  ];
  test.each(rows)('%s, but not %s', (small, shown) => {
    const image = (style: string) => amid(`<img ${src} style="${style}">`);
    expect(namesOn({ html: image(small) }).join()).toMatch(/size\.(?:tiny|zero|thin)|hidden/);
    expect(verdictOn({ html: image(small) })).toMatch(/certain|probable/);
    expect(verdictOn({ html: image(shown) })).toBe('personal');
  });
});

describe('dimensions as HTML reads them', () => {
  const rows: readonly (readonly [attributes: string, verdict: RegExp])[] = [
    ['width=" 1px" height="\n1"', /certain|probable/],
    ['width="1abc" height="1.9"', /certain|probable/],
    ['width=1e3 height=1e3', /certain|probable/],
    ['width=0x10 height=9', /certain|probable/],
    ['width="01" height="001"', /certain|probable/],
    ['width=.5 height=.5', /certain|probable/],
    ['width=0.1% height=1', /certain|probable/],
    ['width=100% height=auto', /personal/],
    ['width=1% height=60', /personal/],
    ['width=90px height="60 "', /personal/],
  ];
  test.each(rows)('%s: %s', (attributes, verdict) => {
    expect(verdictOn({ html: amid(`<img ${src} ${attributes}>`) })).toMatch(verdict);
  });
});

describe('hidden by what is around it', () => {
  const image = `<img width=90 height=60 ${src}>`;
  const visible = `<img width=90 height=60 style="visibility:visible" ${src}>`;
  const inner = `<image width=90 height=60 ${src.replace('src', 'href')} />`;
  const rows: readonly (readonly [hides: string, shows: string])[] = [
    [`<details hidden>${image}</details>`, `<details>${image}</details>`],
    [`<dialog>${image}</dialog>`, `<dialog open>${image}</dialog>`],
    [`<dialog style="color:red">${image}</dialog>`, `<dialog style="display:block">${image}</dialog>`],
    [`<div hidden>${image}</div>`, `<div title=hidden>${image}</div>`],
    [`<div hidden style="width:9em">${image}</div>`, `<div hidden style="display:block">${image}</div>`],
    [`<div popover>${image}</div>`, `<div class=popover>${image}</div>`],
    [`<template>${image}</template>`, `<noscript>${image}</noscript>`],
    [`<meter>${image}</meter>`, `<output>${image}</output>`],
    [`<progress>${image}</progress>`, `<label>${image}</label>`],
    [`<svg display=none>${inner}</svg>`, `<svg display=inline>${inner}</svg>`],
    [`<svg><g visibility=hidden>${inner}</g></svg>`, `<svg><g visibility=visible>${inner}</g></svg>`],
    [
      `<div style="visibility:hidden;opacity:0">${visible}</div>`,
      `<div style="visibility:hidden">${visible}</div>`,
    ],
    [
      `<div hidden style="visibility:hidden">${visible}</div>`,
      `<div style="visibility:collapse">${visible}</div>`,
    ],
    [
      `<div style="content-visibility:hidden">${image}</div>`,
      `<div style="content-visibility:auto">${image}</div>`,
    ],
    [
      `<div style="height:0;overflow:hidden">${image}</div>`,
      `<div style="height:0;padding-bottom:56.25%;overflow:hidden">${image}</div>`,
    ],
    [
      `<div style="max-width:0;overflow:hidden">${image}</div>`,
      `<div style="max-width:600px">${image}</div>`,
    ],
    [`<div style="width:0;overflow:clip">${image}</div>`, `<div style="width:0">${image}</div>`],
    [`<div style="opacity:0"><b>${image}</b></div>`, `<div style="opacity:1"><b>${image}</b></div>`],
  ];
  test.each(rows)('%s, but not %s', (hides, shows) => {
    expect(verdictOn({ html: amid(hides) })).toMatch(/certain|probable/);
    expect(verdictOn({ html: amid(shows) })).toBe('personal');
  });
});

test('what only Outlook hides is seen without any other declaration', () => {
  expect(namesOn({ html: amid(`<img ${src} style="mso-hide:all">`) })).toContain('hidden.outlook');
  expect(namesOn({ html: amid(`<img ${src} style="mso-hide:none">`) })).not.toContain('hidden.outlook');
});

test('a sheet that displays what `hidden` hides makes it content, as of what any sheet shows', () => {
  const html = (css: string) =>
    `<style>${css}</style>${amid(`<img class=x hidden width=90 height=60 ${src}>`)}`;
  expect(verdictOn({ html: html('.x{display:block}') })).toBe('personal');
  expect(verdictOn({ html: html('.y{display:block}') })).toMatch(/certain|probable/);
});

describe('hidden by a style sheet', () => {
  const rows: readonly (readonly [hides: string, shows: string])[] = [
    ['.x{d\\69splay:n\\6fne}', '.x{d\\69splay:block}'],
    ['.x{display:/* block */none}', '.x{display:/* none */block}'],
    ['.x{display:none!important;color:red}', '.x{display:block!important}'],
    ['@media all{.x{display:none}}', '@media print{.x{display:none}}'],
    ['@media screen{.x{display:none}}', '@media (max-width:600px){.x{display:none}}'],
    [
      '@media only screen and (min-width:1px){.x{display:none}}',
      '@media (min-width:700px){.x{display:none}}',
    ],
    ['@media not print{.x{display:none}}', '@media not screen{.x{display:none}}'],
    ['@media print, screen{.x{display:none}}', '@media print, tv{.x{display:none}}'],
    ['@supports (display:block){.x{display:none}}', '@supports (display:block){.x{display:block}}'],
    ['@layer a{.x{display:none}}', '@layer a{.y{display:none}}'],
    [':is(.x,.y){display:none}', ':is(.y,.z){display:none}'],
    ['div:where(#a,.w) .x{display:none}', 'div:where(#a,.v) .x{display:none}'],
    ['.x:not(.y){display:none}', '.x:not(.x){display:none}'],
    ['.x:nth-child(1n){display:none}', '.x:first-child{display:none}'],
    ['.w > .x{display:none}', '.x:hover{display:none}'],
    ['body .x{display:none}', 'input:checked ~ .x{display:none}'],
    ['.w > :nth-child(n).x{display:none}', '.v > .x{display:none}'],
    ['.\\78{display:none}', '.\\79{display:none}'],
    ['.w{color:red;.x{display:none}}', '.v{color:red;.x{display:none}}'],
    ['.w{& > .x{display:none}}', '.w{& > .y{display:none}}'],
    ['.x{&{display:none}}', '.y{&{display:none}}'],
    ['img.x{@media all{display:none}}', 'img.x{@media print{display:none}}'],
    ['.v,.w{.x,.y{display:none}}', '.v,.u{.x,.y{display:none}}'],
    [':root{--d:none}.x{display:var(--d)}', ':root{--d:block}.x{display:var(--d)}'],
    ['.x{max-inline-size:0}', '.x{max-inline-size:100%}'],
    ['.x{translate:-9999px}', '.x{translate:9px}'],
    ['.x{object-position:-9999px}', '.x{object-position:center}'],
    ['.w{height:0;overflow:hidden}', '.w{height:0;overflow:hidden;padding-bottom:56%}'],
    ['.w{height:0}.w{overflow:hidden}', '.w{height:0;overflow:hidden}.w{padding-bottom:56%}'],
    ['.w{content-visibility:hidden}', '.w{content-visibility:auto}'],
  ];
  test.each(rows)('%s, but not %s', (hides, shows) => {
    const html = (css: string) =>
      `<style>${css}</style>${amid(`<div class=w><img class=x width=90 height=60 ${src}></div>`)}`;
    expect(namesOn({ html: html(hides) }).join()).toContain('hidden');
    expect(verdictOn({ html: html(shows) })).toBe('personal');
  });

  test('the text beside an image that did not load is no evidence against what stands in it', () => {
    const css = '<style>.block img+div{display:none}</style>';
    const html = `${css}${amid(`<div class=block><div><img width=90 height=60 ${src}></div></div>`)}`;
    expect(verdictOn({ html })).toBe('personal');
  });
});

test('values without end are worked out calmly', () => {
  const deep = `${'calc('.repeat(5000)}1px`;
  const loop = '--a:var(--b);--b:var(--a);';
  for (const style of [`width:${deep}`, `${loop}width:var(--a)`, `width:${'min(1px,'.repeat(9000)}`]) {
    expect(verdictOn({ html: amid(`<img ${src} style="${style}">`) })).toMatch(/personal|certain|probable/);
  }
});
