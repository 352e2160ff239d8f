import { changed, render, withSet } from './arc-chain.ts';
import type { ArcMail, ArcSet, SetOptions } from './arc-chain.ts';
import { makeKey } from './signed.ts';

// What a public ARC test suite asks of a validator, as rows of our own making.

const rsa = makeKey('rsa');
const ed25519 = makeKey('ed25519');
const other = makeKey('rsa');

/** TXT records by name. */
export const arcRecords: Readonly<Record<string, string>> = {
  's._domainkey.hop.example': rsa.record,
  'ed._domainkey.hop.example': ed25519.record,
  'other._domainkey.hop.example': other.record,
  'revoked._domainkey.hop.example': 'v=DKIM1; k=rsa; p=',
  'garbled._domainkey.hop.example': 'v=DKIM1; k=rsa; p=AAAA',
};

const plain: ArcMail = {
  fields: [
    'From: News <news@sender.example>',
    'To: reader@uni.example',
    'Subject: two  spaces and\r\n\ta fold',
    'Date: Mon, 2 Nov 2026 10:00:00 +0100',
    'X-Unsigned: one',
  ],
  body: 'hello  \r\n\r\n  two  words\r\n\r\n\r\n',
  sets: [],
};

function set(mail: ArcMail, changes: Partial<SetOptions> = {}): ArcMail {
  const i = mail.sets.length + 1;
  return withSet(mail, {
    i,
    cv: i === 1 ? 'none' : 'pass',
    key: rsa,
    domain: 'hop.example',
    selector: 's',
    ...changes,
  });
}

function chain(length: number): ArcMail {
  let mail = plain;
  for (let i = 0; i < length; i += 1) mail = set(mail);
  return mail;
}

const gone = (): string => '';
const twice = (field: string): string => `${field}\r\n${field}`;
const broken = (field: string): string => {
  const at = field.lastIndexOf('b=') + 10;
  return `${field.slice(0, at)}${field.charAt(at) === 'A' ? 'B' : 'A'}${field.slice(at + 1)}`;
};
const refolded = (field: string): string => field.replace('; ', ';\r\n\t  ').replace(/^ARC/, 'arc');
const names: Readonly<Record<keyof ArcSet, string>> = {
  results: 'ARC-Authentication-Results',
  message: 'ARC-Message-Signature',
  seal: 'ARC-Seal',
};
const each = Object.keys(names) as readonly (keyof ArcSet)[];

export interface ArcCase {
  readonly name: string;
  readonly octets: string;
  readonly expected: 'none' | 'pass' | 'fail';
}

type Row = readonly [name: string, expected: ArcCase['expected'], mail: ArcMail | string];

const lengths = [1, 2, 3, 5, 50].map((n): Row => [`a chain of ${n}`, 'pass', chain(n)]);

const status: readonly Row[] = [
  ['no set', 'none', plain],
  ['51 sets', 'fail', chain(51)],
  ...['pass', 'fail', 'invalid'].map((cv): Row => [`i=1 cv=${cv}`, 'fail', set(plain, { cv })]),
  ...['none', 'fail', 'invalid'].map((cv): Row => [`i=2 cv=${cv}`, 'fail', set(chain(1), { cv })]),
  ['no cv=', 'fail', set(plain, { without: ['cv'] })],
  ['a chain that failed in the middle', 'fail', set(set(chain(1), { cv: 'fail' }))],
];

const structure: readonly Row[] = [
  ...each.flatMap((which): readonly Row[] => [
    [`i=1 without ${names[which]}`, 'fail', changed(chain(1), 1, which, gone)],
    [`i=1 of 2 without ${names[which]}`, 'fail', changed(chain(2), 1, which, gone)],
    [`i=2 of 2 without ${names[which]}`, 'fail', changed(chain(2), 2, which, gone)],
    [`i=1 with ${names[which]} twice`, 'fail', changed(chain(1), 1, which, twice)],
    [`i=2 of 2 with ${names[which]} twice`, 'fail', changed(chain(2), 2, which, twice)],
  ]),
  ['instances 1 and 3', 'fail', set(chain(1), { i: 3 })],
  ['instances 2 and 3', 'fail', set(set(plain, { i: 2, cv: 'none' }), { i: 3 })],
  ...[0, 51, -1, 'x', '01a', ''].map((i): Row => [`instance "${i}" alone`, 'fail', set(plain, { i })]),
  ['sets in the order of their age', 'pass', { ...chain(3), fields: [], sets: [] }],
  ['fields of the sets mixed', 'pass', plain],
];

