import { describe, expect, it } from 'vitest';
import { addressMatches, loadSettings, policyChooser } from '../../src/config/index.ts';
import type { Facts } from '../../src/config/index.ts';
import { matchesStars } from '../../src/config/address-pattern.ts';
import { folderWith } from './support/folder.ts';

describe('addresses', () => {
  const rows: readonly [entry: string, address: string, matches: boolean][] = [
    ['robin@uni.example', 'robin@uni.example', true],
    ['Robin@Uni.example', 'robin@uni.example', true],
    ['robin@uni.example', 'xrobin@uni.example', false],
    ['postmaster@', 'postmaster@any.example', true],
    ['postmaster@', 'postmaster', true],
    ['postmaster@', 'not-postmaster@any.example', false],
    ['uni.example', 'robin@uni.example', true],
    ['@uni.example', 'robin@uni.example', true],
    ['uni.example', 'robin@cs.uni.example', false],
    ['*.uni.example', 'robin@cs.uni.example', true],
    ['*.uni.example', 'robin@evil-uni.example', false],
    ['uni.example', '"a@uni.example"@evil.example', false],
    ['robin+*@uni.example', 'robin+news@uni.example', true],
    ['*', 'a@b.example', true],
    ['uni.example', '', false],
  ];
  it.each(rows)('%s / %s', (entry, address, matches) => expect(addressMatches(entry, address)).toBe(matches));

  it('globs: stars do not overlap', () => {
    expect(matchesStars('a*a', 'a')).toBe(false);
    expect(matchesStars('a*b*c', 'a-b-c')).toBe(true);
    expect(matchesStars('*x*', 'y')).toBe(false);
  });
});

const yaml = (folder: string): string => `
policies: { default: {}, off: { mode: off }, strict: { personal_images: neutralise } }
select:
  - { when: { recipient: ['file:${folder}/list', boss@uni.example] }, policy: off }
  - { when: { client: 192.0.2.0/24 }, policy: off }
  - { when: { sender: friend.example }, policy: off }
  - { when: { sender: bulk.example }, policy: strict }
  - { when: { list_id: '*.lists.example' }, policy: off }
  - { when: { header: { X-Trust: 'yes*' } }, policy: off }
  - { when: { header: { X-Bulk: '*' } }, policy: strict }
  - { when: { sender: careless.example }, policy: off, unauthenticated: ok }
  - { when: { authenticated: known.example }, policy: off }
`;

describe('select', () => {
  const folder = folderWith({ list: '# pilot\nrobin@uni.example  # first\n\n' });
  const file = folderWith({ 'm.yaml': yaml(folder.path) });
  const loaded = loadSettings(`${file.path}/m.yaml`, { serving: false, environment: {} });
  folder.remove();
  file.remove();
  if (loaded.kind === 'bad') throw new Error(JSON.stringify(loaded.problems));
  const choose = policyChooser(loaded.settings.clean.select);
  const facts = (more: Partial<Facts> & { readonly header?: Readonly<Record<string, string>> }): Facts => ({
    recipient: 'any@uni.example',
    sender: 'any@else.example',
    authenticatedDomains: [],
    fields: (name) => (more.header?.[name] === undefined ? [] : [more.header[name]]),
    ...more,
  });

  const rows: readonly [name: string, more: Parameters<typeof facts>[0], policy: string][] = [
    ['nothing holds', {}, 'default'],
    ['a list of recipients in a file', { recipient: 'Robin@uni.example' }, 'off'],
    ['a recipient', { recipient: 'boss@uni.example' }, 'off'],
    ['a network', { clientAddress: '192.0.2.7' }, 'off'],
    ['another network', { clientAddress: '198.51.100.7' }, 'default'],
    ['a sender that anybody can forge does not loosen', { sender: 'a@friend.example' }, 'default'],
    [
      'an authenticated sender does',
      { sender: 'a@friend.example', authenticatedDomains: ['friend.example'] },
      'off',
    ],
    [
      'authentication of another domain does not count',
      { sender: 'a@friend.example', authenticatedDomains: ['evil.example'] },
      'default',
    ],
    ['a forged sender tightens', { sender: 'a@bulk.example' }, 'strict'],
    ['a forged List-Id does not loosen', { header: { 'list-id': 'News <n.lists.example>' } }, 'default'],
    [
      'an authenticated List-Id does',
      { header: { 'list-id': 'News <n.lists.example>' }, authenticatedDomains: ['lists.example'] },
      'off',
    ],
    [
      'a header is vouched for by nobody',
      { header: { 'x-trust': 'yes, please' }, authenticatedDomains: ['else.example'] },
      'default',
    ],
    ['a header tightens', { header: { 'x-bulk': '1' } }, 'strict'],
    ['unauthenticated: ok', { sender: 'a@careless.example' }, 'off'],
    ['an authenticated domain', { authenticatedDomains: ['known.example'] }, 'off'],
  ];
  it.each(rows)('%s', (_name, more, policy) => expect(choose(facts(more)).policy).toBe(policy));

  it('says what did not hold for want of authentication', () => {
    expect(choose(facts({ sender: 'a@friend.example' })).notes.join()).toContain(
      'the sender is not authenticated',
    );
  });

  it('check warns about entries that loosen by what can be forged', () => {
    const { warnings } = loaded.settings;
    expect(
      warnings.map(({ message }) => message).filter((text) => text.includes('never holds')),
    ).toHaveLength(3);
    expect(warnings.some(({ message }) => message.startsWith('unauthenticated: ok'))).toBe(true);
  });
});
