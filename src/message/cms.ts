/** What a CMS structure says it holds (RFC 5652 section 3). */
export type CmsKind = 'signed' | 'encrypted' | 'other';

const kinds: readonly (readonly [string, CmsKind])[] = [
  // 1.2.840.113549.1.7: signedData, envelopedData; 1.2.840.113549.1.9.16.1: compressedData, authEnvelopedData.
  ['06092a864886f70d010702', 'signed'],
  ['06092a864886f70d010703', 'encrypted'],
  ['060b2a864886f70d0109100109', 'other'],
  ['060b2a864886f70d0109100117', 'encrypted'],
];

interface Element {
  readonly tag: number;
  readonly start: number;
  /** undefined: indefinite length (BER). */
  readonly length: number | undefined;
}

function elementAt(octets: Buffer, at: number): Element | undefined {
  const tag = octets[at];
  const first = octets[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  if (first < 0x80) return { tag, start: at + 2, length: first };
  if (first === 0x80) return { tag, start: at + 2, length: undefined };
  const count = first & 0x7f;
  if (count > 4 || at + 2 + count > octets.length) return undefined;
  return { tag, start: at + 2 + count, length: octets.readUIntBE(at + 2, count) };
}

const sequence = 0x30;
const context0 = 0xa0;
const integer = 0x02;

/**
 * The kind of a ContentInfo, judged by its structure as far as the version number of what it holds; undefined where the
 * octets are no such thing.
 */
export function cmsKind(octets: Buffer): CmsKind | undefined {
  const outer = elementAt(octets, 0);
  if (outer?.tag !== sequence || (outer.length ?? 0) > octets.length) return undefined;
  const kind = kinds.find(([oid]) => {
    return octets.toString('hex', outer.start, outer.start + oid.length / 2) === oid;
  });
  if (!kind) return undefined;
  const explicit = elementAt(octets, outer.start + kind[0].length / 2);
  if (explicit?.tag !== context0) return undefined;
  const content = elementAt(octets, explicit.start);
  if (content?.tag !== sequence) return undefined;
  const version = elementAt(octets, content.start);
  return version?.tag === integer && version.length === 1 ? kind[1] : undefined;
}
