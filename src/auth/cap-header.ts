import { fieldText, readMessage } from '../message/index.ts';
import type { HeaderField, Message } from '../message/types.ts';
import type { AuthCaps } from './types.ts';

export interface Capped {
  /** What is handed to the verifier; undefined: nothing of it may be. */
  readonly octets: Buffer | undefined;
  readonly capped: readonly string[];
}

const limits = { maxParts: 1, maxDepth: 1, nested: 'keep' } as const;
const signed: ReadonlySet<string> = new Set(['dkim-signature']);

function countLines(octets: Buffer, end: number): number {
  let lines = 0;
  for (let at = octets.indexOf(0x0a); at >= 0 && at < end; at = octets.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}

function without(message: Message, fields: readonly HeaderField[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { span } of fields) {
    pieces.push(message.octets.subarray(at, span.start));
    at = span.end;
  }
  pieces.push(message.octets.subarray(at));
  return Buffer.concat(pieces);
}

/**
 * Cuts a message down to what a verifier may be asked about: a header over the caps is not looked at, of many signatures the first few
 * are. (A verifier's work per header octet, address and signature is where hostile mail buys time.)
 */
export function capHeader(octets: Buffer, caps: AuthCaps): Capped {
  const message = readMessage(octets, limits);
  const end = message.root.body.start;
  if (end > caps.headerBytes || countLines(octets, end) > caps.headerLines) {
    return { octets: undefined, capped: ['headers'] };
  }
  const from = message.fields.filter(({ name }) => name === 'from');
  if (from.some((field) => fieldText(message, field).length > caps.fromBytes)) {
    return { octets: undefined, capped: ['from'] };
  }
  const extra = message.fields.filter(({ name }) => signed.has(name)).slice(caps.signatures);
  if (extra.length === 0) return { octets, capped: [] };
  return { octets: without(message, extra), capped: ['signatures'] };
}
