import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldNames, startRelay } from './support/relay.ts';
import type { Relay } from './support/relay.ts';
import { makeKey, signed } from './support/signed.ts';
import { startZone } from './support/zone.ts';
import type { ZoneServer } from './support/zone.ts';

const sender = makeKey('rsa');
const first = makeKey('rsa');
const second = makeKey('rsa');
const zone = new Map([
  ['TXT s1._domainkey.sender.example', [sender.record]],
  ['TXT sender.example', ['v=spf1 ip4:192.0.2.1 -all']],
  ['TXT _dmarc.sender.example', ['v=DMARC1; p=reject']],
  ['TXT s1._domainkey.mild.example', [sender.record]],
  ['TXT _dmarc.mild.example', ['v=DMARC1; p=none']],
  ['TXT arc._domainkey.uni.example', [first.record]],
  ['TXT arc2._domainkey.uni.example', [second.record]],
]);
const pixel = '/track/open.php';

function newsletter(from: string): Buffer {
  return Buffer.from(
    `From: News <${from}>\r\nTo: reader@uni.example\r\nSubject: x\r\nMessage-ID: <1@sender.example>\r\n` +
      'Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n' +
      `<img src="https://x.us1.list-manage.com${pixel}?u=0123456789abcdef01234567&id=0123456789" width=1 height=1>\r\n`,
  );
}

const signedBy = (domain: string): Promise<Buffer> =>
  signed(newsletter(`news@${domain}`), domain, 's1', sender);
const altered = async (domain: string): Promise<Buffer> =>
  Buffer.from((await signedBy(domain)).toString().replace('hello', 'Hello'));
const elsewhere = { address: '198.51.100.9', helo: 'x.example', sender: 'x@x.example' };

let dns: ZoneServer;
/** By configuration: each has threads of its own. */
const relays = new Map<string, Promise<Relay>>();
function relay(...options: Parameters<typeof startRelay>): Promise<Relay> {
  const key = JSON.stringify(options);
  const started = relays.get(key) ?? startRelay(...options);
  relays.set(key, started);
  return started;
}
beforeAll(async () => {
  dns = await startZone(zone);
});
afterAll(async () => {
  for (const each of relays.values()) await (await each).end();
  dns.close();
});
const auth = (more = ''): string => `auth: { verify: on, dns_server: '${dns.server}'${more} }\n`;
const arc = (selector: string): string =>
  `, arc: { domain: uni.example, selector: ${selector}, key_file: FOLDER/key.pem }`;

describe('a relay that verifies and seals', () => {
  let sealing: Relay;
  beforeAll(async () => {
    sealing = await relay(auth(arc('arc')), { 'key.pem': first.privateKey });
  });

  it('puts its fields on top in order, and takes out what was forged under its name', async () => {
    const forged =
      'authentication-RESULTS:\r\n (x) MX.uni.example;\r\n\tdmarc=pass header.from=bank.example\r\n';
    const other = 'Authentication-Results: mx.other.example; dkim=pass header.d=x.example\r\n';
    const octets = Buffer.concat([Buffer.from(forged + other), await signedBy('sender.example')]);
    const out = await sealing.through(octets);
    expect(fieldNames(out).slice(0, 9)).toEqual([
      'ARC-Seal',
      'ARC-Message-Signature',
      'ARC-Authentication-Results',
      'Authentication-Results',
      'Received',
      'Tracking-Protection',
      'Authentication-Results',
      'DKIM-Signature',
      'From',
    ]);
    const text = out.toString();
    expect(text).toMatch(/\r\nAuthentication-Results: mx\.uni\.example;\r\n dkim=pass /);
    expect(text).toMatch(/spf=pass/);
    expect(text).toMatch(/dmarc=pass \(p=REJECT[^)]*\) policy\.dmarc=reject header\.from=sender\.example/);
    expect(text).toContain(other);
    expect(text).not.toContain('bank.example');
    expect(text).toContain('result=cleaned');
    expect(text).not.toContain(pixel);
  });

  it('leaves what needs no edit unsealed, and octet for octet below its fields', async () => {
    const plain = Buffer.from('From: a@sender.example\r\nSubject: x\r\n\r\nhello\r\n');
    const octets = await signed(plain, 'sender.example', 's1', sender);
    const out = await sealing.through(octets);
    expect(fieldNames(out).slice(0, 3)).toEqual([
      'Authentication-Results',
      'Received',
      'Tracking-Protection',
    ]);
    expect(out.subarray(out.length - octets.length).equals(octets)).toBe(true);
  });

  it('seals with another key after a reload', async () => {
    expect((await sealing.through(await signedBy('sender.example'))).toString()).toMatch(
      /ARC-Seal:[^]*?s=arc;/,
    );
    await sealing.reload(auth(arc('arc2')), { 'key.pem': second.privateKey });
    const out = await sealing.through(await signedBy('sender.example'));
    expect(out.toString()).toMatch(/ARC-Seal:[^]*?s=arc2;/);
    // Another server of ours behind it finds the seal of the new key sound.
    const inner = await relay(auth(), {}, 'verifies: no');
    expect((await inner.through(out)).toString()).toMatch(/^Authentication-Results: [^]*?arc=pass/);
  });
});

