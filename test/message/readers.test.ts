import { describe, expect, test } from 'vitest';
import { readTexts } from '../../src/message/index.ts';
import { lines, read, restores, strip } from './tools.ts';

/** What mail readers were seen to show as HTML; each row names them. Evolution is Camel, notmuch and Geary are GMime. */
const pixel = '<img src="http://tracker.example/p">';
const encoded = Buffer.from(pixel).toString('base64');
const html = ['Content-Type: text/html', '', pixel];
const inBase64 = ['Content-Type: text/html', 'Content-Transfer-Encoding: base64', '', encoded];
const mixed = 'Content-Type: multipart/mixed; boundary=b';
const text = ['--b', '', 'x'];

interface Row {
  readonly name: string;
  readonly octets: Buffer;
  readonly limits?: { readonly maxParts: number };
}

function typed(type: string, readers: string): Row {
  return {
    name: `${JSON.stringify(type)} (${readers})`,
    octets: lines(`Content-Type: ${type}`, '', pixel),
  };
}

function encodedAs(encoding: string, readers: string): Row {
  const head = ['Content-Type: text/html', `Content-Transfer-Encoding: ${encoding}`, ''];
  return { name: `encoding ${JSON.stringify(encoding)} (${readers})`, octets: lines(...head, encoded) };
}

function named(fields: readonly string[], readers: string): Row {
  return {
    name: `${fields.join(', ')} (${readers})`,
    octets: lines(mixed, '', ...text, '--b', ...fields, '', pixel, '--b--'),
  };
}

/** A part whose header does not begin with a MIME field, so that only its boundary tells where it begins. */
function delimited(type: string, delimiter: string, readers: string): Row {
  return {
    name: `${JSON.stringify(type)}, ${JSON.stringify(delimiter)} (${readers})`,
    octets: lines(
      `Content-Type: ${type}`,
      '',
      delimiter,
      '',
      'x',
      delimiter,
      'X: y',
      ...inBase64,
      `${delimiter}--`,
    ),
  };
}

/** The same part to a reader of the one boundary, with a line of the other one in it. */
function divided(type: string, delimiter: string, other: string): Row {
  const part = [
    delimiter,
    'Content-Type: text/html',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '<p>',
  ];
  return {
    name: `${JSON.stringify(type)}, ${JSON.stringify(other)} in a part of ${JSON.stringify(delimiter)}`,
    octets: lines(
      `Content-Type: ${type}`,
      '',
      ...part,
      other,
      '',
      pixel.replace('=', '=3D').replace('tracker', 'trac=\r\nker'),
      `${delimiter}--`,
    ),
  };
}

/** HTML as it is, under a field that says another encoding only to some. */
function asItIs(...fields: readonly string[]): Row {
  return {
    name: `${JSON.stringify(fields)}, identity`,
    octets: lines('Content-Type: text/html', ...fields, '', pixel),
  };
}

