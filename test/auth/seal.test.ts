import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/auth/index.ts';
import type { ArcOptions } from '../../src/auth/index.ts';
import { cleanMessage } from '../../src/clean/index.ts';
import { compiledPolicy } from '../support/compiled.ts';
import { makeKey, signed } from './support/signed.ts';
import type { Key } from './support/signed.ts';
import { startZone } from './support/zone.ts';
import type { ZoneServer } from './support/zone.ts';

const python = '/usr/bin/python3';
const hasDkimpy = spawnSync(python, ['-c', 'import dkim']).status === 0;
if (!hasDkimpy) console.warn('skipped: independent ARC checks, python3-dkim is not installed');

const sender = makeKey('rsa');
const arcKeys: Readonly<Record<string, Key>> = { rsa: makeKey('rsa'), ed25519: makeKey('ed25519') };
const records = new Map([
  ['s1._domainkey.sender.example', sender.record],
  ['sender.example', 'v=spf1 -all'],
  ['_dmarc.sender.example', 'v=DMARC1; p=reject'],
  ...Object.entries(arcKeys).map(([kind, key]) => [`${kind}._domainkey.uni.example`, key.record] as const),
]);
const facts = { ip: '192.0.2.1', helo: 'mail.sender.example', sender: 'news@sender.example' };
const newsletter = Buffer.from(
  'From: News <news@sender.example>\r\nTo: reader@uni.example\r\nSubject: x\r\nMessage-ID: <1@sender.example>\r\n' +
    'Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n' +
    '<img src="https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789" width=1 height=1>\r\n',
);

let dns: ZoneServer;
let folder: string;

beforeAll(async () => {
  dns = await startZone(new Map([...records].map(([name, text]) => [`TXT ${name}`, [text]])));
  folder = mkdtempSync(join(tmpdir(), 'mailsluice-auth-'));
  writeFileSync(join(folder, 'zone.json'), JSON.stringify(Object.fromEntries(records)));
});
afterAll(() => {
  dns.close();
  rmSync(folder, { recursive: true });
});

function independent(octets: Buffer): { dkim: boolean; arc: string } {
  const script = join(import.meta.dirname, 'support', 'independent.py');
  return JSON.parse(execFileSync(python, [script, join(folder, 'zone.json')], { input: octets }).toString());
}

/** What a receiver gets: checked, cleaned and sealed, in this order. */
async function passThrough(octets: Buffer, id: string, arc: ArcOptions | undefined): Promise<Buffer> {
  const authenticator = new Authenticator({ verify: true, trust: [], id, dnsServer: dns.server, arc });
  try {
    const known = await authenticator.authenticate(octets, facts);
    const context = { prepend: known.field, authenticatedDomains: known.domains, removeFields: known.forged };
    const cleaned = cleanMessage(octets, context, compiledPolicy());
    const final = (): Promise<Buffer> => Promise.resolve(cleaned.octets);
    const set = await authenticator.seal(final, known, cleaned.report.result === 'cleaned');
    return Buffer.concat([set ?? Buffer.alloc(0), cleaned.octets]);
  } finally {
    await authenticator.retire();
  }
}

function fieldNames(octets: Buffer): readonly string[] {
  const header = octets.toString('latin1').split('\r\n\r\n')[0] ?? '';
  return header.split(/\r\n(?! )/).map((field) => field.slice(0, field.indexOf(':')));
}

describe('sealing', () => {
  it.each(['rsa', 'ed25519'])(
    'puts one set with an %s key on top of an edited message, in order',
    async (kind) => {
      const arc = {
        domain: 'uni.example',
        selector: kind,
        privateKey: arcKeys[kind]?.privateKey ?? '',
        messages: 'edited',
      } as const;
      const out = await passThrough(
        await signed(newsletter, 'sender.example', 's1', sender),
        'mx.uni.example',
        arc,
      );
      expect(fieldNames(out).slice(0, 5)).toEqual([
        'ARC-Seal',
        'ARC-Message-Signature',
        'ARC-Authentication-Results',
        'Authentication-Results',
        'Tracking-Protection',
      ]);
      expect(out.toString()).toMatch(/ARC-Authentication-Results: i=1; mx\.uni\.example;[^]*?dmarc=pass/);
      expect(out.includes('/track/open.php')).toBe(false);
    },
  );

  it.skipIf(!hasDkimpy)(
    'is valid to an independent verifier, though the sender’s signature no longer is',
    async () => {
      const arc = {
        domain: 'uni.example',
        selector: 'rsa',
        privateKey: arcKeys['rsa']?.privateKey ?? '',
        messages: 'edited',
      } as const;
      const original = await signed(newsletter, 'sender.example', 's1', sender);
      expect(independent(original)).toMatchObject({ dkim: true, arc: 'none' });
      const once = await passThrough(original, 'mx.uni.example', arc);
      expect(independent(once)).toMatchObject({ dkim: false, arc: 'pass' });
      // A second server of the same kind behind the first adds its own set to a sound chain.
      const twice = await passThrough(once, 'inner.uni.example', { ...arc, messages: 'all' });
      expect(independent(twice)).toMatchObject({ arc: 'pass' });
      expect(twice.toString()).toContain('ARC-Seal: i=2;');
    },
  );

  it.skipIf(!hasDkimpy)('leaves what it did not edit verifiable and unsealed', async () => {
    const arc = {
      domain: 'uni.example',
      selector: 'rsa',
      privateKey: arcKeys['rsa']?.privateKey ?? '',
      messages: 'edited',
    } as const;
    const plain = Buffer.from(newsletter.toString().replace(/<img[^>]*>/, ''));
    const out = await passThrough(await signed(plain, 'sender.example', 's1', sender), 'mx.uni.example', arc);
    expect(independent(out)).toMatchObject({ dkim: true, arc: 'none' });
  });

  it('does not seal while a DNS answer is missing', async () => {
    const arc = {
      domain: 'uni.example',
      selector: 'rsa',
      privateKey: arcKeys['rsa']?.privateKey ?? '',
      messages: 'all',
    } as const;
    const broken = await signed(newsletter, 'broken.example', 's1', sender);
    expect((await passThrough(broken, 'mx.uni.example', arc)).includes('ARC-Seal')).toBe(false);
  });

  it('seals a chain that came in broken once, as failed, and no more', async () => {
    const arc = {
      domain: 'uni.example',
      selector: 'rsa',
      privateKey: arcKeys['rsa']?.privateKey ?? '',
      messages: 'all',
    } as const;
    const once = await passThrough(
      await signed(newsletter, 'sender.example', 's1', sender),
      'mx.uni.example',
      arc,
    );
    const damaged = Buffer.from(once.toString().replace('<p>hello', '<p>HELLO'));
    const failed = await passThrough(damaged, 'inner.uni.example', arc);
    expect(failed.toString()).toMatch(/ARC-Seal: i=2;[^:]*cv=fail/);
    const again = await passThrough(failed, 'third.uni.example', arc);
    expect(again.toString()).not.toContain('ARC-Seal: i=3;');
  });
});
