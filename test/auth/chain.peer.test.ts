import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../real/support/tools.ts';
import { opendkim } from './support/opendkim.ts';
import { startRelay } from './support/relay.ts';
import type { Relay } from './support/relay.ts';
import { startRspamd } from './support/rspamd.ts';
import type { Rspamd } from './support/rspamd.ts';
import { makeKey, signed } from './support/signed.ts';
import { startZone } from './support/zone.ts';
import type { ZoneServer } from './support/zone.ts';

// A signed message goes through the real relay, which edits and seals it; then programs that are not ours say what they make of it.

const python = '/usr/bin/python3';
const hasDkimpy = spawnSync(python, ['-c', 'import dkim']).status === 0;
if (!hasDkimpy) console.warn('skipped: the chain to python3-dkim (not installed: python3-dkim)');
const noOpendkim = missing('the chain to OpenDKIM', ['opendkim']);
const noRspamd = missing('the chain to rspamd', ['rspamd']);

const sender = makeKey('rsa');
const sealer = makeKey('rsa');
const records = {
  's1._domainkey.sender.example': sender.record,
  'sender.example': 'v=spf1 ip4:192.0.2.1 -all',
  '_dmarc.sender.example': 'v=DMARC1; p=reject',
  'arc._domainkey.uni.example': sealer.record,
};
const mail = (body: string): Buffer =>
  Buffer.from(
    'From: News <news@sender.example>\r\nTo: reader@uni.example\r\nSubject: News\r\nMessage-ID: <1@sender.example>\r\n' +
      `Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n${body}`,
  );
const pixel =
  '<img src="https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789" width=1 height=1>\r\n';

let dns: ZoneServer;
let relay: Relay;
let folder: string;
let original: Buffer;
let edited: Buffer;
let unedited: Buffer;
/** Sealed by us, then changed on its way. */
let tampered: Buffer;

beforeAll(async () => {
  dns = await startZone(new Map(Object.entries(records).map(([name, text]) => [`TXT ${name}`, [text]])));
  folder = mkdtempSync(join(tmpdir(), 'mailsluice-chain-'));
  writeFileSync(join(folder, 'zone.json'), JSON.stringify(records));
  relay = await startRelay(
    `auth: { verify: on, dns_server: '${dns.server}', arc: { domain: uni.example, selector: arc, key_file: FOLDER/key.pem } }\n`,
    { 'key.pem': sealer.privateKey },
    'verifies: trusts-us',
  );
  original = await signed(mail(pixel), 'sender.example', 's1', sender);
  edited = await relay.through(original);
  unedited = await relay.through(await signed(mail(''), 'sender.example', 's1', sender));
  tampered = Buffer.from(edited.toString('latin1').replace('hello', 'HELLO'), 'latin1');
});
afterAll(async () => {
  await relay.end();
  dns.close();
  rmSync(folder, { recursive: true });
});

it('the relay edited one and sealed it, and left the other as it was', () => {
  expect(edited.toString()).toMatch(/^ARC-Seal: i=1;[^]*result=cleaned/);
  expect(unedited.toString()).toMatch(/^Authentication-Results: [^]*result=none/);
});

describe.skipIf(!hasDkimpy)('python3-dkim', () => {
  const check = (octets: Buffer): { readonly dkim: boolean; readonly arc: string } =>
    JSON.parse(
      execFileSync(python, [join(import.meta.dirname, 'support/independent.py'), join(folder, 'zone.json')], {
        input: octets,
      }).toString(),
    ) as { dkim: boolean; arc: string };

  it.each([
    ['as sent', () => original, true, 'none'],
    ['not edited', () => unedited, true, 'none'],
    ['edited and sealed', () => edited, false, 'pass'],
    ['changed behind our seal', () => tampered, false, 'fail'],
  ])('%s', (_name, octets, dkim, arc) => {
    expect(check(octets())).toMatchObject({ dkim, arc });
  });
});

describe.skipIf(noOpendkim !== undefined)('OpenDKIM', () => {
  it.each([
    ['as sent', () => original, 'pass'],
    ['not edited', () => unedited, 'pass'],
    ['edited', () => edited, 'fail'],
  ])('%s', async (_name, octets, result) => {
    expect(await opendkim(octets(), records)).toEqual([result]);
  });
});

describe.skipIf(noRspamd !== undefined)('rspamd that trusts our seal', () => {
  let rspamd: Rspamd;
  beforeAll(async () => {
    rspamd = await startRspamd(dns.server, 'uni.example');
  });
  afterAll(() => rspamd.end());

  it('as sent: DKIM and DMARC pass', async () => {
    const symbols = await rspamd.check(original);
    expect([...symbols.keys()]).toEqual(
      expect.arrayContaining(['R_DKIM_ALLOW', 'DMARC_POLICY_ALLOW', 'ARC_NA']),
    );
  });

  it('not edited: the same', async () => {
    const symbols = await rspamd.check(unedited);
    expect([...symbols.keys()]).toEqual(
      expect.arrayContaining(['R_DKIM_ALLOW', 'DMARC_POLICY_ALLOW', 'ARC_NA']),
    );
  });

  it('edited and sealed: the signature is broken, the seal is trusted and takes the rejection back', async () => {
    const symbols = await rspamd.check(edited);
    expect([...symbols.keys()]).toEqual(
      expect.arrayContaining(['R_DKIM_REJECT', 'ARC_ALLOW', 'ARC_ALLOW_TRUSTED', 'DMARC_POLICY_REJECT']),
    );
    expect(symbols.get('DMARC_POLICY_REJECT')?.join(' ')).toContain('ARC trusted');
  });

  it('changed behind our seal: no trust', async () => {
    const symbols = await rspamd.check(tampered);
    expect([...symbols.keys()]).toContain('ARC_REJECT');
    expect([...symbols.keys()]).not.toContain('ARC_ALLOW_TRUSTED');
  });
});
