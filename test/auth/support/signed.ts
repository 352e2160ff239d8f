import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';

export interface Key {
  readonly privateKey: string;
  /** The TXT record that publishes it. */
  readonly record: string;
}

/** A key pair and its DKIM record. */
export function makeKey(kind: 'rsa' | 'ed25519'): Key {
  if (kind === 'rsa') {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const der = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    return {
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      record: `v=DKIM1; k=rsa; p=${der}`,
    };
  }
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    record: `v=DKIM1; k=ed25519; p=${raw}`,
  };
}

/** The message with a DKIM signature of this domain on top. */
export async function signed(octets: Buffer, domain: string, selector: string, key: Key): Promise<Buffer> {
  const signature = { signingDomain: domain, selector, privateKey: key.privateKey };
  // Its types name one signature's options, its code reads a list of them.
  const options = { ...signature, signatureData: [signature], canonicalization: 'relaxed/relaxed' };
  const { signatures } = await dkimSign(octets, options);
  return Buffer.concat([Buffer.from(signatures), octets]);
}
