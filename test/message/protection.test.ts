import { describe, expect, test } from 'vitest';
import { readTexts } from '../../src/message/index.ts';
import { lines, outline, read, strip } from './tools.ts';

const pixel = '<img src="http://tracker.example/p">';
/** A ContentInfo as far as the version of what it holds: SignedData, EnvelopedData. */
const signedData = Buffer.from(
  '3080' + '06092a864886f70d010702' + 'a080' + '3080' + '020101' + '3100',
  'hex',
);
const envelopedData = Buffer.from(
  '3080' + '06092a864886f70d010703' + 'a080' + '3080' + '020100' + '3100',
  'hex',
);
const armour = (word: string, first: number): readonly string[] => [
  `-----BEGIN PGP ${word}-----`,
  'Version: 1',
  '',
  Buffer.from([first, 1, 2, 3, 4, 5]).toString('base64'),
  '=abcd',
  `-----END PGP ${word}-----`,
];
const pgpSignature = armour('SIGNATURE', 0xc2);
const html = ['Content-Type: text/html', '', pixel];

function signed(
  protocol: string,
  type: string,
  body: readonly string[],
  more: readonly string[] = [],
): Buffer {
  return lines(
    `Content-Type: multipart/signed; protocol="${protocol}"; micalg=sha-256; boundary=b`,
    '',
    '--b',
    ...html,
    '--b',
    `Content-Type: ${type}`,
    ...body,
    ...more,
    '--b--',
  );
}

const der = ['Content-Transfer-Encoding: base64', '', signedData.toString('base64')];
const smime = 'application/pkcs7-signature';

describe('what is signed or encrypted is not touched', () => {
  test.each([
    { name: 'S/MIME', octets: signed(smime, smime, der), keep: 'part.signed' },
    {
      name: 'S/MIME with x-',
      octets: signed('application/x-pkcs7-signature', 'application/x-pkcs7-signature; name=smime.p7s', der),
      keep: 'part.signed',
    },
    {
      name: 'OpenPGP',
      octets: signed('application/pgp-signature', 'application/pgp-signature', ['', ...pgpSignature]),
      keep: 'part.signed',
    },
    {
      name: 'OpenPGP/MIME encrypted',
      octets: lines(
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
        '',
        '--b',
        'Content-Type: application/pgp-encrypted',
        '',
        'Version: 1',
        '--b',
        'Content-Type: application/octet-stream',
        '',
        ...armour('MESSAGE', 0xc1),
        '--b--',
      ),
      keep: 'part.encrypted',
    },
    {
      name: 'S/MIME encrypted',
      octets: lines(
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data',
        'Content-Transfer-Encoding: base64',
        '',
        envelopedData.toString('base64'),
      ),
      keep: 'part.encrypted',
    },
    {
      name: 'S/MIME opaque-signed',
      octets: lines('Content-Type: application/x-pkcs7-mime', ...der),
      keep: 'part.signed',
    },
  ])('$name', ({ octets, keep }) => {
    const stripped = strip(octets);
    expect(stripped.message.parts.map((part) => part.keep)).toEqual(stripped.message.parts.map(() => keep));
    expect(stripped.message.reasons).toEqual([]);
    expect(stripped.octets.equals(octets)).toBe(true);
  });
});

const inner = ['--b', ...html, '--b--'];
const forgeries = [
  { name: 'no protocol', octets: lines('Content-Type: multipart/signed; boundary=b', '', ...inner) },
  {
    name: 'one child',
    octets: lines(`Content-Type: multipart/signed; protocol="${smime}"; boundary=b`, '', ...inner),
  },
  { name: 'three children', octets: signed(smime, smime, der, ['--b', ...html]) },
  {
    name: 'signature in front',
    octets: lines(
      `Content-Type: multipart/signed; protocol="${smime}"; boundary=b`,
      '',
      '--b',
      `Content-Type: ${smime}`,
      ...der,
      ...inner,
    ),
  },
  { name: 'another protocol', octets: signed('application/x-seal', 'application/x-seal', der) },
  {
    name: 'the signature has another type',
    octets: signed(smime, 'application/pgp-signature', ['', ...pgpSignature]),
  },
  { name: 'the signature is no CMS', octets: signed(smime, smime, ['', 'signed, honestly']) },
  {
    name: 'the CMS is EnvelopedData',
    octets: signed(smime, smime, ['Content-Transfer-Encoding: base64', '', envelopedData.toString('base64')]),
  },
  {
    name: 'the OID alone',
    octets: signed(smime, smime, ['', '\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02']),
  },
  {
    name: 'the signature is no armour',
    octets: signed('application/pgp-signature', 'application/pgp-signature', ['', 'f691886408cbeedc']),
  },
  {
    name: 'the armour holds no signature',
    octets: signed('application/pgp-signature', 'application/pgp-signature', [
      '',
      ...armour('SIGNATURE', 0x41),
    ]),
  },
  {
    name: 'the armour does not end',
    octets: signed('application/pgp-signature', 'application/pgp-signature', [
      '',
      ...pgpSignature.slice(0, -1),
    ]),
  },
  {
    name: 'two types',
    octets: Buffer.concat([lines('Content-Type: multipart/mixed; boundary=b'), signed(smime, smime, der)]),
  },
  {
    name: 'encrypted: HTML in place of the data',
    octets: lines(
      'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
      '',
      '--b',
      'Content-Type: application/pgp-encrypted',
      '',
      'Version: 1',
      ...inner,
    ),
  },
  {
    name: 'encrypted: no control part',
    octets: lines(
      'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
      '',
      ...inner,
    ),
  },
];

