import type { CleanContext, Report } from '../clean/index.ts';
// Not through the index, which brings all that cleans.
import { reportField } from '../clean/report-field.ts';
import type { CleanSettings } from '../config/index.ts';
import { ownFields, readMessage } from '../message/index.ts';
import type { Reason } from '../message/types.ts';

const noCounts = { pixels: 0, links: 0, params: 0, receipts: 0, opaque: 0, kept: 0 } as const;
/** Inbound copies of our field are looked for this far into the message. */
const maxHeaderBytes = 1_048_576;

/** The header block with its empty line; all that is looked at of a message that was too much for the worker. */
function headerOf(octets: Buffer): Buffer {
  const end = octets.subarray(0, maxHeaderBytes).indexOf('\r\n\r\n');
  return octets.subarray(0, end < 0 ? 0 : end + 4);
}

/** The message as it came, with our fields on top and inbound copies of our report field out of it. */
export function untouched(
  octets: Buffer,
  context: CleanContext,
  settings: CleanSettings,
  policy: string,
  reason: Extract<Reason, 'limit.time' | 'error'>,
): { readonly octets: Buffer; readonly report: Report } {
  const result = reason === 'error' ? 'error' : 'skipped';
  const content = { result, reasons: [reason], counts: noCounts, operators: [], policy } as const;
  const header = readMessage(headerOf(octets), { maxParts: 1, maxDepth: 1, nested: 'keep' });
  const copies = context.trustedPeer === true ? [] : ownFields(header, settings.headerName);
  const gone = [...copies, ...(context.removeFields ?? [])].toSorted((a, b) => a.start - b.start);
  const pieces: Buffer[] = [
    context.prepend ?? Buffer.alloc(0),
    reportField(settings.headerName, settings.headerId, content, '\r\n'),
  ];
  let at = 0;
  for (const { start, end } of gone) {
    pieces.push(octets.subarray(at, start));
    at = end;
  }
  pieces.push(octets.subarray(at));
  const report: Report = { ...content, step: 'untouched', parts: [], findings: [], journal: [] };
  return { octets: Buffer.concat(pieces), report };
}
