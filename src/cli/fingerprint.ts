import { createHash } from 'node:crypto';
import type { Fingerprint } from '../message/index.ts';

export function fingerprintOf(octets: Buffer): Fingerprint {
  return { bytes: octets.length, sha256: createHash('sha256').update(octets).digest('hex') };
}

export function isFingerprintOf(expected: Fingerprint, octets: Buffer): boolean {
  const { bytes, sha256 } = fingerprintOf(octets);
  return bytes === expected.bytes && sha256 === expected.sha256;
}
