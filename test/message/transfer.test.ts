import { describe, expect, test } from 'vitest';
import { readTexts } from '../../src/message/index.ts';
import { lines, outside, read, restores, strip } from './tools.ts';

const url = 'http://tracker.example/p';

interface Row {
  readonly name: string;
  readonly body: readonly string[];
  readonly expected: readonly string[];
}

function quotedPrintable(body: readonly string[]): Buffer {
  return lines('Content-Type: text/html', 'Content-Transfer-Encoding: quoted-printable', '', ...body);
}

const rows: readonly Row[] = [
  { name: 'within a line', body: [`a<img src=3D"${url}" =3D>b`, 'c=3d'], expected: ['a<img  =3D>b', 'c=3d'] },
  {
    name: 'soft breaks beside the edit stay',
    body: ['one=', ` two<img src=3D"${url}"> three=`, ' four'],
    expected: ['one=', ' two<img > three=', ' four'],
  },
  {
    name: 'over a soft break',
    body: ['<im=', 'g src=3D"htt=', 'p://tracker.example/=', 'p" width=3D1>'],
    expected: ['<im=', 'g  width=3D1>'],
  },
  {
    name: 'lines that would get too long when joined are broken again',
    body: [`${'x'.repeat(60)} src=3D"http:=`, `//tracker.example/p"${'y'.repeat(50)}=`, 'z'],
    expected: [`${'x'.repeat(60)} =`, `${'y'.repeat(50)}=`, 'z'],
  },
  {
    name: 'a line over the limit may stay so, but gets no longer',
    body: [`${'x'.repeat(200)}src=3D"${url}"${'y'.repeat(200)}`],
    expected: ['x'.repeat(200) + 'y'.repeat(200)],
  },
  {
    name: 'a blank left at the end of a line is encoded',
    body: [`a src=3D"${url}"`, 'b'],
    expected: ['a=20', 'b'],
  },
  {
    name: 'a tab left at the end of a line is encoded',
    body: [`a\tsrc=3D"${url}"`, 'b'],
    expected: ['a=09', 'b'],
  },
  { name: 'From at the start of a line is shielded', body: [`src=3D"${url}"From x`], expected: ['=46rom x'] },
  { name: 'a dot at the start of a line is shielded', body: [`src=3D"${url}".`], expected: ['=2E'] },
  {
    name: 'a lone = and a damaged escape',
    body: [`= =ZZ=4<img src="${url}">=`],
    expected: ['= =ZZ=4<img >='],
  },
  {
    name: 'blanks behind a soft break',
    body: [`a<img =  `, `src=3D"${url}">b`],
    expected: ['a<img =  ', '>b'],
  },
  {
    name: 'two edits on a line',
    body: [`<p src=3D"${url}" a=3D1><p src=3D"${url}" b=3D2>=`, 'c'],
    expected: ['<p  a=3D1><p  b=3D2>=', 'c'],
  },
  {
    name: 'two edits joined over three lines',
    body: [
      `${'a'.repeat(40)}src=3D"http:/=`,
      `/tracker.example/p"${'b'.repeat(30)}src=3D"http:/=`,
      `/tracker.example/q"${'c'.repeat(40)}`,
    ],
    expected: [`${'a'.repeat(40)}${'b'.repeat(30)}=`, 'c'.repeat(40)],
  },
  { name: 'all of a body', body: [`src=3D"${url}"`], expected: [''] },
];

