import { cmsKind } from './cms.ts';
import type { CmsKind } from './cms.ts';
import { armourKind } from './openpgp.ts';
import type { ArmourKind } from './openpgp.ts';
import { takeOff } from './transfer/take-off.ts';
import type { Node } from './tree.ts';
import type { Reason } from './types.ts';

type Protection = Extract<Reason, 'part.signed' | 'part.encrypted' | 'signed.malformed'>;

const cmsSignature = /^application\/(x-)?pkcs7-signature$/;
const pgpSignature = 'application/pgp-signature';
const cmsMessage = /^application\/(x-)?pkcs7-mime$/;

function body(octets: Buffer, node: Node): Buffer {
  const [encoding] = node.entity.encodings;
  return takeOff(octets, { span: node.body, encoding, charset: undefined }, '\n').decoded;
}

function cmsOf(octets: Buffer, node: Node): CmsKind | undefined {
  return cmsKind(body(octets, node));
}

/** Where armour begins, at the latest: text of ours or of a gateway may stand in front of it. */
const maxPrefixOctets = 4096;

function armourOf(octets: Buffer, node: Node, words: readonly string[]): ArmourKind | undefined {
  const text = body(octets, node);
  for (const word of words) {
    const begin = `-----BEGIN PGP ${word}-----`;
    const at = text.subarray(0, maxPrefixOctets).indexOf(begin);
    if (at < 0 || !text.includes(`-----END PGP ${word}-----`, at)) continue;
    return armourKind(text.toString('latin1', at + begin.length, at + maxPrefixOctets), 0);
  }
  return undefined;
}

function partsOf(node: Node): readonly Node[] {
  return node.children.filter((child) => child.kind !== 'gap');
}

function typeOf(node: Node | undefined): string {
  return node?.kind === 'leaf' && !node.entity.conflicting ? node.entity.contentType.type : '';
}

/** RFC 1847 2.1: the signed entity and its signature, nothing else. */
function isSigned(octets: Buffer, node: Node): boolean {
  const children = partsOf(node);
  const [, signature] = children;
  if (children.length !== 2 || !signature) return false;
  const protocol = (node.entity.contentType.params.get('protocol') ?? '').trim().toLowerCase();
  const type = typeOf(signature);
  if (cmsSignature.test(protocol)) return cmsSignature.test(type) && cmsOf(octets, signature) === 'signed';
  if (protocol !== pgpSignature || type !== pgpSignature) return false;
  return armourOf(octets, signature, ['SIGNATURE', 'MESSAGE']) === 'signature';
}

/** RFC 3156 section 4: `Version: 1`, and the encrypted octets. */
function isEncrypted(octets: Buffer, node: Node): boolean {
  const children = partsOf(node);
  const [control, data] = children;
  if (children.length !== 2 || !control || !data) return false;
  const protocol = (node.entity.contentType.params.get('protocol') ?? '').trim().toLowerCase();
  if (protocol !== 'application/pgp-encrypted' || typeOf(control) !== protocol) return false;
  if (!/^\s{0,99}version: ?1/i.test(body(octets, control).toString('latin1', 0, 200))) return false;
  return data.kind === 'leaf' && armourOf(octets, data, ['MESSAGE']) === 'encrypted';
}

/**
 * Whether a node is signed or encrypted as a whole, judged by what is there and not by what the type claims: whatever only
 * claims it is ordinary MIME (`signed.malformed`), or any newsletter could buy itself out. undefined: it claims nothing.
 */
export function protectionOf(octets: Buffer, node: Node): Protection | undefined {
  const { types, conflicting } = node.entity;
  if (types.includes('multipart/signed')) {
    return node.kind === 'multipart' && !conflicting && isSigned(octets, node)
      ? 'part.signed'
      : 'signed.malformed';
  }
  if (types.includes('multipart/encrypted')) {
    return node.kind === 'multipart' && !conflicting && isEncrypted(octets, node)
      ? 'part.encrypted'
      : 'signed.malformed';
  }
  if (node.kind !== 'leaf' || !types.some((type) => cmsMessage.test(type))) return undefined;
  if (conflicting) return 'signed.malformed';
  const kind = cmsOf(octets, node);
  if (kind === 'signed') return 'part.signed';
  return kind === 'encrypted' ? 'part.encrypted' : kind === undefined ? 'signed.malformed' : undefined;
}
