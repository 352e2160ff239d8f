import { describe, expect, test } from 'vitest';
import { amid, hostRule, pixelsIn } from './judge.ts';

const mid = '6b1f0c9e-2d4a-4c7b-9f3e-5a8d7c6b4e21';
const links = [1, 2, 3]
  .map((n) => `<a href="https://mail.example.org/c/https%3A%2F%2Fsender.org%2F${n}/${mid}/${n}/h">x</a>`)
  .join('');
const real = 'https://cdn.sender.org/photos/team.jpg';
const counted = (inner: string) => `https://mail.example.org/r/${encodeURIComponent(inner)}/${mid}/a1b2c3`;

describe('a visible image that only runs through a counter', () => {
  const rows: readonly (readonly [html: string, destination: string | undefined])[] = [
    [`<img width=600 src="${counted(real)}">`, real],
    [`<img width=600 src="https://mail.example.org/r?to=${encodeURIComponent(real)}&m=${mid}">`, real],
    [`<img width=600 src="${counted('http://cdn.sender.org/a.jpg')}">`, undefined],
    [`<img width=600 src="${counted('https://cdn.sender.org/a.php')}">`, undefined],
    [`<img width=600 src="${counted('https://localhost/a.jpg')}">`, undefined],
    [`<img width=600 src="${counted('https://10.0.0.1/a.jpg')}">`, undefined],
    [`<img width=600 src="${counted('https://u@cdn.sender.org/a.jpg')}">`, undefined],
    [`<img width=600 src="${counted('https://cdn.sender.org/{{x}}.jpg')}">`, undefined],
    [`<img width=1 height=1 src="${counted('https://app.sender.org/images/pixel.gif')}">`, undefined],
  ];
  test.each(rows)('%s: %s', (html, destination) => {
    const finding = pixelsIn({ html: amid(html + links) })[0];
    expect(finding?.destination).toBe(destination);
  });
  test('a resizing service shares nothing with the click links and stays', () => {
    const html = `<img width=600 src="https://resize.example/fetch/w_600/${encodeURIComponent(real)}">`;
    expect(pixelsIn({ html: amid(html + links) })).toEqual([]);
  });
  test('named by a rule, it gets its real URL too', () => {
    const html = `<img width=600 src="https://tracker.example/r/${encodeURIComponent(real)}/1/2">`;
    expect(pixelsIn({ html: amid(html), rules: [hostRule] })).toMatchObject([
      { certainty: 'certain', destination: real },
    ]);
  });
  test('the pixel of the same system, bare at the end, is a pixel', () => {
    const html = `<body><p>Hi</p>${links}<img src="${counted('https://app.sender.org/images/pixel.gif')}"></body>`;
    expect(pixelsIn({ html })).toMatchObject([{ certainty: 'certain', personal: false }]);
    expect(pixelsIn({ html })[0]?.destination).toBeUndefined();
  });
});
