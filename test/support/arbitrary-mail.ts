import fc from 'fast-check';

/** Any octets at all. */
export const rawOctets: fc.Arbitrary<Buffer> = fc
  .uint8Array({ maxLength: 2_000 })
  .map((octets) => Buffer.from(octets));

const alphabet = [
  ...'abcdeghilmnoprstu0123=<>"\'&/?:;-_ .,#%()@\\\t\0\xff\xe9',
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  '--b',
  '--',
  'Content-Type: ',
  'text/html',
  'multipart/mixed; boundary=b',
  'Content-Transfer-Encoding: ',
  'quoted-printable',
  'base64',
  '=3D',
  '=\r\n',
  '<img src=',
  '<a href=',
  '<style>',
  '<!--',
  '-->',
  'https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789',
  'width=1 height=1',
  'style=',
  'url(',
  'background:',
  'From ',
  'Tracking-Protection: x',
];

/** Octets over what mail is made of, so that syntax is reached. */
export const mailOctets: fc.Arbitrary<Buffer> = fc
  .array(fc.constantFrom(...alphabet), { maxLength: 200 })
  .map((words) => Buffer.from(words.join(''), 'latin1'));

const urls = [
  'https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789',
  'https://abc.r.eu-west-1.awstrack.me/L0/https:%2F%2Fwww.example.org%2Fa%3Fb=c/1/0102018f-1111/xyz=1',
  'https://www.example.org/page?utm_source=mail&utm_medium=x&id=7',
  'https://images.example.org/header.png',
  'cid:logo@example.org',
  'https://www.example.org/unsubscribe?id=0123456789abcdef',
];
const url = fc.constantFrom(...urls).map((text) => text.replaceAll('&', '&amp;'));
const quote = fc.constantFrom('"', "'", '');
const piece = fc.oneof(
  fc.tuple(url, quote).map(([u, q]) => `<img src=${q}${u}${q} width=${q}1${q} height=${q}1${q} alt=x>`),
  url.map((u) => `<img src="${u}" width=600 height=200>`),
  fc.tuple(url, quote).map(([u, q]) => `<a href=${q}${u}${q}>caf\xe9</a>`),
  url.map((u) => `<div style="background:url('${u}');width:1px;height:1px"></div>`),
  url.map((u) => `<style>.x{background:url(${u})}</style>`),
  url.map((u) => `<!--[if mso]><v:fill src="${u}"/><![endif]-->`),
  fc.constantFrom(
    '<div style="display:none">',
    '</div>',
    '<p>text = text</p>',
    '<table><tr><td>',
    '<!-- c -->',
    '\r\n',
    '<',
    '"',
  ),
);
const html = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('\r\n'));

function wrap64(octets: Buffer, width: number): string {
  const text = octets.toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width));
  return lines.join('\r\n');
}

function encodeQuoted(octets: Buffer): string {
  const text = octets
    .toString('latin1')
    .replace(/[=\x80-\xff\0]/g, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return text
    .replace(/[^\r\n]{70}(?=[^\r\n])/g, '$&=\r\n')
    .replace(/=(=\r\n)([0-9A-F]{2})/g, '=$2$1')
    .replace(/(=[0-9A-F])(=\r\n)([0-9A-F])/g, '$1$3$2');
}

const leaf = fc
  .record({
    body: html,
    type: fc.constantFrom(
      'text/html; charset=utf-8',
      'text/html',
      'text/plain',
      'text/plain; format=flowed; delsp=yes',
      'image/png',
      'text/html; charset=iso-8859-1',
    ),
    encoding: fc.constantFrom('', 'quoted-printable', 'base64', '8bit', 'x-unknown'),
    width: fc.constantFrom(60, 76, 1_000),
  })
  .map(({ body, type, encoding, width }) => {
    const octets = Buffer.from(body, 'latin1');
    const text =
      encoding === 'base64'
        ? wrap64(octets, width)
        : encoding === 'quoted-printable'
          ? encodeQuoted(octets)
          : body;
    return `Content-Type: ${type}\r\n${encoding === '' ? '' : `Content-Transfer-Encoding: ${encoding}\r\n`}\r\n${text}`;
  });

const multipart = fc
  .record({
    kind: fc.constantFrom('alternative', 'mixed', 'related', 'signed', 'digest'),
    boundary: fc.constantFrom('b', 'bb', '"b b"', 'b1'),
    parts: fc.array(leaf, { maxLength: 4 }),
    closed: fc.boolean(),
  })
  .map(({ kind, boundary, parts, closed }) => {
    const name = boundary.replaceAll('"', '');
    const inside = parts.map((part) => `--${name}\r\n${part}\r\n`).join('');
    return `Content-Type: multipart/${kind}; boundary=${boundary}\r\n\r\npreamble\r\n${inside}${closed ? `--${name}--\r\n` : ''}`;
  });

const damage = fc.record({
  at: fc.nat({ max: 4_000 }),
  length: fc.nat({ max: 3 }),
  put: fc.constantFrom('', '\0', '\n', '\r', '=', '<', '"', '--b', '\xff'),
});

/** Well-formed messages with trackers in them, some of them damaged at a random spot. */
export const structuredMail: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.constantFrom('', 'From a@b Thu Jan  1 00:00:00 1970\r\n'),
    fc.oneof(leaf, multipart),
    fc.array(damage, { maxLength: 2 }),
  )
  .map(([mbox, entity, damages]) => {
    let text = `${mbox}Subject: x\r\nMIME-Version: 1.0\r\n${entity}`;
    for (const { at, length, put } of damages) {
      const spot = at % (text.length + 1);
      text = text.slice(0, spot) + put + text.slice(spot + length);
    }
    return Buffer.from(text, 'latin1');
  });
