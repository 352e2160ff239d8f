import { describe, expect, test } from 'vitest';
import { amid, namesOn, verdictOn } from './judge.ts';

const url = 'https://media.example.com/files/0123456789abcdef0123456789abcdef.png';

describe('what a style sheet hides', () => {
  test.each([
    '<style>/* layout */ .p{display:none}</style>',
    '<style>.p/**/{display:none}</style>',
    '<style media=screen type=text/css>.p{display:none}</style>',
  ])('%s', (css) => {
    const html = `${css}${amid(`<img class=p src="${url}" width=90 height=60>`)}`;
    expect(namesOn({ html }).join()).toContain('hidden');
  });
});

describe('what it shows, or hides for some only, is content', () => {
  test.each([
    '<style>.p{display:none} @media (min-width:600px){ /* show */ .p{display:block} }</style>',
    '<style media="only screen and (max-width:480px)">.p{display:none}</style>',
    '<style media=print>.p{display:none}</style>',
    '<style type=text/x>.p{display:none}</style>',
    '<style>@supports not (display:grid){.p{display:none}}</style>',
    '<style>@container (max-width:480px){.p{display:none}}</style>',
    '<style>@-moz-document url-prefix(){.p{display:none}}</style>',
    '<style>@media print{@media screen{.p{display:none}}}</style>',
    '<h1 style="display:none">pre</h2>',
    '<a style="display:none" href=cid:x>pre<a href=cid:y>',
    '<button style="display:none">pre<button>',
  ])('%s', (before) => {
    const html = `<body><p>Dear reader,</p>${before}<img class=p src="${url}" width=600><p>Kind regards</p></body>`;
    expect(verdictOn({ html })).not.toMatch(/certain|probable/);
  });

  test('one that is shown behind a comment', () => {
    const html = `<style>/* phones */ .p{display:block!important}</style>${amid(
      `<img class=p style="display:none" src="${url}" width=600>`,
    )}`;
    expect(verdictOn({ html })).not.toMatch(/certain|probable/);
  });
});
