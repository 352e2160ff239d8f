import { fieldText, readMessage } from '../message/index.ts';
import type { HeaderField, Message } from '../message/types.ts';
import type { AuthCaps } from './types.ts';

export interface Capped {
  /** What is handed to the verifier; undefined: nothing of it may be. */
  readonly octets: Buffer | undefined;
  /** Where nothing else may be: its From fields alone, so that the author's policy is found all the same. */
  readonly author: Buffer | undefined;
  readonly capped: readonly string[];
}

const crlf = Buffer.from('\r\n');
const limits = { maxParts: 1, maxDepth: 1, nested: 'keep' } as const;

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
 * Cuts a message down to what a verifier may be asked about: a header over the caps is not looked at but for its author, of many signatures
 * the first few are. (A verifier's work per header octet, address and signature is where hostile mail buys time: mailauth reads folded
 * lines and address lists in quadratic time.)
 */
export function capHeader(octets: Buffer, caps: AuthCaps): Capped {
  const message = readMessage(octets, limits);
  const end = message.root.body.start;
  const named = (name: string): readonly HeaderField[] => message.fields.filter((each) => each.name === name);
  const isLong = (field: HeaderField): boolean => fieldText(message, field).length > caps.fromBytes;
  const from = named('from');
  if (from.some(isLong)) return { octets: undefined, author: undefined, capped: ['from'] };
  if (end > caps.headerBytes || countLines(octets, end) > caps.headerLines) {
    const author = from.map(({ span }) => octets.subarray(span.start, span.end));
    const size = author.reduce((sum, each) => sum + each.length, 0);
    return {
      octets: undefined,
      author: size > 0 && size <= caps.fromBytes ? Buffer.concat([...author, crlf]) : undefined,
      capped: ['headers'],
    };
  }
  const signatures = named('dkim-signature').slice(caps.signatures);
  // Addresses too, and read where the envelope has no sender; nobody signs it.
  const returnPaths = named('return-path').filter(isLong);
  const extra = [...signatures, ...returnPaths].toSorted((a, b) => a.span.start - b.span.start);
  if (extra.length === 0) return { octets, author: undefined, capped: [] };
  const capped = [
    ...(signatures.length > 0 ? ['signatures'] : []),
    ...(returnPaths.length > 0 ? ['return-path'] : []),
  ];
  return { octets: without(message, extra), author: undefined, capped };
}
