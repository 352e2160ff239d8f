import { describe, expect, test } from 'vitest';
import type { NextHopOptions, OutboundTls } from '../../../src/smtp/options.ts';
import { createAuthority } from '../support/certificates.ts';
import type { Rule } from '../support/scripted-next-hop.ts';
import { opened, send, unavailable, withHop } from './support.ts';

const authority = createAuthority();
if (authority === undefined) console.warn('skipped: TLS to the next hop (no openssl here)');
const good = authority?.issue(['DNS:localhost', 'IP:127.0.0.1']);
const other = authority?.issue(['DNS:other.example']);
const ours = authority?.issue(['DNS:relay.example']);

const OFFERS = ['STARTTLS', 'SIZE 1000', '8BITMIME'];

interface Case {
  readonly name: string;
  readonly tls: OutboundTls;
  readonly offers?: readonly string[];
  readonly rules?: readonly Rule[];
  readonly cert?: 'good' | 'other' | 'old';
  readonly tlsOptions?: NextHopOptions['tlsOptions'];
  /** What MAIL goes over, or the trouble. */
  readonly result: 'tls' | 'clear' | '4.7.5' | '4.5.0';
  readonly connections?: number;
}

const CASES: readonly Case[] = [
  { name: 'off: STARTTLS is not said', tls: 'off', result: 'clear' },
  { name: 'opportunistic, offered', tls: 'opportunistic', result: 'tls' },
  { name: 'opportunistic, not offered', tls: 'opportunistic', offers: [], result: 'clear' },
  {
    name: 'opportunistic, 454',
    tls: 'opportunistic',
    rules: [{ on: 'STARTTLS', act: '454 4.7.0 no' }],
    result: 'clear',
  },
  {
    name: 'opportunistic, handshake fails: a new connection in clear',
    tls: 'opportunistic',
    rules: [{ on: 'STARTTLS', act: ['220 go', { waitMs: 20 }, { raw: 'no TLS at all\r\n' }] }],
    result: 'clear',
    connections: 2,
  },
  {
    name: 'opportunistic, the next hop hangs up instead of a handshake: a new connection in clear',
    tls: 'opportunistic',
    rules: [{ on: 'STARTTLS', act: ['220 go', { waitMs: 20 }, 'close'] }],
    result: 'clear',
    connections: 2,
  },
  { name: 'opportunistic, a wrong name does not matter', tls: 'opportunistic', cert: 'other', result: 'tls' },
  { name: 'require, offered', tls: 'require', cert: 'other', result: 'tls' },
  { name: 'require, not offered', tls: 'require', offers: [], result: '4.7.5' },
  { name: 'require, 454', tls: 'require', rules: [{ on: 'STARTTLS', act: '454 4.7.0 no' }], result: '4.7.5' },
  {
    name: 'require, hang up: no fallback to clear',
    tls: 'require',
    rules: [{ on: 'STARTTLS', act: ['220 go', { waitMs: 20 }, 'close'] }],
    result: '4.7.5',
  },
  { name: 'verify, good', tls: 'verify', tlsOptions: { ca: authority?.ca ?? '' }, result: 'tls' },
  {
    name: 'verify, good by servername',
    tls: 'verify',
    cert: 'other',
    tlsOptions: { ca: authority?.ca ?? '', servername: 'other.example' },
    result: 'tls',
  },
  { name: 'verify, unknown authority', tls: 'verify', result: '4.7.5' },
  {
    name: 'verify, wrong name',
    tls: 'verify',
    cert: 'other',
    tlsOptions: { ca: authority?.ca ?? '' },
    result: '4.7.5',
  },
  { name: 'verify, not offered', tls: 'verify', offers: [], result: '4.7.5' },
  {
    name: 'verify, a server of TLS 1.1 only',
    tls: 'verify',
    cert: 'old',
    tlsOptions: { ca: authority?.ca ?? '' },
    result: '4.7.5',
  },
  {
    name: 'pitfall 40: replies in clear behind the 220 are not read as if they had come through TLS',
    tls: 'require',
    rules: [{ on: 'STARTTLS', act: [{ raw: '220 go\r\n250 injected\r\n' }, 'stall'] }],
    result: '4.5.0',
  },
  { name: 'a key that is none', tls: 'require', tlsOptions: { key: 'none', cert: 'none' }, result: '4.7.5' },
];

describe.skipIf(authority === undefined)('R16: TLS to the next hop', () => {
  test.each(CASES)(
    '$name',
    async ({ tls, offers = OFFERS, rules = [], cert = 'good', tlsOptions, result, connections = 1 }) => {
      const served = cert === 'other' ? other : good;
      const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      const script = { offers, rules, tls: { ...served, ...(cert === 'old' ? old : {}) } };
      const options = { tls, connectTimeoutMs: 3000, ...(tlsOptions === undefined ? {} : { tlsOptions }) };
      await withHop(script, options, async ({ hop, nextHop }) => {
        if (result === 'tls' || result === 'clear') {
          const session = await opened(nextHop);
          expect(session.extensions.keywords.has('SIZE')).toBe(offers.includes('SIZE 1000'));
          expect((await send(session)).map(({ code }) => code)).toEqual([250, 250, 250]);
          session.release();
          await hop.settled(connections);
          expect(hop.connections.at(-1)?.secure).toBe(result === 'tls');
          // EHLO again behind TLS: what was offered in clear does not count.
          const hellos = hop.connections.at(-1)?.lines.filter((line) => line.startsWith('EHLO')).length;
          expect(hellos).toBe(result === 'tls' ? 2 : 1);
        } else {
          const reply = await unavailable(nextHop);
          expect(`${reply.code} ${reply.lines[0]}`).toContain(`451 ${result} `);
          await hop.settled(connections);
          expect(
            hop.connections.flatMap(({ lines }) => lines).filter((line) => line.startsWith('MAIL')),
          ).toEqual([]);
        }
        expect(hop.connections.length).toBe(connections);
      });
    },
  );

  test('a client certificate is shown', async () => {
    const tlsOptions = { ca: authority?.ca ?? '', ...ours };
    const script = {
      offers: OFFERS,
      tls: { ...good, ca: authority?.ca ?? '', requestCert: true, rejectUnauthorized: true },
    };
    await withHop(script, { tls: 'verify', tlsOptions }, async ({ nextHop }) => {
      const session = await opened(nextHop);
      expect((await send(session)).map(({ code }) => code)).toEqual([250, 250, 250]);
      session.release();
    });
    await withHop(script, { tls: 'verify', tlsOptions: { ca: authority?.ca ?? '' } }, async ({ nextHop }) => {
      expect((await unavailable(nextHop)).code).toBe(451);
    });
  });
});
