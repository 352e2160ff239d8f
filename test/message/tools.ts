import { planPart, readMessage, readTexts, spliceMessage, undo } from '../../src/message/index.ts';
import type { Reading } from '../../src/message/index.ts';
import type {
  FoundEdit,
  JournalEntry,
  Message,
  OctetEdit,
  Part,
  ReadLimits,
  Reason,
} from '../../src/message/index.ts';

export const limits: ReadLimits = { maxParts: 1000, maxDepth: 100, nested: 'keep' };

/** A message of lines, each ended by CRLF; characters U+0000-U+00FF are octets. */
export function lines(...all: readonly string[]): Buffer {
  return Buffer.from(all.map((line) => `${line}\r\n`).join(''), 'latin1');
}

export function read(octets: Buffer, changed: Partial<ReadLimits> = {}): Message {
  return readMessage(octets, { ...limits, ...changed });
}

/** `id type role` and, where there is one, `keep`. */
export function outline(message: Message): readonly string[] {
  return message.parts.map(({ id, contentType, role, keep }) =>
    [id === '' ? '-' : id, contentType.type, role, ...(keep === undefined ? [] : [keep])].join(' '),
  );
}

export function bodyOf(message: Message, part: Part): string {
  return message.octets.toString('latin1', part.body.start, part.body.end);
}

const tracking =
  /(?:src|href|background)=(?:"[^"]*"|'[^']*'|[^\s>"']*)|https?:\/\/tracker\.example[^\s"'<>)]*/g;

/** What the tests take out: attributes with the tracker's URL, and the bare URL elsewhere. */
export function findTracking(text: string): readonly FoundEdit[] {
  return [...text.matchAll(tracking)]
    .filter(([found]) => found.includes('tracker.example'))
    .map(({ index, 0: found }, finding) => ({
      start: index,
      end: index + found.length,
      replacement: '',
      findings: [finding],
    }));
}

export interface Stripped {
  readonly message: Message;
  readonly octets: Buffer;
  readonly edits: readonly OctetEdit[];
  readonly journal: readonly JournalEntry[];
  /** By part: why something in it was left. */
  readonly reasons: ReadonlyMap<string, Reason>;
}

/** Edits every reading of every part, by `find`, and splices. */
export function strip(
  octets: Buffer,
  changed: Partial<ReadLimits> = {},
  find: (text: string) => readonly FoundEdit[] = findTracking,
): Stripped {
  const message = read(octets, changed);
  const edits: OctetEdit[] = [];
  const journal: JournalEntry[] = [];
  const reasons = new Map<string, Reason>();
  for (const part of message.parts) {
    const wanted = new Map<Reading, readonly FoundEdit[]>();
    for (const reading of readTexts(message, part)) {
      const found = find(reading.text);
      if (found.length > 0) wanted.set(reading, found);
    }
    if (wanted.size === 0) continue;
    const plan = planPart(message, part, wanted);
    if (plan.reason !== undefined) reasons.set(part.id, plan.reason);
    if (plan.kind !== 'planned') continue;
    edits.push(...plan.edits);
    journal.push(...plan.journal);
  }
  return { message, octets: spliceMessage(message, edits), edits, journal, reasons };
}

/** The octets outside the edits, in both; equal for every edit that was planned well. */
export function outside(original: Buffer, edits: readonly OctetEdit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 0;
  const kept: string[] = [];
  for (const { start, end } of ordered) {
    kept.push(original.toString('latin1', at, start));
    at = end;
  }
  kept.push(original.toString('latin1', at));
  return kept.join('|');
}

export function restores(stripped: Stripped, original: Buffer): boolean {
  const undone = undo(stripped.journal, stripped.octets);
  return undone.kind === 'restored' && undone.octets.equals(original);
}