const rows: readonly Row[] = [
  ...[
    'base64;',
    'base64; x=y',
    '"base64"',
    '(c)base64',
    'base64 (c)',
    'base64"',
    'base 64',
    'base\r\n 64',
    '\xa0base64',
    '\x0bbase64',
    'base64\0',
  ].map((value) =>
    // Dovecot, GMime, Go, Python and others each take some of them for no encoding.
    asItIs(`Content-Transfer-Encoding: ${value}`),
  ),
  asItIs('Content-Transfer-Encoding : base64'),
  asItIs('X: y\rContent-Transfer-Encoding: base64'),
  ...['x-base64', "'base64'", '[base64]', ';base64', 'base64url'].map((value) =>
    encodedAs(value, 'postal-mime'),
  ),
  typed('te\\xt/ht\\ml', 'c-client, mailparser'),
  typed('text/html\rX: y', 'Python, Email::MIME, mailparser, postal-mime'),
  {
    name: 'a header that two bare CRs end (Python, Email::MIME)',
    octets: lines(mixed, '', ...text, '--b', `Content-Type: text/html\rX: y\r\r${pixel}`, '--b--'),
  },
  {
    name: 'a delimiter that closes an inner multipart to us (Python, c-client, Go)',
    octets: lines(
      'Content-Type: multipart/mixed; boundary="a--"',
      '',
      '--a--',
      'Content-Type: multipart/alternative; boundary=a',
      '',
      '--a',
      '',
      'x',
      '--a--',
      ...inBase64,
      '--a----',
    ),
  },
  typed('text/html,text/plain', 'Thunderbird, Camel, GMime'),
  typed('text/html/plain', 'Camel, GMime'),
  typed('text/html=x', 'Camel, GMime'),
  typed('text/html>', 'Camel, GMime'),
  typed('text\0/html', 'Thunderbird'),
  typed('\0text/html', 'Thunderbird'),
  typed('=?us-ascii?q?text=2Fhtml?=', 'GMime'),
  encodedAs('\0base64', 'Thunderbird'),
  encodedAs('=?us-ascii?q?base64?=', 'GMime'),
  named(['Content-Type: application/octet-stream; name=a.html'], 'Thunderbird'),
  named(['Content-Type: application/x-unknown-content-type; name=a.html'], 'Thunderbird'),
  named(['Content-Type: application/octet-stream; name="=?us-ascii?b?eC5odG1s?="'], 'Thunderbird'),
  named(['Content-Type: text/html', 'Content-Disposition: other'], 'all but by the book'),
  named(['Content-Type: text/html', 'Content-Disposition: "attachment"'], 'Thunderbird'),
  {
    name: 'the only part, an attachment, behind a preamble with parts in it',
    octets: lines(
      mixed,
      '',
      '--z',
      'Content-Type: text/plain',
      '',
      'x',
      '--b',
      'Content-Disposition: attachment',
      ...html,
      '--b--',
    ),
  },
  {
    name: 'NUL in front of a field (Thunderbird)',
    octets: lines('X: y', '\0Content-Type: text/html', '', pixel),
  },
  { name: 'NUL in a field (Thunderbird)', octets: lines('Content-\0Type: text/html', '', pixel) },
  {
    name: 'a byte order mark (MIME-tools)',
    octets: lines(mixed, '', '--b', '\xef\xbb\xbfContent-Type: text/html', '', pixel, '--b--'),
  },
  {
    name: 'a MIME field behind a bare CR (Thunderbird, Python)',
    octets: lines('Subject: x\rContent-Type: text/html\rContent-Transfer-Encoding: base64', '', encoded),
  },
  {
    name: 'a delimiter that ends the header (Python, GMime)',
    octets: lines(mixed, '--b', 'X: y', ...inBase64, '--b--'),
  },
  {
    name: 'what begins like a delimiter ends the header (GMime)',
    octets: lines(
      'Content-Type: multipart/mixed; boundary=a b',
      'X: y',
      '--a bx',
      'X: y',
      ...inBase64,
      '--a b--',
    ),
  },
  {
    name: 'a delimiter that ends the header, behind a field in which only some see one (Thunderbird, Camel)',
    octets: lines('C\x0bontent-Type: multipart/mixed; boundary=b', '--b', 'X: y', ...inBase64, '--b--'),
  },
  {
    name: 'the colon behind a fold (Thunderbird, mailparser)',
    octets: lines('Content-Type', ' : text/html', '', pixel),
  },
  {
    name: 'the colon of the encoding behind a fold (Thunderbird)',
    octets: lines('Content-Type: text/html', 'Content-Transfer-Encoding', '\t: base64', '', encoded),
  },
  {
    name: 'multipart and XHTML in base64 (Camel, Python)',
    octets: lines(
      'Content-Type: application/xhtml+xml',
      mixed,
      'Content-Transfer-Encoding: base64',
      '',
      encoded,
    ),
  },
  delimited('multipart/mixed; bounda\r\n\try=b', '--b', 'Thunderbird'),
  delimited("multipart/mixed; boundary*=us-ascii''a b", '--a b', 'Thunderbird, Camel, GMime'),
  ...['', 'Content-Type:', 'Content-ID: <r>'].map((field) => ({
    name: `a part of multipart/related without a type, ${field} (Thunderbird)`,
    octets: lines(
      'Content-Type: multipart/related; boundary=b; start="<r>"',
      '',
      '--b',
      ...(field === '' ? [] : [field]),
      'Content-Transfer-Encoding: base64',
      '',
      encoded,
      '--b--',
    ),
  })),
  delimited('multipart/; boundary=b', '--b', 'Thunderbird, Camel, Python'),
  delimited('multipart/mixed/x; boundary=b', '--b', 'Thunderbird, GMime'),
  delimited("'multipart/mixed'; boundary=b", '--b', 'mailparser'),
  delimited('multipart/mixed\0; boundary=b', '--b', 'Thunderbird, Python'),
  delimited('multipart/mixed (; boundary=b', '--b', 'Thunderbird, GMime, Python'),
  delimited('multipart/mixed; (; boundary=b', '--b', 'Thunderbird, Python'),
  delimited('multipart/mixed; boundary=(c)b', '--(c)b', 'Thunderbird, Python'),
  delimited('multipart/mixed; boundary="b\0c"', '--b\0c', 'Thunderbird, Camel, Python'),
  delimited('multipart/mixed; boundary=a/b', '--a', 'Camel'),
  delimited('multipart/mixed; boundary=a"b"', '--ab', 'Camel'),
  delimited('multipart/mixed; boundary=a\\b', '--ab', 'Camel'),
  delimited('multipart/mixed; boundary*0=a; boundary*2=b', '--ab', 'Camel, GMime, Python'),
  delimited('multipart/mixed; boundary="=?us-ascii?q?ab?="', '--ab', 'Camel, GMime'),
  divided('multipart/mixed; boundary=a; boundary=b', '--a', '--b'),
  divided('multipart/mixed; boundary=a b', '--a b', '--a'),
  divided('multipart/mixed; boundary=(c)b', '--(c)b', '--b'),
  ...['--bb', '--b\0', '--b\xa0', `--b${pixel}`].flatMap((line): readonly Row[] => [
    {
      name: `HTML behind ${JSON.stringify(line)} and no empty line (all that take it for text)`,
      octets: lines(mixed, '', '--b', 'Content-Type: text/html', '', line, pixel, '--b--'),
    },
    {
      name: `what looks like a field behind ${JSON.stringify(line)} (all that take it for text)`,
      octets: lines(
        mixed,
        '',
        '--b',
        'Content-Type: text/html',
        '',
        line,
        `Content-Type:${pixel}`,
        '',
        '--b--',
      ),
    },
    {
      name: `a multipart behind ${JSON.stringify(line)} (Camel)`,
      octets: lines(
        mixed,
        '',
        ...text,
        line,
        'X: y',
        'Content-Type: multipart/related; boundary=c',
        '',
        '--c',
        'X: y',
        ...inBase64,
        '--c--',
        '--b--',
      ),
    },
  ]),
  ...['--bb', '--b\0', '--b\xa0'].map((line): Row => ({
    name: `a part in front of all others behind ${JSON.stringify(line)} (Camel)`,
    octets: lines(mixed, '', line, 'X: y', ...inBase64, ...text, '--b--'),
  })),
  ...[
    ['a MIME field is not the first', ['X: y', ...inBase64]],
    ['two encodings, base64 last', ['Content-Transfer-Encoding: 7bit', ...inBase64]],
    [
      'two encodings, base64 first',
      ['Content-Transfer-Encoding: base64', 'Content-Transfer-Encoding: 7bit', ...inBase64.slice(2)],
    ],
    ['two types, an image first', ['Content-Type: image/png', ...inBase64]],
  ].map(([name, part]) => ({
    name: `behind the cap: ${String(name)} (all)`,
    octets: lines(mixed, '', ...text, ...text, ...text, '--b', ...(part ?? []), '--b--'),
    limits: { maxParts: 3 },
  })),
];

