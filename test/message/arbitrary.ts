import fc from 'fast-check';

/**
 * Runs of each property. MAILSLUICE_RUNS (300 where it is not set) scales them all: `npm run properties` sets ten times as
 * many. MAILSLUICE_SEED replays or varies; a failure prints seed and path.
 */
export function runs(usual: number): { numRuns: number; seed: number } {
  const factor = Number(process.env['MAILSLUICE_RUNS'] ?? '300') / 300;
  return { numRuns: Math.ceil(usual * factor), seed: Number(process.env['MAILSLUICE_SEED'] ?? '20240101') };
}

const octetsOf = (text: string): Buffer => Buffer.from(text, 'latin1');

export const rawOctets: fc.Arbitrary<Buffer> = fc
  .uint8Array({ maxLength: 400 })
  .map((octets) => Buffer.from(octets));

/** What MIME readers care about, in any order. */
const words = [
  '\r\n',
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  ' ',
  '\t',
  '--',
  '--b',
  '--b--',
  '--bb',
  'b',
  'Content-Type: ',
  'Content-Transfer-Encoding: ',
  'Content-Disposition: attachment',
  'Content-ID: <a>',
  'Content-MD5: x',
  'multipart/mixed; boundary=b',
  'multipart/alternative; boundary="bb"',
  'multipart/signed; protocol="application/pgp-signature"; boundary=b',
  'message/rfc822',
  'text/html',
  'text/plain',
  'text/calendar',
  '; charset=utf-8',
  '; charset=utf-7',
  '; charset=iso-2022-jp',
  '; charset=utf-16',
  '; charset=gbk',
  'base64',
  'quoted-printable',
  '<img src="http://tracker.example/p">',
  '<img src=3D"http://track=\r\ner.example/p">',
  'PGltZyBzcmM9Imh0dHA6Ly90cmFja2VyLmV4YW1wbGUvcCI+',
  '+ADw-img src="http://tracker.example/p"+AD4-',
  '=',
  '=3D',
  '\x1b$B',
  '\x1b(B',
  '-----BEGIN PGP SIGNED MESSAGE-----',
  '-----END PGP SIGNATURE-----',
  '\0',
  '\xe9',
  '\xc3\xa9',
  ';',
  '"',
  '(',
  "boundary*0*=''b",
  'From x',
  '.',
];

export const mailWords: fc.Arbitrary<Buffer> = fc
  .array(fc.constantFrom(...words), { maxLength: 60 })
  .map((all) => octetsOf(all.join('')));

const pixel = '<img src="http://tracker.example/p" alt="x">';
const html = fc
  .array(
    fc.constantFrom(
      '<p>',
      'text ',
      '\r\n',
      pixel,
      '\xc3\xa9',
      '<a href="http://tracker.example/l">',
      'x'.repeat(50),
      '=',
    ),
    {
      maxLength: 12,
    },
  )
  .map((all) => all.join(''));

