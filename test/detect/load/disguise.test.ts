import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { amid, namesOn, verdictOn } from './judge.ts';

const plain = 'bob.jansen@uni.example';
const reader = 'Bob.Jansen+news@uni.example';

function digest(name: string, text: string): string {
  return createHash(name).update(text).digest('hex');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function base32hex(text: string): string {
  let bits = '';
  for (const octet of Buffer.from(text)) bits += octet.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => Number.parseInt(five.padEnd(5, '0'), 2).toString(32))
    .join('');
}

function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const first = letter < 'a' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}

function uuencode(text: string): string {
  const octets = Buffer.from(text.padEnd(Math.ceil(text.length / 3) * 3));
  let bits = '';
  for (const octet of octets) bits += octet.toString(2).padStart(8, '0');
  return (bits.match(/.{6}/g) ?? []).map((six) => String.fromCharCode(Number.parseInt(six, 2) + 32)).join('');
}

function chunks(text: string, length: number): readonly string[] {
  return text.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
}

const md5 = digest('md5', plain);
const params = (values: readonly string[]): string => values.map((value, n) => `p${n}=${value}`).join('&');

describe('the reader’s address in disguise', () => {
  const rows: readonly (readonly [form: string, rest: string, evidence: 'recipient' | 'recipient.hash'])[] = [
    ['without its tag', `a.png?e=${plain}`, 'recipient'],
    ['without tag and dots', 'a.png?e=bobjansen@uni.example', 'recipient'],
    ['with at and dot', 'a.png?e=bob.jansen_at_uni.example', 'recipient'],
    ['with another sign for @', 'a.png?e=bob.jansen*uni.example', 'recipient'],
    ['local part and domain apart', 'a.png?d=uni.example&x=1&u=bob.jansen', 'recipient'],
    ['local part and domain as folders', 'i/uni.example/bob.jansen/a.png', 'recipient'],
    ['in letters only', 'i/bobjansen/uniexample/a.png', 'recipient'],
    ['in short pieces', 'i/bob/jansen/uni/example/a.png', 'recipient'],
    ['reversed', `a.png?e=${[...plain].reverse().join('')}`, 'recipient'],
    [
      'percent three times',
      `a.png?e=${[1, 2, 3].reduce((text) => encodeURIComponent(text), plain)}`,
      'recipient',
    ],
    ['percent behind a wrong one', `a.png?x=%zz&e=${encodeURIComponent(plain)}`, 'recipient'],
    ['base64 without padding', `a.png?e=${base64(plain)}`, 'recipient'],
    ['base64 twice', `a.png?e=${base64(base64(plain))}`, 'recipient'],
    ['base64 three times', `a.png?e=${base64(base64(base64(plain)))}`, 'recipient'],
    ['hex of base64', `a.png?e=${Buffer.from(base64(plain)).toString('hex')}`, 'recipient'],
    ['base64 of hex', `a.png?e=${base64(Buffer.from(plain).toString('hex'))}`, 'recipient'],
    ['base64 of a digest', `a.png?e=${base64(`u=${digest('sha1', plain)}`)}`, 'recipient.hash'],
    ['rot13 of base64', `a.png?e=${rot13(base64(plain))}`, 'recipient'],
    ['base32hex', `a.png?e=${base32hex(plain)}`, 'recipient'],
    ['BASE32HEX', `i/${base32hex(plain).toUpperCase()}/a.png`, 'recipient'],
    ['uuencode', `a.png?e=${encodeURIComponent(uuencode(plain))}`, 'recipient'],
    ['decimal', `a.png?e=${[...Buffer.from(plain)].join('')}`, 'recipient'],
    [
      'decimal in threes',
      `a.png?e=${[...Buffer.from(plain)].map((n) => `${n}`.padStart(3, '0')).join('')}`,
      'recipient',
    ],
    ['base64 over segments', `i/${chunks(base64(plain), 7).join('/')}/a.png`, 'recipient'],
    ['base64 over parameters', `a.png?${params(chunks(base64(plain), 9))}`, 'recipient'],
    ['a digest over segments', `i/${chunks(md5, 8).join('/')}.png`, 'recipient.hash'],
    ['a digest over parameters', `a.png?${params(chunks(digest('sha256', plain), 16))}`, 'recipient.hash'],
    ['a digest with hyphens', `i/${chunks(md5, 4).join('-')}/a.png`, 'recipient.hash'],
    ['a digest behind a prefix', `i/ab12${md5}ff/a.png`, 'recipient.hash'],
    ...['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) => [
      [`${name} of the bare address`, `i/${digest(name, plain)}/a.png`, 'recipient.hash'] as const,
      [`${name} without dots`, `i/${digest(name, 'bobjansen@uni.example')}/a.png`, 'recipient.hash'] as const,
      [`${name}, sixteen digits`, `i/${digest(name, plain).slice(0, 16)}/a.png`, 'recipient.hash'] as const,
      [`${name}, twenty digits`, `i/${digest(name, plain).slice(0, 20)}.png`, 'recipient.hash'] as const,
    ]),
  ];
  test.each(rows)('%s', (_, rest, evidence) => {
    const html = amid(`<img width=1 height=1 src="https://s.example/${rest}">`);
    expect(namesOn({ html, recipients: [reader] })).toContain(evidence);
    expect(verdictOn({ html, recipients: [reader] })).toBe('certain');
  });
  test('over the labels of the host', () => {
    for (const labels of [chunks(md5, 16), chunks(base64(plain).toLowerCase(), 9), ['bob=jansen']]) {
      const url = `https://${labels.join('.')}.t.example/a.png`;
      const found = namesOn({ html: amid(`<img width=1 src="${url}">`), recipients: [reader] });
      expect(found.includes('recipient.hash')).toBe(labels[0] === chunks(md5, 16)[0]);
    }
  });

  const innocent: readonly (readonly [why: string, url: string])[] = [
    ['the reader’s own site', 'https://www.uni.example/img/logo.png'],
    ['a host named as the reader', 'https://bob.jansen.uni.example/logo.png'],
    ['another reader there', 'https://s.example/img.png?e=eve.jansen@uni.example'],
    ['another reader’s digest', `https://s.example/${digest('md5', 'eve@uni.example')}/img.png`],
    ['fifteen digits of a digest', `https://s.example/i/${md5.slice(0, 15)}/img.png`],
    ['the domain alone', 'https://s.example/logos/uni.example/img.png'],
    ['a first name alone', 'https://s.example/bob/img.png'],
    ['noise', `https://s.example/${base64(digest('sha512', 'x'))}/img.png`],
    ['digits', 'https://s.example/98111098046106097110115101110/img.png'],
  ];
  test.each(innocent)('%s is no evidence', (_, url) => {
    const names = namesOn({ html: amid(`<img width=90 height=60 src="${url}">`), recipients: [reader] });
    expect(names.filter((name) => name.startsWith('recipient'))).toEqual([]);
  });
});

