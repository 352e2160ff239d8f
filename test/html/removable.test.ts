import { describe, expect, it } from 'vitest';
import { removeTag, scanHtml } from '../../src/html/index.ts';

const image = '<img src="https://t.example/p" width="1" height="1">';

/** Whether the image's whole tag may go: only where it can take no space, whatever of its styles wins. */
const rows: readonly (readonly [html: string, goes: boolean])[] = [
  [image, false],
  [`<div>${image}</div>`, false],
  [`<div style="display:none">${image}</div>`, true],
  [`<div style="display:none !important"><p>${image}</p></div>`, true],
  [`<div style="display:none;display:block">${image}</div>`, false],
  [`<div style="display:block;display:none">${image}</div>`, false],
  [`<div hidden>${image}</div>`, true],
  [`<div hidden style="display:block">${image}</div>`, false],
  [`<div hidden style="color:red">${image}</div>`, true],
  [image.replace('<img', '<img style="position:absolute"'), true],
  [image.replace('<img', '<img style="position:absolute;position:static"'), false],
  [`<style>div{display:block!important}</style><div style="display:none">${image}</div>`, false],
  [`<div style="display:none"><svg>${image}</svg></div>`, false],
];

describe('the tag of an image', () => {
  it.each(rows)('%s: %s', (html, goes) => {
    const place = scanHtml(html, {}).places.find(({ element }) => element?.tag === 'img');
    expect(place).toBeDefined();
    expect(place !== undefined && removeTag(place) !== undefined).toBe(goes);
  });
});
