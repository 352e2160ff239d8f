import { describe, expect, test } from 'vitest';
import { amid, namesOn, verdictOn } from './judge.ts';

const src = 'src="https://news.sender.example/o/ab12cd34ef56ab12cd34"';
const image = `<img width=90 height=60 ${src}>`;
const background =
  'width:90px;height:60px;background:url(https://news.sender.example/o/ab12cd34ef56ab12cd34)';

/** As Chromium shows them (`npm run geometry`): what hides at one place does nothing at another. */
describe('declarations that do nothing where they stand', () => {
  const rows: readonly (readonly [shows: string, hides: string])[] = [
    [`<div style="object-position:-9999px">${image}</div>`, `<img style="object-position:-9999px" ${src}>`],
    [
      `<div style="clip:rect(0 0 0 0)">${image}</div>`,
      `<div style="clip:rect(0 0 0 0);position:absolute">${image}</div>`,
    ],
    [
      `<img width=90 height=60 style="text-indent:-9999px" ${src}>`,
      `<div style="text-indent:-9999px">${image}</div>`,
    ],
    [
      `<span style="text-indent:-9999px">${image}</span>`,
      `<span style="text-indent:-9999px;display:block">${image}</span>`,
    ],
    [
      `<div style="text-indent:-9999px;display:flex">${image}</div>`,
      `<section style="text-indent:-9999px">${image}</section>`,
    ],
    [
      `<a style="text-indent:-9999px;display:block;${background}">Shop</a>`,
      `<a style="opacity:0;${background}">`,
    ],
    [
      `<p style="content-visibility:hidden;${background}">Shop`,
      `<p style="visibility:hidden;${background}">Shop`,
    ],
    [
      `<span style="margin:-9999px 0 0">${image}</span>`,
      `<span style="margin:-9999px 0 0;float:left">${image}</span>`,
    ],
    [
      `<span style="margin-top:-9999px">${image}</span>`,
      `<span style="margin-top:-9999px;position:absolute">${image}</span>`,
    ],
    [
      `<table><tr><td style="margin-left:-9999px">${image}</table>`,
      `<table style="margin-left:-9999px"><tr><td>${image}</table>`,
    ],
    [
      `<span style="transform:scale(0)">${image}</span>`,
      `<span style="transform:scale(0);display:inline-block">${image}</span>`,
    ],
    [`<b style="scale:0">${image}</b>`, `<b style="zoom:.01">${image}</b>`],
    [`<b style="translate:-9999px">${image}</b>`, `<b style="translate:-9999px;float:right">${image}</b>`],
    [
      `<font style="height:0;overflow:hidden">${image}</font>`,
      `<span style="height:0;overflow:hidden;display:inline-block">${image}</span>`,
    ],
    [
      `<div style="height:0;overflow:hidden;display:inline">${image}</div>`,
      `<span style="width:0;overflow:hidden;position:absolute">${image}</span>`,
    ],
    [
      `<table><tr><td style="height:0;overflow:hidden">${image}</table>`,
      `<table><tr><td style="height:0;overflow:hidden;display:block">${image}</table>`,
    ],
    [
      `<div style="text-indent:100%">${image}</div>`,
      `<div style="text-indent:100%;overflow:hidden">${image}</div>`,
    ],
  ];
  test.each(rows)('%s, but %s', (shows, hides) => {
    expect(verdictOn({ html: amid(shows) })).toBe('personal');
    expect(namesOn({ html: amid(hides) }).join()).toContain('hidden');
  });
});

const address = 'url(https://news.sender.example/o/Bob.Jansen@uni.example/a.png)';

describe('how large what bears a background is', () => {
  const rows: readonly (readonly [html: string, verdict: string])[] = [
    [
      `<div style="background:${address};height:0;padding-bottom:56%;overflow:hidden;width:90px">`,
      'personal',
    ],
    [`<div style="background:${address};height:0;padding:0 20px;width:90px">`, 'certain'],
    [`<div style="background:${address};width:90px;height:60px">`, 'personal'],
    [`<span style="background:${address};width:90px;height:60px">`, 'certain'],
    [`<span style="background:${address};width:90px;height:60px;display:block">`, 'personal'],
    [`<div style="display:flex"><span style="background:${address};width:90px;height:60px">`, 'personal'],
    [`<div style="background:${address};width:90px;height:60px;display:inline">`, 'certain'],
  ];
  test.each(rows)('%s: %s', (html, verdict) => {
    expect(verdictOn({ html: amid(html) })).toBe(verdict);
  });
  test('a cell grows with what is in it', () => {
    const names = (size: string): string =>
      namesOn({ html: amid(`<table><tr><td ${size} style="background:${address}">Offer</table>`) }).join();
    expect(names('width=1')).not.toContain('size.');
    expect(names('width=1 height=1')).toContain('size.tiny');
  });
});