describe('channels that say who reads', () => {
  const id = '6b1f0c9e2d4a4c7b9f3e5a8d7c6b4e21';
  const url = (suffix: string): string => `https://s.example/${md5}/${suffix}`;
  const rows: readonly string[] = [
    `<link rel=stylesheet href="${url('mail.css')}">`,
    `<style>@import url(${url('mail.css')});</style>`,
    `<style>@font-face{font-family:a;src:url(${url('a.woff2')})}</style>`,
    `<svg width=0 height=0><image href="${url('a.png')}"/></svg>`,
    `<!--[if mso]><v:rect style="width:1px;height:1px"><v:fill src="${url('a.png')}"/></v:rect><![endif]-->`,
    `<!--[if mso]><v:rect><v:imagedata src="${url('a.png')}"/></v:rect><![endif]-->`,
  ];
  test.each(rows)('%s', (html) => {
    expect(verdictOn({ html: amid(html), recipients: [reader] })).toMatch(/certain|probable/);
  });
  test('an image in an svg without size is judged by the svg', () => {
    const image = `<image width=90 height=60 href="https://s.example/o/${id}"/>`;
    expect(verdictOn({ html: amid(`<svg width=0 height=0>${image}</svg>`) })).toMatch(/certain|probable/);
    expect(verdictOn({ html: amid(`<svg width=90 height=60>${image}</svg>`) })).toBe('personal');
  });
});

test('long URLs are taken calmly', () => {
  const shapes = ['a', 'QG', '%40', '40', 'bob.', 'uni.example/', '=', 'A1/'];
  for (const shape of shapes) {
    const html = amid(`<img width=1 src="https://s.example/${shape.repeat(60_000 / shape.length)}">`);
    expect(verdictOn({ html, recipients: [reader] })).toMatch(/./);
  }
});
