import type { CleanContext, CountedReport } from '../clean/index.ts';
// Not through the index, which brings all that cleans.
import { reportField, stopper } from '../clean/report-field.ts';
import type { CleanSettings } from '../config/index.ts';
import { ownFields, readMessage } from '../message/index.ts';
import type { OctetEdit, Reason } from '../message/types.ts';

const nothing = Buffer.alloc(0);
const noCounts = { pixels: 0, links: 0, params: 0, receipts: 0, opaque: 0, kept: 0 } as const;
/** Inbound copies of our field are looked for this far into the message. */
export const maxHeaderBytes = 1_048_576;

/** The header block with its empty line; all that is looked at of a message that was too much for the worker. */
function headerOf(head: Buffer): Buffer {
  const end = head.indexOf('\r\n\r\n');
  return head.subarray(0, end < 0 ? 0 : end + 4);
}

/** The message as it came, with our fields on top and inbound copies of our report field out of it; `head`: its first `maxHeaderBytes`. */
export function untouched(
  head: Buffer,
  context: CleanContext,
  settings: CleanSettings,
  policy: string,
  reason: Extract<Reason, 'limit.time' | 'error'>,
): { readonly edits: readonly OctetEdit[]; readonly report: CountedReport } {
  const result = reason === 'error' ? 'error' : 'skipped';
  const content = { result, reasons: [reason], counts: noCounts, operators: [], policy } as const;
  const header = readMessage(headerOf(head), { maxParts: 1, maxDepth: 1, nested: 'keep' });
  const copies = context.trustedPeer === true ? [] : ownFields(header, settings.headerName);
  const gone = [...copies, ...(context.removeFields ?? [])].toSorted((a, b) => a.start - b.start);
  const field = reportField(settings.headerName, settings.headerId, content, '\r\n');
  const rest = stopper(head[0], settings.headerName, '\r\n');
  const top = Buffer.concat([context.prepend ?? nothing, field, rest]);
  const report: CountedReport = { ...content, step: 'untouched', tallies: [] };
  return {
    edits: [
      { start: 0, end: 0, replacement: top },
      ...gone.map(({ start, end }) => ({ start, end, replacement: nothing })),
    ],
    report,
  };
}
