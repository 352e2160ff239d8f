import type { Node } from './tree.ts';
import type { Reason } from './types.ts';

/** What DESIGN's rule for signed and encrypted mail says of a node (first version: by type only). */
export function protectionOf(octets: Buffer, node: Node): Reason | undefined {
  void octets;
  const { type } = node.entity.contentType;
  if (type === 'multipart/signed') return 'part.signed';
  if (type === 'multipart/encrypted') return 'part.encrypted';
  return undefined;
}
