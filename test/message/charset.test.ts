import { describe, expect, test } from 'vitest';
import { readTexts } from '../../src/message/index.ts';
import { read, restores, strip } from './tools.ts';

const url = 'http://tracker.example/p';
const image = `<img src="${url}" alt=`;

interface Row {
  readonly name: string;
  readonly charset: string;
  readonly body: Buffer;
  /** Charsets of the readings. */
  readonly readings: readonly string[];
  /** Text of the first reading before and after. */
  readonly text: string;
  readonly after: string;
}

function octets(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

function utf16(value: string, big: boolean): Buffer {
  const wide = Buffer.from(value, 'utf16le');
  return big ? wide.swap16() : wide;
}

/** IBM 037, of what is needed here. */
function ebcdic(value: string): Buffer {
  const stretches: readonly (readonly [number, string])[] = [
    [0x40, ' '],
    [0x4b, '.<'],
    [0x60, '-/'],
    [0x6e, '>'],
    [0x7a, ':'],
    [0x7e, '="'],
    [0x81, 'abcdefghi'],
    [0x91, 'jklmnopqr'],
    [0xa2, 'stuvwxyz'],
  ];
  return Buffer.from(
    Array.from(value, (char) => {
      const [from = 0, stretch = ''] = stretches.find(([, all]) => all.includes(char)) ?? [];
      return from + stretch.indexOf(char);
    }),
  );
}

const ascii = `${image}"x">`;
const asciiAfter = '<img  alt="x">';

function legacy(charset: string, char: Buffer, text: string, reading = charset): Row {
  const body = Buffer.concat([char, octets(image), octets('"'), char, octets('">'), char]);
  return {
    name: charset,
    charset,
    body,
    readings: [reading],
    text: `${text}${image}"${text}">${text}`,
    after: `${text}<img  alt="${text}">${text}`,
  };
}

const rows: readonly Row[] = [
  legacy('utf-8', Buffer.from('é漢😀'), 'é漢😀'),
  legacy('iso-8859-2', octets('\xb1'), 'ą'),
  legacy('windows-1251', octets('\xe6'), 'ж'),
  legacy('koi8-r', octets('\xd6'), 'ж'),
  legacy('tis-620', octets('\xa1'), 'ก', 'windows-874'),
  legacy('euc-jp', octets('\xb4\xc1'), '漢'),
  legacy('euc-kr', octets('\xb0\xa1'), '가'),
  legacy('gb2312', octets('\xba\xba'), '汉', 'gbk'),
  legacy('gb18030', octets('\x81\x30\x84\x36\xba\xba'), '¥汉'),
  legacy('big5', octets('\xba\x7e'), '漢'),
  legacy('shift_jis', octets('\x83\x5c'), 'ソ'),
  {
    name: 'UTF-8 with octets that are none',
    charset: 'utf-8',
    body: octets(`\xc3\xff\xe2\x82${image}"\xf0\x9f">`),
    readings: ['utf-8'],
    text: `\ufffd\ufffd\ufffd${image}"\ufffd">`,
    after: '\ufffd\ufffd\ufffd<img  alt="\ufffd">',
  },
  {
    name: 'a byte order mark stays',
    charset: 'utf-8',
    body: Buffer.from(`\ufeff${ascii}`),
    readings: ['utf-8'],
    text: `\ufeff${ascii}`,
    after: `\ufeff${asciiAfter}`,
  },
  {
    name: 'undeclared: octets',
    charset: '',
    body: octets(`\xe9${ascii}`),
    readings: ['octets'],
    text: `é${ascii}`,
    after: `é${asciiAfter}`,
  },
  {
    name: 'unknown: octets',
    charset: 'x-mystery',
    body: octets(`\xe9${ascii}`),
    readings: ['octets'],
    text: `é${ascii}`,
    after: `é${asciiAfter}`,
  },
  {
    name: 'damaged GBK: octets too',
    charset: 'gbk',
    body: octets(`\xba\xba\xff\x20${ascii}`),
    readings: ['gbk', 'octets'],
    text: `汉\ufffd ${ascii}`,
    after: `汉\ufffd ${asciiAfter}`,
  },
  {
    name: 'Big5 with a character for private use, of which browsers keep the backslash: octets too',
    charset: 'big5',
    body: octets(`\x81\\${ascii}`),
    readings: ['big5', 'octets'],
    text: `\ueed4${ascii}`,
    after: `\ueed4${asciiAfter}`,
  },
  {
    name: 'ISO-2022-JP',
    charset: 'iso-2022-jp',
    body: octets(`\x1b$B4A\x1b(B${image}"\x1b$B4A\x1b(B">`),
    readings: ['iso-2022-jp'],
    text: `漢${image}"漢">`,
    after: '漢<img  alt="漢">',
  },
  {
    name: 'ISO-2022-JP with a backslash that is a yen sign to browsers',
    charset: 'iso-2022-jp',
    body: octets(`\x1b(J\\~\x1b(B${ascii}`),
    readings: ['iso-2022-jp', 'iso-2022-jp'],
    text: `\u00a5\u203e${ascii}`,
    after: `\u00a5\u203e${asciiAfter}`,
  },
  {
    name: 'ISO-2022-JP in an undeclared text',
    charset: '',
    body: octets(`\x1b$B4A\x1b(B${ascii}`),
    readings: ['octets', 'iso-2022-jp'],
    text: `\x1b$B4A\x1b(B${ascii}`,
    after: `\x1b$B4A\x1b(B${asciiAfter}`,
  },
  {
    name: 'ISO-2022-JP-2: decoders differ',
    charset: 'iso-2022-jp',
    body: octets(`\x1b$(D0!\x1b(B${ascii}`),
    readings: ['iso-2022-jp', 'iso-2022-jp'],
    text: `\x1b$(D0!${ascii}`,
    after: `\x1b$(D0!${asciiAfter}`,
  },
  {
    name: 'ISO-2022-KR',
    charset: 'iso-2022-kr',
    body: octets(`\x1b$)C\n\x0e0!\x0f${image}"\x0e0!\x0f">`),
    readings: ['iso-2022-kr', 'octets'],
    text: `\x1b$)C\n가${image}"가">`,
    after: '\x1b$)C\n가<img  alt="가">',
  },
  {
    name: 'HZ',
    charset: 'hz-gb-2312',
    body: octets(`~{::~}~~${image}"~{::~}">`),
    readings: ['hz-gb-2312', 'octets'],
    text: `汉~${image}"汉">`,
    after: '汉~<img  alt="汉">',
  },
  {
    name: 'UTF-7, markup shifted',
    charset: 'utf-7',
    body: octets(`+ADw-img src=+ACI-${url}+ACI- alt=x+AD4-`),
    readings: ['utf-7', 'octets'],
    text: `<img src="${url}" alt=x>`,
    after: '<img  alt=x>',
  },
  {
    name: 'UTF-7, under the name of Windows',
    charset: 'windows-65000',
    body: octets(`+ADw-img src=+ACI-${url}+ACI- alt=x+AD4-`),
    readings: ['utf-7', 'octets'],
    text: `<img src="${url}" alt=x>`,
    after: '<img  alt=x>',
  },
  {
    name: 'UTF-7, all in one shifted run',
    charset: 'utf-7',
    body: octets(`+${utf16(ascii, true).toString('base64').replaceAll('=', '')}-`),
    readings: ['utf-7', 'octets'],
    text: ascii,
    after: asciiAfter,
  },
  {
    name: 'UTF-16 with a byte order mark',
    charset: 'utf-16',
    body: utf16(`\ufeff漢${ascii}`, true),
    readings: ['utf-16be', 'octets'],
    text: `\ufeff漢${ascii}`,
    after: `\ufeff漢${asciiAfter}`,
  },
  {
    name: 'UTF-16 little-endian',
    charset: 'utf-16le',
    body: utf16(`漢${ascii}`, false),
    readings: ['utf-16le', 'utf-16be', 'octets'],
    text: `漢${ascii}`,
    after: `漢${asciiAfter}`,
  },
  {
    name: 'declared UTF-16, is ASCII',
    charset: 'utf-16',
    body: octets(`${ascii} `),
    readings: ['utf-16le', 'utf-16be', 'octets'],
    text: utf16('', false).toString() + new TextDecoder('utf-16le').decode(octets(`${ascii} `)),
    after: new TextDecoder('utf-16le').decode(octets(`${asciiAfter} `)),
  },
  {
    name: 'undeclared UTF-16 with a byte order mark',
    charset: '',
    body: utf16(`\ufeff${ascii}`, false),
    readings: ['octets', 'utf-16le'],
    text: utf16(`\ufeff${ascii}`, false).toString('latin1'),
    after: utf16(`\ufeff${asciiAfter}`, false).toString('latin1'),
  },
  {
    name: 'UTF-32',
    charset: 'utf-32le',
    body: Buffer.from(Uint32Array.from(Array.from(`漢${ascii}`, (char) => char.codePointAt(0) ?? 0)).buffer),
    readings: ['utf-32le', 'utf-32be', 'octets'],
    text: `漢${ascii}`,
    after: `漢${asciiAfter}`,
  },
  ...['ibm037', 'cp500', 'IBM1047', 'ebcdic-cp-us'].map((charset) => ({
    name: `EBCDIC (${charset})`,
    charset,
    body: ebcdic(ascii),
    readings: ['ebcdic', 'octets'],
    text: ascii,
    after: asciiAfter,
  })),
  ...["'utf-7'", 'utf-7:x', 'utf 7'].map((charset) => ({
    name: `a label with something glued to it (${charset})`,
    charset,
    body: octets(`+ADw-${ascii.slice(1)}`),
    readings: ['octets', 'utf-7', 'octets'],
    text: `+ADw-${ascii.slice(1)}`,
    after: `+ADw-${asciiAfter.slice(1)}`,
  })),
  {
    name: 'UCS-4',
    charset: 'iso-10646-ucs-4',
    body: Buffer.from(
      Uint32Array.from(Array.from(ascii, (char) => char.codePointAt(0) ?? 0)).buffer,
    ).swap32(),
    readings: ['utf-32le', 'utf-32be', 'octets'],
    text: ascii.replaceAll(/./g, '\ufffd'),
    after: asciiAfter.replaceAll(/./g, '\ufffd'),
  },
  {
    name: 'a meta charset is not fixed, and a stateful one is read',
    charset: '',
    body: octets(`<meta charset=iso-2022-jp>\x1b$B4A\x1b(B${ascii}`),
    readings: ['octets', 'iso-2022-jp'],
    text: `<meta charset=iso-2022-jp>\x1b$B4A\x1b(B${ascii}`,
    after: `<meta charset=iso-2022-jp>\x1b$B4A\x1b(B${asciiAfter}`,
  },
  {
    name: 'ISO-2022-JP that a declaration of XML names is read',
    charset: '',
    body: octets(`<?xml version="1.0" encoding="iso-2022-jp"?><i\x1b(Bmg>${ascii}`),
    readings: ['octets', 'iso-2022-jp'],
    text: `<?xml version="1.0" encoding="iso-2022-jp"?><i\x1b(Bmg>${ascii}`,
    after: `<?xml version="1.0" encoding="iso-2022-jp"?><i\x1b(Bmg>${asciiAfter}`,
  },
  {
    name: 'ISO-2022-JP that is named in references is read, whatever else is named',
    charset: '',
    body: octets(`<!--charset=gbk--><meta charset="iso-2022&#45;jp">\x1b(B\x81\\${ascii}`),
    readings: ['octets', 'shift_jis', 'gb18030', 'big5', 'iso-2022-jp'],
    text: `<!--charset=gbk--><meta charset="iso-2022&#45;jp">\x1b(B\x81\\${ascii}`,
    after: `<!--charset=gbk--><meta charset="iso-2022&#45;jp">\x1b(B\x81\\${asciiAfter}`,
  },
  {
    name: 'a meta charset in which a backslash may end a character is read',
    charset: '',
    body: octets(`<meta charset=shift_jis>\x81\\${ascii}`),
    readings: ['octets', 'shift_jis', 'gb18030', 'big5'],
    text: `<meta charset=shift_jis>\x81\\${ascii}`,
    after: `<meta charset=shift_jis>\x81\\${asciiAfter}`,
  },
  {
    name: 'which meta charset counts is not told: one in a comment hides no other',
    charset: '',
    body: octets(`<!-- charset=utf-8 --><meta charset=shift_jis>\x81\\${ascii}`),
    readings: ['octets', 'shift_jis', 'gb18030', 'big5'],
    text: `<!-- charset=utf-8 --><meta charset=shift_jis>\x81\\${ascii}`,
    after: `<!-- charset=utf-8 --><meta charset=shift_jis>\x81\\${asciiAfter}`,
  },
  {
    name: 'an undeclared text with a host beyond ASCII: what it may be, and what it says it is',
    charset: '',
    body: octets(`<meta charset=gbk><img src="//a\xe3\x80\x82b">${ascii}`),
    readings: ['octets', 'utf-8', 'gbk'],
    text: `<meta charset=gbk><img src="//a\xe3\x80\x82b">${ascii}`,
    after: `<meta charset=gbk><img src="//a\xe3\x80\x82b">${asciiAfter}`,
  },
  {
    name: 'undeclared UTF-16 without a mark that looks like other charsets, too',
    charset: '',
    body: utf16(`<?xml version="1.0"?>\u5c81\u241b${ascii}`, false),
    readings: ['octets', 'shift_jis', 'gb18030', 'big5', 'iso-2022-jp', 'utf-16le', 'utf-16be'],
    text: utf16(`<?xml version="1.0"?>\u5c81\u241b${ascii}`, false).toString('latin1'),
    after: utf16(`<?xml version="1.0"?>\u5c81\u241b${asciiAfter}`, false).toString('latin1'),
  },
  {
    name: 'UTF-16 with a byte order mark, declared UTF-8',
    charset: 'utf-8',
    body: utf16(`\ufeff${ascii}`, false),
    readings: ['utf-8', 'utf-16le'],
    text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf16(`\ufeff${ascii}`, false)),
    after: new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf16(`\ufeff${asciiAfter}`, false)),
  },
  {
    name: 'the byte order mark of UTF-8, declared ISO-2022-JP',
    charset: 'iso-2022-jp',
    body: octets(`\xef\xbb\xbf${ascii}`),
    readings: ['iso-2022-jp', 'utf-8'],
    text: `\xef\xbb\xbf${ascii}`,
    after: `\xef\xbb\xbf${asciiAfter}`,
  },
];

