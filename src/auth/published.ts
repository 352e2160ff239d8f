import { createPrivateKey, createPublicKey } from 'node:crypto';
import { systemLookup } from './resolver.ts';
import type { ArcOptions } from './types.ts';

/** A record to be published in DNS. */
export interface DnsRecord {
  readonly name: string;
  readonly type: 'TXT';
  readonly value: string;
}

/** The key record of a private key (RFC 6376 3.6.1, RFC 8463): where ARC looks for it, and what has to stand there. */
export function keyRecord({
  domain,
  selector,
  privateKey,
}: Pick<ArcOptions, 'domain' | 'selector' | 'privateKey'>): DnsRecord {
  const key = createPublicKey(createPrivateKey(privateKey));
  const der = key.export({ type: 'spki', format: 'der' });
  const isEd25519 = key.asymmetricKeyType === 'ed25519';
  // RFC 8463: Ed25519 publishes the bare 32 octets, the last ones of its SPKI form.
  const p = (isEd25519 ? der.subarray(-32) : der).toString('base64');
  const kind = isEd25519 ? 'ed25519' : 'rsa';
  return { name: `${selector}._domainkey.${domain}`, type: 'TXT', value: `v=DKIM1; k=${kind}; p=${p}` };
}

function publicKeyOf(record: string): string {
  const tag = record
    .split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith('p='));
  return (tag ?? '').slice(2).replace(/\s/g, '');
}

export type Published =
  | { readonly kind: 'matches' }
  | { readonly kind: 'differs'; readonly found: string }
  | { readonly kind: 'absent' }
  /** DNS did not answer. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Asks DNS whether the key's record is published as it must be. */
export async function checkPublished(record: DnsRecord, dnsServer: string): Promise<Published> {
  try {
    const answer = await systemLookup(dnsServer, 5_000)(record.name, record.type);
    const texts = Array.isArray(answer)
      ? answer.map((chunks: unknown) => (Array.isArray(chunks) ? chunks.join('') : String(chunks)))
      : [];
    const [found] = texts;
    if (found === undefined) return { kind: 'absent' };
    const wanted = publicKeyOf(record.value);
    return texts.some((text) => publicKeyOf(text) === wanted)
      ? { kind: 'matches' }
      : { kind: 'differs', found };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return code === 'ENOTFOUND' || code === 'ENODATA' ? { kind: 'absent' } : { kind: 'unknown', why: code };
  }
}
