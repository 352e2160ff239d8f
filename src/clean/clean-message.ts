import { orderEdits, readMessage, spliceMessage } from '../message/index.ts';
import type { JournalEntry, Message, OctetEdit, Reason } from '../message/types.ts';
import { judge, planFindings } from './act.ts';
import { bannerEdits, subjectEdits } from './banner.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import type { CleanContext } from './context.ts';
import { partStates, reasonsOf, resultOf, topEntries } from './outcome.ts';
import { plainEntry, planNamed, planOctets } from './plan-octets.ts';
import type { Report } from './report.ts';
import { scanParts } from './scan-parts.ts';
import { count, listFindings, operatorsOf, withRefusals, writtenOut } from './summary.ts';

export interface Cleaned {
  readonly octets: Buffer;
  readonly report: Report;
}

/** What is to be done to a message: edits in order that do not overlap. Made, they are the cleaned message. */
export interface Edited {
  readonly edits: readonly OctetEdit[];
  readonly report: Report;
}

/** `counts`: excerpts and octets of the findings are worked out when they are asked for, from the message's octets as they are then. */
export type Detail = 'all' | 'counts';

const noCounts = { pixels: 0, links: 0, params: 0, receipts: 0, opaque: 0, kept: 0 } as const;

function toEdit(entry: JournalEntry): OctetEdit {
  return { ...entry.span, replacement: entry.after };
}

/** Relays the message as it came, with our fields on top. */
function untouched(
  message: Message,
  compiled: CompiledPolicy,
  context: CleanContext,
  result: 'skipped' | 'error',
  reasons: readonly Reason[],
): Edited {
  const content = { result, reasons, counts: noCounts, operators: [], policy: compiled.policy.name };
  const journal = topEntries(message, compiled, context, content);
  const report: Report = { ...content, step: 'untouched', parts: [], findings: [], journal };
  return { edits: orderEdits(journal.map(toEdit), message.octets.length), report };
}

function attempt(
  message: Message,
  compiled: CompiledPolicy,
  context: CleanContext,
  effort: 'full' | 'flat',
  detail: Detail,
): Edited {
  const { policy, limits } = compiled;
  const isProtected = context.reasons?.includes('dmarc-reject') === true;
  const mode = policy.mode === 'report' || isProtected ? 'report' : 'clean';
  const scan = scanParts(message, limits, effort);
  const planned = planFindings(judge(message, scan, compiled, context), scan, compiled, context);
  const draft = listFindings(message, planned);
  const bare = planOctets(message, scan, planned, draft.indexOf);
  const decided = withRefusals(draft.decided, bare);
  const goes = planNamed(message, compiled, planned, draft.indexOf);
  const hasChanges = bare.edits.length + goes.length > 0;
  const counts = count(decided);
  const operators = operatorsOf(decided);
  const banners = hasChanges ? bannerEdits(scan.texts, policy, counts, operators) : [];
  const octets = banners.length === 0 ? bare : planOctets(message, scan, planned, draft.indexOf, banners);
  const tag = hasChanges ? subjectEdits(message, policy).map((edit) => plainEntry(message, '', edit)) : [];
  const named = [...goes, ...tag];
  const content = {
    result: resultOf(mode, hasChanges, message, scan, octets.refused),
    reasons: reasonsOf(message, scan, octets, decided, context),
    counts,
    operators,
    policy: policy.name,
  };
  const top = topEntries(message, compiled, context, content);
  const edits = mode === 'report' ? [] : [...named.map(toEdit), ...octets.edits];
  const journal = mode === 'report' ? top : [...top, ...named, ...octets.journal];
  const parts = partStates(message, journal, octets);
  const step = scan.flat.size > 0 ? 'flat' : 'full';
  const ordered = orderEdits([...top.map(toEdit), ...edits], message.octets.length);
  const findings = detail === 'all' ? decided.map(writtenOut) : decided;
  return { edits: ordered, report: { ...content, step, parts, findings, journal } };
}

/**
 * Takes out of a message what reports on its reader, and says so in one header field. Pure: no network, files or clock.
 *
 * Octets that need no change are not changed. Never throws: a fault in the full analysis is answered by the flat one, a fault there by
 * the message as it came (`result=error`).
 */
export function cleanMessage(octets: Buffer, context: CleanContext, compiled: CompiledPolicy): Cleaned {
  const { edits, report } = editMessage(octets, context, compiled, 'all');
  return { octets: spliceMessage({ octets }, edits), report };
}

/** As `cleanMessage`, for whoever has the message and needs only what changes. */
export function editMessage(
  octets: Buffer,
  context: CleanContext,
  compiled: CompiledPolicy,
  detail: Detail = 'counts',
): Edited {
  const { policy, limits } = compiled;
  const message = readMessage(octets, {
    maxParts: limits.parts,
    maxDepth: limits.nesting,
    nested: policy.nested,
  });
  if (octets.length > limits.messageBytes) return untouched(message, compiled, context, 'skipped', ['size']);
  const stops = (context.reasons ?? []).filter((reason) => reason === 'outbound' || reason === 'exempt');
  if (stops.length > 0) return untouched(message, compiled, context, 'skipped', stops);
  if (policy.mode === 'off') return untouched(message, compiled, context, 'skipped', ['off']);
  const efforts = context.effort === 'flat' ? (['flat'] as const) : (['full', 'flat'] as const);
  for (const effort of efforts) {
    try {
      return attempt(message, compiled, context, effort, detail);
    } catch {
      // A bug of ours; the next, simpler step is tried, and the last one is the message as it came.
    }
  }
  return untouched(message, compiled, context, 'error', ['error']);
}
