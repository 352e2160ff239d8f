import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailsluice } from '../cli/support/run.ts';
import { folderWith } from '../config/support/folder.ts';
import { makeKey } from './support/signed.ts';
import { startZone } from './support/zone.ts';
import type { ZoneServer } from './support/zone.ts';

const ours = makeKey('rsa');
const short = makeKey('ed25519');
const other = makeKey('rsa');
const folder = folderWith({
  'rsa.pem': ours.privateKey,
  'ed.pem': short.privateKey,
  'no.pem': 'no key',
});
const folders = [folder];
let dns: ZoneServer;
beforeAll(async () => {
  dns = await startZone(
    new Map([
      ['TXT good._domainkey.uni.example', [ours.record]],
      ['TXT short._domainkey.uni.example', [short.record]],
      // As some publish it: other tags, white space in the key, more than one record.
      [
        'TXT loose._domainkey.uni.example',
        ['v=spf1 -all', `p=${ours.record.slice(18, 80)} ${ours.record.slice(80)} ; k=rsa`],
      ],
      ['TXT other._domainkey.uni.example', [other.record]],
      ['TXT revoked._domainkey.uni.example', ['v=DKIM1; p=']],
    ]),
  );
});
afterAll(() => {
  dns.close();
  for (const each of folders) each.remove();
});

const hop =
  'listeners: [{ smtp: 127.0.0.1:10025, next_hop: { smtp: 127.0.0.1:10026, verifies: trusts-us } }]';
function config(
  name: string,
  selector: string,
  key = 'rsa.pem',
  domain = 'uni.example',
  lines = hop,
): string {
  const arc = `arc: { domain: ${domain}, selector: ${selector}, key_file: ${folder.path}/${key} }`;
  const made = folderWith({
    [name]: `${lines}\nauth: { verify: on, dns_server: '${dns.server}', ${arc} }\n`,
  });
  folders.push(made);
  return made.path;
}
async function run(command: string, selector: string, ...more: readonly [key?: string, domain?: string]) {
  const path = config('m.yaml', selector, ...more);
  const args = command === 'dns' ? ['dns', more[1] ?? 'uni.example'] : [command];
  return mailsluice([...args, '-c', join(path, 'm.yaml')]);
}

describe('check', () => {
  it.each([
    ['good', 'rsa.pem', undefined],
    ['short', 'ed.pem', undefined],
    ['loose', 'rsa.pem', undefined],
    ['other', 'rsa.pem', 'another key is published under this name'],
    ['revoked', 'rsa.pem', 'another key is published under this name'],
    ['absent', 'rsa.pem', 'not published yet'],
  ])('key record %s', async (selector, key, warning) => {
    const { code, out } = await run('check', selector, key);
    const said = out.toString();
    expect([code, said.endsWith('ok\n')]).toEqual([0, true]);
    if (warning === undefined) expect(said).not.toContain('_domainkey');
    else expect(said).toContain(`warning: ${selector}._domainkey.uni.example: ${warning}`);
  });

  it('says so when DNS has trouble, and is content', async () => {
    const { code, out } = await run('check', 'good', 'rsa.pem', 'broken.example');
    expect(code).toBe(0);
    expect(out.toString()).toContain('good._domainkey.broken.example: cannot be looked up (ESERVFAIL)');
  });

  it('refuses a file that holds no key', async () => {
    const { code, err } = await run('check', 'good', 'no.pem');
    expect(code).toBe(78);
    expect(err).toContain('auth.arc.key_file is no private key in PEM');
  });

  const open = (verifies: string): string =>
    `listeners: [{ smtp: 0.0.0.0:25, recipient_domains: [uni.example], next_hop: { smtp: 127.0.0.1:26${verifies} } }]\n`;

  it.each([
    [
      'a listener that strangers reach, verifies unsaid',
      open(''),
      78,
      'write next_hop.verifies: does the next hop reject mail',
    ],
    ['verifies: yes without auth.verify', open(', verifies: yes'), 78, 'write auth.verify: on'],
    ['verifies: no', open(', verifies: no'), 0, ''],
    ['verifies: trusts-us', open(', verifies: trusts-us'), 0, ''],
    [
      'arc without auth.verify',
      `${hop}\nauth: { arc: { domain: a.example, selector: s, key_file: KEY } }\n`,
      78,
      'write auth.verify: on',
    ],
    ['trust and verify', `${hop}\nauth: { verify: on, trust: [mx.a.example] }\n`, 78, 'leave it out'],
  ])('%s', async (_name, text, code, says) => {
    const { path, remove } = folderWith({ 'm.yaml': text.replace('KEY', join(folder.path, 'rsa.pem')) });
    const ran = await mailsluice(['check', '-c', join(path, 'm.yaml')]);
    remove();
    expect([ran.code, ran.err]).toEqual([code, expect.stringContaining(says)]);
  });
});

describe('dns', () => {
  it.each([
    ['good', 'rsa.pem', ours.record, 'published as it must be'],
    ['short', 'ed.pem', short.record, 'published as it must be'],
    ['absent', 'rsa.pem', ours.record, 'not published yet'],
  ])('prints the record to publish: %s', async (selector, key, record, verdict) => {
    const { code, out } = await run('dns', selector, key);
    expect(code).toBe(0);
    const [line = '', said = ''] = out.toString().split('\n');
    expect(line.startsWith(`${selector}._domainkey.uni.example. IN TXT ( "`)).toBe(true);
    const strings = [...line.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text);
    expect(Math.max(...strings.map((text) => text.length))).toBeLessThanOrEqual(255);
    expect(strings.join('')).toBe(record);
    expect(said).toBe(
      `; ${verdict}${verdict.startsWith('not') ? ': receivers will not believe our seal' : ''}`,
    );
  });

  it('refuses a domain that it does not seal for', async () => {
    const path = config('m.yaml', 'good');
    const ran = await mailsluice(['dns', 'other.example', '-c', join(path, 'm.yaml')]);
    expect([ran.code, ran.err]).toEqual([64, expect.stringContaining('seals for uni.example')]);
  });
});
