import { ownFields } from '../message/index.ts';
import type { JournalEntry, Message, Reason } from '../message/types.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import type { CleanContext } from './context.ts';
import { plainEntry } from './plan-octets.ts';
import type { PlannedOctets } from './plan-octets.ts';
import { reportField, stopper } from './report-field.ts';
import type { FieldContent } from './report-field.ts';
import type { Decided, PartState, Result } from './report.ts';
import type { PartsScan } from './scan-parts.ts';

const defaultId = 'mailsluice';
const nothing = Buffer.alloc(0);

/** What became of each leaf. */
export function partStates(
  message: Message,
  journal: readonly JournalEntry[],
  octets: PlannedOctets,
): readonly PartState[] {
  const edited = new Set(journal.map((entry) => entry.part));
  return message.parts
    .filter((part) => part.children.length === 0)
    .map((part) => {
      const kept = octets.refused.get(part.id) ?? part.keep;
      const state = kept !== undefined ? 'kept' : edited.has(part.id) ? 'edited' : 'unedited';
      const reason = kept ?? octets.partly.get(part.id);
      const common = { part: part.id, type: part.contentType.type, state } as const;
      return reason === undefined ? common : { ...common, reason };
    });
}

/** What is left alone by design; a reader of the header learns nothing from it. */
const ordinary: ReadonlySet<Reason> = new Set(['attachment', 'nested', 'amp', 'calendar']);

/** What a text was not read behind, and went. */
function isCut({ action, finding: { where } }: Decided): boolean {
  return action !== 'kept' && where.kind === 'place' && where.place.channel === 'tail';
}

/** Why text was not read or not touched, and what was treated with less than the full means. */
export function reasonsOf(
  message: Message,
  scan: PartsScan,
  octets: PlannedOctets,
  decided: readonly Decided[],
  context: CleanContext,
): readonly Reason[] {
  const ofParts = message.parts.flatMap(({ keep }) =>
    keep === undefined || ordinary.has(keep) ? [] : [keep],
  );
  const all = [
    context.reasons ?? [],
    message.reasons,
    ofParts,
    [...scan.flat.values()],
    decided.some(isCut) ? ['cut' as const] : [],
    [...octets.refused.values()],
    [...octets.partly.values()],
  ];
  return [...new Set(all.flat())];
}

export function resultOf(
  mode: 'clean' | 'report',
  hasChanges: boolean,
  message: Message,
  scan: PartsScan,
  refused: ReadonlyMap<string, Reason>,
): Result {
  if (hasChanges) return mode === 'report' ? 'observed' : 'cleaned';
  if (scan.failed.size > 0) return 'error';
  const isReadable = scan.texts.some(({ part }) => part.keep === undefined && !refused.has(part.id));
  const isBlocked =
    refused.size > 0 || message.parts.some(({ keep }) => keep !== undefined && !ordinary.has(keep));
  return !isReadable && isBlocked ? 'skipped' : 'none';
}

/** Everything of ours on top of the message, and the inbound copies of our field out of it. */
export function topEntries(
  message: Message,
  compiled: CompiledPolicy,
  context: CleanContext,
  content: FieldContent,
): readonly JournalEntry[] {
  const field = reportField(compiled.headerName, context.receivedBy ?? defaultId, content, message.lineEnd);
  const at = message.mboxLine?.end ?? 0;
  const rest = stopper(message.octets[at], compiled.headerName, message.lineEnd);
  const replacement = Buffer.concat([context.prepend ?? nothing, field, rest]);
  const copies = context.trustedPeer === true ? [] : ownFields(message, compiled.headerName);
  return [
    plainEntry(message, '', { start: at, end: at, replacement }),
    ...[...copies, ...(context.removeFields ?? [])].map((span) =>
      plainEntry(message, '', { ...span, replacement: nothing }),
    ),
  ];
}