describe('what a reader shows loses its loads', () => {
  test.each(rows)('$name', ({ octets, limits = {} }) => {
    const message = read(octets, limits);
    const readings = message.parts.flatMap((part) => readTexts(message, part));
    expect(readings.filter(({ role, text: shown }) => role === 'html' && shown.includes(pixel))).not.toEqual(
      [],
    );
    const stripped = strip(octets, limits);
    const after = read(stripped.octets, limits);
    const left = after.parts.flatMap((part) => readTexts(after, part)).map((reading) => reading.text);
    expect(left.filter((each) => each.includes('tracker.example'))).toEqual([]);
    expect(stripped.octets.includes(encoded)).toBe(false);
    expect(restores(stripped, octets)).toBe(true);
  });
});

describe('what no reader shows stays what it is', () => {
  // Machines read it: a URL in it is no link.
  const report = [
    '--DELIMITER',
    'Content-Type: message/feedback-report',
    '',
    'Reported-Uri: http://a.example/',
  ];
  test.each(['"a_boundary"', 'boundary', '"----=_NextPart_boundary_1"; boundary-x=1', '"a=boundary"'])(
    'the boundary %s is in no doubt',
    (boundary) => {
      const delimiter = (/^"([^"]*)"/.exec(boundary)?.[1] ?? boundary).replace(/^/, '--');
      const type = `Content-Type: multipart/report; boundary=${boundary}`;
      const part = report.map((line) => line.replace('--DELIMITER', delimiter));
      const message = read(lines(type, '', delimiter, '', 'x', ...part, `${delimiter}--`));
      expect(message.parts.map(({ role }) => role)).toEqual(['other', 'plain', 'other']);
      expect(message.parts.flatMap((each) => readTexts(message, each)).map(({ role }) => role)).toEqual([
        'plain',
      ]);
    },
  );
});