function message(charset: string, encoding: string, body: Buffer): Buffer {
  const type = charset === '' ? 'text/html' : `text/html; charset="${charset}"`;
  const head = octets(`Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`);
  const wrapped = body.toString('base64').replace(/.{76}/g, (line) => `${line}\r\n`);
  return Buffer.concat([head, encoding === 'base64' ? octets(`${wrapped}\r\n`) : body]);
}

describe.each(['8bit', 'base64'])('charsets, %s', (encoding) => {
  test.each(rows)('$name', ({ charset, body, readings, text, after }) => {
    const original = message(charset, encoding, body);
    const before = read(original);
    const texts = readTexts(before, before.root);
    expect(texts.map((reading) => reading.charset)).toEqual(readings);
    expect(texts[0]?.text).toBe(text);
    const stripped = strip(original);
    const cleaned = read(stripped.octets);
    expect(readTexts(cleaned, cleaned.root)[0]?.text).toBe(after);
    expect(restores(stripped, original)).toBe(true);
    // Nothing is transcoded: the edited octets differ from the original by what was taken out alone.
    expect(strip(stripped.octets).edits).toEqual([]);
  });
});

describe('states', () => {
  const cut = (from: string, to: string) => (text: string) => {
    const start = text.indexOf(from);
    const end = text.indexOf(to, start);
    return start < 0 || end < 0 ? [] : [{ start, end, replacement: 'x', findings: [] }];
  };
  test.each([
    {
      name: 'from ASCII into a double run',
      body: 'a\x1b$B4A;z\x1b(Bb',
      from: 'a',
      to: '字',
      after: 'x\x1b$B;z\x1b(Bb',
    },
    {
      name: 'from a double run into ASCII',
      body: 'a\x1b$B4A;z\x1b(Bb',
      from: '字',
      to: 'b',
      after: 'a\x1b$B4A\x1b(Bx\x1b$B\x1b(Bb',
    },
    { name: 'within JIS X 0201', body: '\x1b(Ja"b"c\x1b(B', from: '"', to: 'c', after: '\x1b(Jaxc\x1b(B' },
  ])('ISO-2022-JP $name', ({ body, from, to, after }) => {
    const { octets: out } = strip(message('iso-2022-jp', '8bit', octets(body)), {}, cut(from, to));
    expect(out.toString('latin1', out.indexOf('\r\n\r\n') + 4)).toBe(after);
  });
});