describe('protection of mail that the next hop would reject (next_hop.verifies: yes)', () => {
  let protecting: Relay;
  beforeAll(async () => {
    protecting = await relay(auth(), {}, 'verifies: yes');
  });

  it.each([
    ['p=reject', 'sender.example', true],
    ['p=none', 'mild.example', false],
    ['no policy', 'nowhere.example', false],
    ['a policy that DNS does not give', 'x.broken.example', true],
  ])('of a domain with %s', async (_name, domain, isProtected) => {
    const octets = await signedBy(domain);
    const text = (await protecting.through(octets)).toString();
    expect(text.includes(pixel)).toBe(isProtected);
    if (!isProtected) return expect(text).toContain('result=cleaned');
    expect(text.replace(/\r\n\s+/g, ' ')).toMatch(/result=observed; reason=dmarc-reject; pixels=1;/);
    expect(text.endsWith(octets.toString())).toBe(true);
  });

  it.each(['no', 'trusts-us'])('is off with verifies: %s', async (verifies) => {
    const other = await relay(auth(), {}, `verifies: ${verifies}`);
    expect((await other.through(await signedBy('sender.example'))).toString()).toContain('result=cleaned');
  });
});

describe('policies by what was authenticated', () => {
  const policies = 'policies: { reports: { mode: report } }\n';

  it.each([
    ['authenticated: sender.example', 'signed', signedBy('sender.example'), {}, 'reports'],
    ['authenticated: sender.example', 'altered', altered('sender.example'), elsewhere, 'default'],
    ['authenticated: mild.example', 'of another domain', signedBy('sender.example'), {}, 'default'],
    ['dmarc: pass', 'signed', signedBy('sender.example'), {}, 'reports'],
    ['dmarc: pass', 'altered', altered('sender.example'), elsewhere, 'default'],
    ['dmarc: fail', 'signed', signedBy('sender.example'), {}, 'default'],
  ])('select %s, a message %s', async (when, _name, octets, client, policy) => {
    const choosing = await relay(`${auth()}${policies}select: [{ when: { ${when} }, policy: reports }]\n`);
    expect((await choosing.through(await octets, client)).toString()).toContain(`policy=${policy}`);
  });

  it('select dmarc: fail loosens only where the administrator says that anybody may', async () => {
    const entry = (more: string): string =>
      `${auth()}${policies}select: [{ when: { dmarc: fail }, policy: reports${more} }]\n`;
    const octets = await altered('sender.example');
    const strict = await relay(entry(''));
    expect((await strict.through(octets, elsewhere)).toString()).toContain('policy=default');
    const loose = await relay(entry(', unauthenticated: ok'));
    expect((await loose.through(octets, elsewhere)).toString()).toContain('policy=reports');
  });

  it('an allow entry by sender holds only for a sender that is authenticated', async () => {
    const allowing = await relay(`${auth()}allow: [{ sender: sender.example }]\n`);
    expect((await allowing.through(await signedBy('sender.example'))).includes(pixel)).toBe(true);
    const stranger = { ...elsewhere, sender: 'news@sender.example' };
    const out = await allowing.through(await altered('sender.example'), stranger);
    expect(out.includes(pixel)).toBe(false);
  });

  it('believes the MTA in front by the authserv-id it is told, and copies its results into no field', async () => {
    const inner = await relay('auth: { trust: [mx.front.example] }\nallow: [{ sender: sender.example }]\n');
    const field = (id: string): Buffer =>
      Buffer.from(`Authentication-Results: ${id};\r\n dmarc=pass header.from=sender.example\r\n`);
    const octets = await signedBy('sender.example');
    const trusted = await inner.through(Buffer.concat([field('mx.front.example'), octets]));
    expect(trusted.includes(pixel)).toBe(true);
    expect(fieldNames(trusted).slice(0, 2)).toEqual(['Received', 'Tracking-Protection']);
    const other = await inner.through(Buffer.concat([field('mx.evil.example'), octets]));
    expect(other.includes(pixel)).toBe(false);
  });

  it('copies what the MTA in front found into its seal, and asks no name server', async () => {
    const inner = await relay(
      `auth: { trust: [mx.front.example], dns_server: '${dns.server}'${arc('arc')} }\n`,
      { 'key.pem': first.privateKey },
    );
    const before = dns.asked();
    const results =
      'Authentication-Results: mx.front.example;\r\n dkim=pass (2048-bit; x) header.i="a; dmarc=fail"@sender.example\r\n' +
      'Authentication-Results: mx.other.example; dmarc=fail header.from=sender.example\r\n' +
      'Authentication-Results: mx.front.example; dmarc=pass (p=reject) header.from=sender.example\r\n';
    const octets = Buffer.concat([Buffer.from(results), await signedBy('sender.example')]);
    const out = await inner.through(octets);
    expect(dns.asked()).toBe(before);
    expect(out.toString()).toContain(results);
    expect(out.toString().replace(/\r\n\s+/g, ' ')).toContain(
      'ARC-Authentication-Results: i=1; mx.front.example; dkim=pass (2048-bit; x) header.i="a; dmarc=fail"@sender.example; ' +
        'dmarc=pass (p=reject) header.from=sender.example\r\n',
    );
    const checking = await relay(auth(), {}, 'verifies: no');
    expect((await checking.through(out)).toString()).toMatch(/^Authentication-Results: [^]*?arc=pass/);
    // A chain of which it says nothing is not sealed. (Our own Received would be a loop.)
    const again = out.toString().replace(/\r\nReceived: [^]*?\r\n(?=\S)/, '\r\n');
    const unsaid = await inner.through(Buffer.from(results + again));
    expect(unsaid.toString()).not.toContain('i=2;');
  });
});
