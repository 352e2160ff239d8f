import { describe, expect, it } from 'vitest';
import { cleanMessage } from '../../src/clean/index.ts';
import { compiledPolicy } from '../support/compiled.ts';

const image = (name: string): string =>
  `<img src="https://a.example.org/img/9f2c4e7a1b3d5f609f2c4e7a1b3d5f60/${name}.png" width=100 height=50 alt=x>`;

function pixelsOf(html: string): number {
  const octets = Buffer.from(`Content-Type: text/html\r\n\r\n<p>Hi</p>${html}<p>Bye</p>\r\n`);
  return cleanMessage(octets, {}, compiledPolicy()).report.counts.pixels;
}

describe('a pixel dressed up as a picture', () => {
  it('goes where nobody is shown it, whatever its size and text', () => {
    expect(pixelsOf(`<div style="display:none">${image('l')}</div>`)).toBe(1);
    expect(pixelsOf(image('l').replace('width', 'style="display:none" width'))).toBe(1);
  });

  it('is no such thing where it is seen, or where a whole block is kept for other screens', () => {
    expect(pixelsOf(image('l'))).toBe(0);
    expect(pixelsOf(`<div style="display:none">${['a', 'b', 'c', 'd', 'e'].map(image).join('')}</div>`)).toBe(
      0,
    );
  });
});
