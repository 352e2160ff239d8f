import { describe, expect, it } from 'vitest';
import { arcSet } from '../../src/auth/seal.ts';
import { defaultAuthCaps } from '../../src/auth/types.ts';
import { verifyMessage } from '../../src/auth/verify.ts';
import { answers } from './support/answers.ts';
import { arcCases, arcRecords } from './support/arc-cases.ts';
import { makeKey } from './support/signed.ts';

const ours = makeKey('rsa');
const records = { ...arcRecords, 'arc._domainkey.uni.example': ours.record };
const arc = { domain: 'uni.example', selector: 'arc', privateKey: ours.privateKey, messages: 'all' } as const;
const facts = { ip: '192.0.2.1', helo: 'mx.sender.example', sender: 'news@sender.example' };

const verify = (octets: Buffer) =>
  verifyMessage(octets, facts, 'mx.uni.example', answers(records).lookup, defaultAuthCaps);

async function sealed(octets: Buffer): Promise<Buffer> {
  return Buffer.concat([(await arcSet(octets, await verify(octets), arc)) ?? Buffer.alloc(0), octets]);
}

const seals = (octets: Buffer): number => octets.toString('latin1').match(/^arc-seal:/gim)?.length ?? 0;
const newestStatus = (octets: Buffer): string | undefined =>
  /^ARC-Seal: [^]*?cv=(\w+);[^]*?d=uni\.example/.exec(octets.toString('latin1'))?.[1];

describe('validation of chains, and our seal on them', () => {
  it.each(arcCases)('$name: $expected', async ({ octets, expected }) => {
    const received = Buffer.from(octets, 'latin1');
    const result = await verify(received);
    expect(result.arc).toBe(expected);

    const once = await sealed(received);
    const added = seals(once) - seals(received);
    if (expected === 'fail') {
      // Sealed as failed at most once, and nobody seals on.
      expect(added === 0 || newestStatus(once) === 'fail').toBe(true);
      expect((await verify(once)).arc).toBe('fail');
      expect(added === 0 ? 0 : seals(await sealed(once)) - seals(once)).toBe(0);
      return;
    }
    // RFC 8617 4.2.1: a 51st set would break the chain.
    const isFull = seals(received) === 50;
    expect(added).toBe(isFull ? 0 : 1);
    if (isFull) return;
    expect(newestStatus(once)).toBe(expected);
    expect((await verify(once)).arc).toBe('pass');
    // What was sealed and then changed is found out.
    const tampered = Buffer.from(once.toString('latin1').replace('news@', 'boss@'), 'latin1');
    expect((await verify(tampered)).arc).toBe('fail');
  });
});