const altered: readonly Row[] = [
  ...each.flatMap((which): readonly Row[] => [
    [`i=1 of 2: ${names[which]} refolded, name in other case`, 'pass', changed(chain(2), 1, which, refolded)],
    [
      `i=1 of 2: ${names[which]} changed`,
      'fail',
      changed(chain(2), 1, which, (field) => (which === 'results' ? `${field} x` : broken(field))),
    ],
    [
      `i=2 of 2: ${names[which]} changed`,
      'fail',
      changed(chain(2), 2, which, (field) => (which === 'results' ? `${field} x` : broken(field))),
    ],
  ]),
  ['body changed', 'fail', { ...chain(2), body: 'HELLO\r\n' }],
  [
    'body: spaces and empty lines at the end',
    'pass',
    { ...chain(1), body: 'hello\r\n\r\n two words \r\n\r\n' },
  ],
  ['From changed', 'fail', alter(chain(1), 'news@', 'boss@')],
  ['Subject: white space', 'pass', alter(chain(1), 'two  spaces', 'two spaces')],
  ['Subject changed', 'fail', alter(chain(1), 'two  spaces', 'twospaces')],
  ['a field that is not signed changed', 'pass', alter(chain(1), 'Unsigned: one', 'Unsigned: two')],
  ['an A-R field added on top', 'pass', `Authentication-Results: x.example; none\r\n${render(chain(2))}`],
];

const canonical: readonly Row[] = [
  ...['simple/simple', 'simple/relaxed', 'relaxed/simple'].map((canon): Row => [
    canon,
    'pass',
    set(plain, { canon }),
  ]),
  [
    'simple/simple, white space of Subject changed',
    'fail',
    alter(set(plain, { canon: 'simple/simple' }), 'two  ', 'two '),
  ],
  [
    'relaxed/simple, white space of the body changed',
    'fail',
    { ...set(plain, { canon: 'relaxed/simple' }), body: 'hello\r\n' },
  ],
  ['no body', 'pass', set({ ...plain, body: '' })],
];

const keys: readonly Row[] = [
  ['signed with another key', 'fail', set(plain, { key: other })],
  ['a later set with another key of its own', 'pass', set(chain(1), { key: other, selector: 'other' })],
  ['i=2 signed with another key', 'fail', set(chain(1), { key: other })],
  ['no key record', 'fail', set(plain, { selector: 'absent' })],
  ['a revoked key', 'fail', set(plain, { selector: 'revoked' })],
  ['a garbled key', 'fail', set(plain, { selector: 'garbled' })],
  ['Ed25519', 'pass', set(plain, { key: ed25519, selector: 'ed' })],
  ['rsa-sha1', 'fail', set(plain, { algorithm: 'rsa-sha1' })],
  ['an unknown algorithm', 'fail', set(plain, { algorithm: 'rsa-sha999' })],
];

const tags: readonly Row[] = [
  ['an unknown tag in each', 'pass', set(plain, { sealTags: 'zz=1; ', messageTags: 'zz=1; ' })],
  ['h= in the seal', 'fail', set(plain, { sealTags: 'h=from; ' })],
  ['the seal named in h=', 'fail', set(plain, { h: 'from:arc-seal' })],
  ['From not in h=', 'fail', set(plain, { h: 'to:subject' })],
  ...['a', 'd', 's'].map((tag): Row => [`without ${tag}=`, 'fail', set(plain, { without: [tag] })]),
  ...['h', 'bh'].map((tag): Row => [
    `message signature without ${tag}=`,
    'fail',
    set(plain, { without: [tag] }),
  ]),
  ['a tag twice', 'fail', set(plain, { messageTags: 'd=hop.example; ' })],
];

function alter(mail: ArcMail, from: string, to: string): ArcMail {
  return { ...mail, fields: mail.fields.map((field) => field.replace(from, to)) };
}

/** Orders that no rule asks for: receivers sort by instance. */
function otherOrder(name: string): string | undefined {
  const three = chain(3);
  const fields = three.sets.flatMap(({ seal, message, results }) => [seal, message, results]);
  const rest = `${three.fields.join('\r\n')}\r\n\r\n${three.body}`;
  if (name === 'sets in the order of their age') return `${fields.join('\r\n')}\r\n${rest}`;
  if (name === 'fields of the sets mixed') return `${fields.toSorted().join('\r\n')}\r\n${rest}`;
  return undefined;
}

export const arcCases: readonly ArcCase[] = [
  ...lengths,
  ...status,
  ...structure,
  ...altered,
  ...canonical,
  ...keys,
  ...tags,
].map(([name, expected, mail]) => ({
  name,
  expected,
  octets: otherOrder(name) ?? (typeof mail === 'string' ? mail : render(mail)),
}));