describe('what only claims it is cleaned', () => {
  test.each(forgeries)('$name', ({ octets }) => {
    const stripped = strip(octets);
    expect(stripped.message.reasons).toContain('signed.malformed');
    expect(stripped.octets.includes('tracker.example')).toBe(false);
  });

  test('pkcs7-mime that is no CMS', () => {
    const { reasons } = read(lines('Content-Type: application/pkcs7-mime', '', pixel));
    expect(reasons).toEqual(['signed.malformed']);
  });
});

const link = 'http://tracker.example/l';

describe('inline PGP', () => {
  const clear = ['-----BEGIN PGP SIGNED MESSAGE-----', 'Hash: SHA256', '', link, ...pgpSignature];

  test('exempts the octets between BEGIN and END of a plain text, and those alone', () => {
    const octets = lines('Content-Type: text/plain', '', `before ${link}`, ...clear, `after ${link}`);
    const stripped = strip(octets);
    const [text] = readTexts(stripped.message, stripped.message.root);
    expect(text?.exempt).toHaveLength(1);
    expect(stripped.octets.toString('latin1')).toBe(
      lines('Content-Type: text/plain', '', 'before ', ...clear, 'after ').toString('latin1'),
    );
    expect(stripped.reasons.get('1')).toBe('part.signed');
  });

  test.each([
    { name: 'encrypted', block: [...armour('MESSAGE', 0x85)], exempt: 1 },
    { name: 'key', block: [...armour('PUBLIC KEY BLOCK', 0x99)], exempt: 1 },
    { name: 'BEGIN without END', block: ['-----BEGIN PGP SIGNED MESSAGE-----', '', link], exempt: 0 },
    {
      name: 'BEGIN and END without a signature',
      block: ['-----BEGIN PGP SIGNED MESSAGE-----', '', link, '-----END PGP SIGNATURE-----'],
      exempt: 0,
    },
    {
      name: 'a signature that is none',
      block: [...clear.slice(0, 4), ...armour('SIGNATURE', 0x41)],
      exempt: 0,
    },
    {
      name: 'not at the start of a line',
      block: ['> -----BEGIN PGP SIGNED MESSAGE-----', ...clear.slice(1)],
      exempt: 0,
    },
  ])('$name: $exempt', ({ block, exempt }) => {
    const message = read(lines('Content-Type: text/plain', '', ...block));
    // A signature alone is armour too: it exempts nothing but itself.
    const spans = (readTexts(message, message.root)[0]?.exempt ?? []).filter(
      ({ start }) =>
        !message.octets
          .toString('latin1', message.root.body.start + start)
          .startsWith('-----BEGIN PGP SIGNATURE'),
    );
    expect(spans).toHaveLength(exempt);
  });

  test('never an HTML part', () => {
    const octets = lines(
      'Content-Type: text/html',
      '',
      '-----BEGIN PGP SIGNED MESSAGE-----',
      '',
      pixel,
      ...pgpSignature,
    );
    expect(strip(octets).octets.includes('tracker.example')).toBe(false);
  });
});

test('a signed part leaves its siblings to be cleaned', () => {
  const octets = lines(
    'Content-Type: multipart/mixed; boundary=o',
    '',
    '--o',
    ...signed(smime, smime, der).toString('latin1').trimEnd().split('\r\n'),
    '--o',
    ...html,
    '--o--',
  );
  expect(outline(read(octets))).toEqual([
    '- multipart/mixed other',
    '1 multipart/signed other part.signed',
    '1.1 text/html html part.signed',
    `1.2 ${smime} other part.signed`,
    '2 text/html html',
  ]);
});