describe('quoted-printable', () => {
  test.each(rows)('$name', ({ body, expected }) => {
    const original = quotedPrintable(body);
    const stripped = strip(original);
    const at = stripped.octets.indexOf('\r\n\r\n') + 4;
    expect(stripped.octets.toString('latin1', at)).toBe(expected.map((line) => `${line}\r\n`).join(''));
    expect(restores(stripped, original)).toBe(true);
  });

  test('long replacements are broken into lines of 76', () => {
    const original = quotedPrintable([`<a href=3D"${url}">x</a>`]);
    const long = `http://example.org/?${'a=b&'.repeat(60)}`;
    const { octets } = strip(original, {}, (text) => {
      const start = text.indexOf(url);
      return start < 0 ? [] : [{ start, end: start + url.length, replacement: long, findings: [] }];
    });
    const body = octets.toString('latin1', octets.indexOf('\r\n\r\n') + 4);
    for (const line of body.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
    const message = read(octets);
    expect(readTexts(message, message.root)[0]?.text).toBe(`<a href="${long}">x</a>\r\n`);
  });
});

function base64(text: string, width: number, lineEnd: string): string {
  const encoded = Buffer.from(text, 'latin1').toString('base64');
  const all: string[] = [];
  for (let at = 0; at < encoded.length; at += width) all.push(encoded.slice(at, at + width));
  return all.join(lineEnd);
}

const head = 'Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n';
const page = `<html>${'x'.repeat(100)}<img src="${url}" width="1">${'y'.repeat(100)}</html>\r\n`;
const cleaned = page.replace(` src="${url}"`, ' ');

describe('base64', () => {
  test.each([
    { name: 'lines of 76', width: 76, lineEnd: '\r\n' },
    { name: 'lines of 72, bare LF', width: 72, lineEnd: '\n' },
    { name: 'lines of 75, groups over line ends', width: 75, lineEnd: '\r\n' },
    { name: 'one line', width: 100_000, lineEnd: '\r\n' },
  ])('$name: same width and line end, octets before the first edit stay', ({ width, lineEnd }) => {
    const original = Buffer.from(`${head}${base64(page, width, lineEnd)}\r\n`, 'latin1');
    const stripped = strip(original);
    expect(stripped.octets.toString('latin1')).toBe(`${head}${base64(cleaned, width, lineEnd)}\r\n`);
    expect(stripped.edits).toHaveLength(1);
    const [edit] = stripped.edits;
    // The edit begins at the group of the first changed octet, no earlier.
    const group = Math.floor(page.indexOf('src=') / 3) * 4;
    const column = group + Math.floor(group / width) * lineEnd.length;
    expect(edit?.start).toBe(head.length + column);
    expect(restores(stripped, original)).toBe(true);
  });

  test('junk behind the data stays', () => {
    // Some clients decode it and show garbage, the others stop at the padding: it stays as it is for both.
    const footer = '\r\n____\r\nSLAT-talk mailing list\r\nhttp://lists.example/slat\r\n';
    const padded = page.padEnd(Math.ceil(page.length / 3) * 3 + 1);
    const listed = Buffer.from(`${head}${base64(padded, 76, '\r\n')}${footer}`, 'latin1');
    const stripped = strip(listed);
    expect(stripped.octets.toString('latin1').endsWith(`=${footer}`)).toBe(true);
    const text = Buffer.from(
      stripped.octets.toString('latin1', head.length).split('=')[0] ?? '',
      'base64',
    ).toString();
    expect(text).toBe(padded.replace(` src="${url}"`, ' '));
    expect(restores(stripped, listed)).toBe(true);
    const junk = '\r\n!!!\r\n';
    const other = Buffer.from(`${head}${base64(page, 76, '\r\n')}${junk}`, 'latin1');
    expect(strip(other).octets.toString('latin1')).toBe(`${head}${base64(cleaned, 76, '\r\n')}${junk}`);
  });

  test.each(['=', '=='])(
    'a text that needs no padding any more has some in front of junk, was %s',
    (padding) => {
      const footer = '\r\n____\r\nSLAT-talk mailing list\r\n';
      const padded = [page, `${page} `, `${page}  `].find(
        (text) => base64(text, 76, '\r\n').replace(/[^=]/g, '') === padding,
      );
      const original = Buffer.from(`${head}${base64(padded ?? '', 76, '\r\n')}${footer}`, 'latin1');
      const stripped = strip(original);
      const body = stripped.octets.toString('latin1', head.length);
      expect(body.endsWith(`=${footer}`)).toBe(true);
      const text = Buffer.from(body.slice(0, -footer.length), 'base64').toString();
      expect(text.trimEnd()).toBe(padded?.replace(` src="${url}"`, ' ').trimEnd());
      expect(restores(stripped, original)).toBe(true);
    },
  );

  test('an edit over the padding joins what it divides', () => {
    const cut = page.indexOf('tracker');
    const original = Buffer.from(
      `${head}${base64(page.slice(0, cut), 76, '\r\n')}${'\r\n'}${base64(page.slice(cut), 76, '\r\n')}\r\n`,
    );
    const stripped = strip(original);
    const message = read(stripped.octets);
    expect(readTexts(message, message.root)[0]?.text).toBe(cleaned);
    expect(restores(stripped, original)).toBe(true);
  });

  test('junk between the data is passed over, padding in the middle ends a group', () => {
    const one = Buffer.from('<p>a').toString('base64');
    const two = Buffer.from(`<img src="${url}">`).toString('base64');
    const original = Buffer.from(`${head}${one}\r\n!${two.slice(0, 5)}*${two.slice(5)}\r\n`, 'latin1');
    const message = read(original);
    expect(readTexts(message, message.root)[0]?.text).toBe(`<p>a<img src="${url}">`);
    const { octets } = strip(original);
    const after = read(octets);
    expect(readTexts(after, after.root)[0]?.text).toBe('<p>a<img >');
  });
});

describe('other transfer encodings', () => {
  test.each(['7bit', '8bit', 'binary', 'amazonses.com', '8bit+', 'hexa', 'x-uuencode', 'x-yencode', ''])(
    '%s is identity',
    (name) => {
      const original = lines(
        'Content-Type: text/html',
        `Content-Transfer-Encoding: ${name}`,
        '',
        `<img src="${url}">`,
      );
      const stripped = strip(original);
      expect(stripped.octets.toString('latin1').endsWith('<img >\r\n')).toBe(true);
      expect(outside(original, stripped.edits)).toBe(
        original.toString('latin1').replace(`src="${url}"`, '|'),
      );
    },
  );

  test.each(['BASE64', ' base64 ', '"base64"', 'base64 (comment)', 'base64;'])('%s is base64', (name) => {
    const message = read(lines('Content-Type: text/html', `Content-Transfer-Encoding: ${name}`, '', 'PHA+'));
    expect(message.root.encoding).toBe('base64');
  });
});

function uuencoded(data: string): readonly string[] {
  const character = (value: number): string => String.fromCharCode(value === 0 ? 96 : value + 32);
  const all: string[] = [];
  for (let at = 0; at < data.length; at += 45) {
    const octets = Buffer.from(data.slice(at, at + 45), 'latin1');
    let line = character(octets.length);
    for (let group = 0; group < octets.length; group += 3) {
      const [one = 0, two = 0, three = 0] = octets.subarray(group, group + 3);
      const bits = [one >> 2, ((one & 3) << 4) | (two >> 4), ((two & 15) << 2) | (three >> 6), three & 63];
      line += bits.map(character).join('');
    }
    all.push(line);
  }
  return all;
}

function yencoded(data: string): string {
  return Array.from(Buffer.from(data, 'latin1'), (octet) => {
    const value = (octet + 42) & 255;
    return [0, 10, 13, 61].includes(value)
      ? `=${String.fromCharCode((value + 64) & 255)}`
      : String.fromCharCode(value);
  }).join('');
}

describe('uuencode', () => {
  const fields = ['Content-Type: text/html', 'Content-Transfer-Encoding: x-uuencode', ''];
  const around = (...body: readonly string[]): Buffer =>
    lines(...fields, 'text', 'begin 644 a.html', ...body, '`', 'end', `http://lists.example/`);
  const [first = '', second = '', ...rest] = uuencoded(
    `${'x'.repeat(50)}<img src="${url}">${'y'.repeat(200)}`,
  );

  test('the lines of an edit are written anew, the others stay', () => {
    const original = around(first, second, ...rest);
    const message = read(original);
    const [reading] = readTexts(message, message.root);
    expect(reading?.text).toBe(`${'x'.repeat(50)}<img src="${url}">${'y'.repeat(200)}`);
    const stripped = strip(original);
    const [changed = ''] = uuencoded(`${'x'.repeat(5)}<img >${'y'.repeat(4)}`);
    expect(stripped.octets.toString('latin1')).toBe(around(first, changed, ...rest).toString('latin1'));
    expect(restores(stripped, original)).toBe(true);
  });

  test.each([
    { name: 'a line that says more than it has', body: ['_', first, second, ...rest] },
    {
      name: 'blanks for nought, cut off at the end',
      body: [first, second, ...rest].map((line) => line.replaceAll('`', ' ').trimEnd()),
    },
    {
      name: 'octets of each value',
      body: uuencoded(`${String.fromCharCode(...Array(256).keys())}<img src="${url}">`),
    },
    {
      name: 'lines of one octet',
      body: Array.from(`<img src="${url}">`, (char) => uuencoded(char)[0] ?? ''),
    },
    { name: 'two loads on neighbouring lines', body: uuencoded(`<img src="${url}">`.repeat(9)) },
    { name: 'nothing but the load', body: uuencoded(`src="${url}"`) },
  ])('$name', ({ body }) => {
    const original = around(...body);
    const before = read(original);
    const stripped = strip(original);
    const after = read(stripped.octets);
    expect(readTexts(after, after.root)[0]?.text).toBe(
      readTexts(before, before.root)[0]?.text.replaceAll(`src="${url}"`, ''),
    );
    expect(stripped.edits.length).toBeGreaterThan(0);
    expect(restores(stripped, original)).toBe(true);
  });
});

describe('yEnc', () => {
  const head2 = [
    'Content-Type: text/html',
    'Content-Transfer-Encoding: x-yencode',
    '',
    '=ybegin line=128 size=1 name=a',
  ];
  test.each([
    { name: 'within a line', body: [`a<img src="${url}">b`], expected: ['a<img >b'] },
    {
      name: 'over a line end',
      body: ['a<img src="http://track', 'er.example/p">b', '\x13=\xd3'],
      expected: ['a<img >b', '\x13=\xd3'],
    },
    {
      name: 'many on a line',
      body: [`\xe0\x13<img src="${url}">`.repeat(20)],
      expected: ['\xe0\x13<img >'.repeat(20)],
    },
  ])('$name', ({ body, expected }) => {
    const around = (all: readonly string[]): Buffer =>
      lines(...head2, ...all.map(yencoded), '=yend size=1', 'text');
    const stripped = strip(around(body));
    expect(stripped.octets.toString('latin1')).toBe(around(expected).toString('latin1'));
    expect(restores(stripped, around(body))).toBe(true);
  });
});
