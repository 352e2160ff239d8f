import { describe, expect, test } from 'vitest';
import { amid, namesOn, verdictOn } from './judge.ts';

const src = 'src="https://media.sender.example/files/9f86d081884c7d659a2feaa0c55ad015.png"';
const image = `<img class="x y" width=600 ${src}>`;

function hides(html: string): boolean {
  return namesOn({ html: amid(html) }).some((name) => name.startsWith('hidden'));
}

describe('what a sheet hides is shown by what wins over it', () => {
  const rows: readonly (readonly [hidden: string, shown: string])[] = [
    ['.x{display:block}.x{display:none}', '.x{display:none}.x{display:block}'],
    ['.x.y{display:none}.x{display:block}', '.x{display:none}.x.y{display:block}'],
    ['.x{display:none!important}.x.y{display:block}', '.x{display:none}img{display:block!important}'],
    ['.x{display:none!important;display:block}', '.x{display:none;display:block!important}'],
    ['.x{display:none;display:x}', '.x{display:none;display:block}'],
    ['.x{opacity:0;opacity:x}', '.x{opacity:0;opacity:1}'],
    ['.x{display:none;display:block!}', '.x{display:none;display:block !important}'],
    [':root{--s:none}.x{display:var(--s)}', ':root{--s:none}.w{--s:block}.x{display:var(--s)}'],
    ['.w{visibility:hidden}.x{color:red}', '.w{visibility:hidden}.x{visibility:visible}'],
    [
      '.w{visibility:hidden}.v{display:none}.x{visibility:visible}',
      '.v{visibility:hidden}.w{visibility:visible}',
    ],
    ['@media(width>1px){.x{display:none}}', '@media(width>900px){.x{display:none}}'],
    ['@media (1px <= width){.x{display:none}}', '@media (width<=480px){.x{display:none}}'],
    ['.w > .x{display:none}', '.v > .x{display:none}'],
    ['.v > .w > .x{display:none}', '.v > .w .z, .v > p{display:none}'],
    ['.w .x{display:none}', '.x:empty{display:none}'],
    ['.v .x{display:none}', 'p:first-child, .v :last-child{display:none}'],
    ['.x:not(.z){display:none}', '.x:not(.w .x){display:none}'],
    ['.v .w .x{display:none}', '.a + .x, .a:not(.b) ~ .x{display:none}'],
  ];
  test.each(rows)('%s, but not %s', (hidden, shown) => {
    const html = (css: string) => `<style>${css}</style><div class=v><div class=w>${image}</div></div>`;
    expect(hides(html(hidden))).toBe(true);
    expect(hides(html(shown))).toBe(false);
    expect(verdictOn({ html: amid(html(shown)) })).toMatch(/none|possible|personal/);
  });

  test('by its own style, and the other way round by an important rule', () => {
    const own = '<style>.x{display:none}</style>' + image.replace('width', 'style="display:block" width');
    expect(hides(own)).toBe(false);
    const sheet =
      '<style>.x{display:block!important}</style>' + image.replace('width', 'style="display:none" width');
    expect(verdictOn({ html: amid(sheet) })).toMatch(/none|possible|personal/);
  });
});

describe('a size that no browser takes does not make a pixel large', () => {
  const rows: readonly string[] = [
    'width:600px x;height:400px x',
    'width:600px\\9;height:400px\\9',
    'width:600 px;height:400 px',
    'width:600foo;height:400foo',
    'width:9px9;height:9px9',
    'foo{;width:600px;height:400px}',
    'x:(];width:600px;height:400px',
    'x:[{)];width:600px;height:400px',
    'width:1px;height:1px;width:x;height:-9px',
  ];
  test.each(rows)('%s', (style) => {
    const html = amid(`<img width=1 height=1 style="${style}" ${src}>`);
    expect(namesOn({ html })).toContain('size.tiny');
  });
});