function encode(text: string, encoding: string): string {
  const octets = octetsOf(text);
  if (encoding === 'base64') return octets.toString('base64').replace(/.{76}/g, (line) => `${line}\r\n`);
  if (encoding !== 'quoted-printable') return text;
  return text
    .replace(/[=\x80-\xff]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(
      /[^\r\n]{60}(?![\r\n])/g,
      (line) => `${line.replace(/=?.?$/, '')}=\r\n${/=?.?$/.exec(line)?.[0] ?? ''}`,
    );
}

function leaf(damaged: boolean): fc.Arbitrary<string> {
  return fc
    .record({
      type: fc.constantFrom(
        'text/html; charset=utf-8',
        'text/html',
        'text/plain',
        'image/png',
        'TEXT/HTML;charset="gbk"',
        '',
      ),
      encoding: fc.constantFrom('7bit', '8bit', 'base64', 'quoted-printable', 'QUOTED-PRINTABLE', 'x-odd'),
      twice: fc.constantFrom(
        '',
        '',
        '',
        'Content-Type: text/plain\r\n',
        'Content-Transfer-Encoding: 7bit\r\n',
        'no field\r\n',
      ),
      blank: fc.constantFrom('\r\n', '\r\n', '\r\n', ''),
      body: html,
    })
    .map(({ type, encoding, twice, blank, body }) => {
      const contentType = type === '' ? '' : `Content-Type: ${type}\r\n`;
      const head = `${contentType}Content-Transfer-Encoding: ${encoding}\r\n${damaged ? twice + blank : '\r\n'}`;
      return `${head}${encode(body, encoding.toLowerCase())}\r\n`;
    });
}

type Tree = { readonly node: string; readonly multipart: string };

const damagedTree = fc.letrec<Tree>((tie) => ({
  node: fc.oneof({ maxDepth: 4, depthSize: 'small' }, leaf(true), tie('multipart')),
  multipart: fc
    .record({
      boundary: fc.constantFrom('b', 'bb', 'b b', 'other'),
      used: fc.constantFrom('same', 'same', 'same', 'b'),
      type: fc.constantFrom('mixed', 'alternative', 'related', 'digest', 'signed'),
      children: fc.array(tie('node'), { maxLength: 3 }),
      close: fc.constantFrom('--', '--', ' --', ''),
      preamble: fc.constantFrom('', 'preamble\r\n', pixel),
      more: fc.constantFrom('', '', 'Content-Type: text/html\r\n'),
    })
    .map(({ boundary, used, type, children, close, preamble, more }) => {
      const line = used === 'same' ? boundary : used;
      const parts = children.map((child) => `--${line}\r\n${child}\r\n`).join('');
      return `${more}Content-Type: multipart/${type}; boundary="${boundary}"\r\n\r\n${preamble}\r\n${parts}--${line}${close}\r\n`;
    }),
}));

/** Boundaries that differ from those around them by their length. */
const soundTree = fc.letrec<Tree>((tie) => ({
  node: fc.oneof({ maxDepth: 4, depthSize: 'small' }, leaf(false), tie('multipart')),
  multipart: fc
    .record({
      type: fc.constantFrom('mixed', 'alternative', 'related'),
      children: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      preamble: fc.constantFrom('', 'preamble\r\n', pixel),
    })
    .map(({ type, children, preamble }) => {
      const boundary = `=_${children.join('').length}`;
      const parts = children.map((child) => `--${boundary}\r\n${child}\r\n`).join('');
      return `Content-Type: multipart/${type}; boundary="${boundary}"\r\n\r\n${preamble}\r\n${parts}--${boundary}--\r\n`;
    }),
}));

const headed = (root: string): string => `Subject: x\r\nMIME-Version: 1.0\r\n${root}`;

/** Trees that all readers read alike. */
export const soundTrees: fc.Arbitrary<Buffer> = soundTree.multipart.map((root) => octetsOf(headed(root)));

/** Well- and ill-formed trees with trackers in their texts, in one kind of line end or a mixture. */
export const mimeTrees: fc.Arbitrary<Buffer> = fc
  .record({
    root: fc.oneof(damagedTree.node, damagedTree.multipart),
    end: fc.constantFrom('\r\n', '\r\n', '\n', '\r', 'mixed'),
  })
  .map(({ root, end }) => {
    const text = headed(root);
    if (end !== 'mixed') return octetsOf(text.replaceAll('\r\n', end));
    let count = 0;
    return octetsOf(text.replaceAll('\r\n', () => (count++ % 3 === 0 ? '\n' : '\r\n')));
  });

/** A tree with some octets deleted, doubled or overwritten. */
export const damagedTrees: fc.Arbitrary<Buffer> = fc
  .tuple(
    mimeTrees,
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(6), fc.nat(255)), { maxLength: 5 }),
  )
  .map(([octets, wounds]) => {
    let out = octets;
    for (const [place, length, octet] of wounds) {
      const at = Math.floor(place * out.length);
      const middle =
        octet % 3 === 0
          ? Buffer.alloc(0)
          : octet % 3 === 1
            ? Buffer.alloc(length, octet)
            : out.subarray(at, at + 2 * length);
      out = Buffer.concat([out.subarray(0, at), middle, out.subarray(at + length)]);
    }
    return out;
  });

export const anyMessage: fc.Arbitrary<Buffer> = fc.oneof(rawOctets, mailWords, mimeTrees, damagedTrees);
