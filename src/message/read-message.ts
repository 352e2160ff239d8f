import type { Span } from '../span.ts';
import { CR, LF, lineAt } from './octets.ts';
import { readParts } from './parts.ts';
import { readTree } from './tree.ts';
import type { Message, ReadLimits } from './types.ts';

/**
 * Reads a message of any shape; never fails, touches nothing, copies nothing. Time and memory are linear in the octets, and
 * the tree is bounded by `limits`: what stands behind a limit becomes one part that is read flat (reason `limit.parts`).
 */
export function readMessage(octets: Buffer, limits: ReadLimits): Message {
  const firstFeed = octets.indexOf(LF);
  const newline = firstFeed < 0 && octets.includes(CR) ? CR : LF;
  const lineEnd =
    newline === CR
      ? '\r'
      : firstFeed > 0 && octets[firstFeed - 1] === CR
        ? '\r\n'
        : firstFeed < 0
          ? '\r\n'
          : '\n';
  const mboxLine = mboxLineOf(octets, newline);
  const tree = readTree(octets, mboxLine?.end ?? 0, newline, limits);
  const { root, parts, reasons } = readParts(octets, newline, tree, limits);
  return { octets, lineEnd, mboxLine, fields: root.fields, root, parts, reasons };
}

/** An mbox separator in front of the header: `From ` without a colon behind `From` (RFC 4155). */
function mboxLineOf(octets: Buffer, newline: number): Span | undefined {
  if (octets.toString('latin1', 0, 5) !== 'From ') return undefined;
  return { start: 0, end: lineAt(octets, 0, octets.length, newline).next };
}
