import type { Span } from '../span.ts';
import type { Base64Change, JournalEntry } from './types.ts';

/** By which a message is known again. */
export interface Fingerprint {
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Of the messages before and behind a journal's edits: its entries know only the octets that they changed. */
export interface Fingerprints {
  readonly original: Fingerprint;
  readonly cleaned: Fingerprint;
}

export type DecodedJournal =
  | {
      readonly kind: 'journal';
      readonly entries: readonly JournalEntry[];
      /** undefined: an old journal, which had none. */
      readonly messages: Fingerprints | undefined;
    }
  | { readonly kind: 'malformed'; readonly problem: string };

export type Undone =
  | { readonly kind: 'restored'; readonly octets: Buffer }
  /** The message is not the one that the journal's edits made. */
  | { readonly kind: 'mismatch'; readonly entry: number };

/**
 * The journal as JSON, octets in base64: `{"schema":1,"original":{"bytes","sha256"},"cleaned":{"bytes","sha256"},
 * "entries":[{"part","span":[start,end],"before","after","findings"}]}`; where the part is base64, with
 * `"base64":{"lineWidth","edits":[{"span","before","after"}]}`, spans of the decoded part.
 */
export function encodeJournal(entries: readonly JournalEntry[], messages?: Fingerprints): string {
  return JSON.stringify({
    schema: 1,
    ...messages,
    entries: entries.map(({ part, base64, findings, ...change }) => ({
      part,
      ...changeToJson(change),
      ...(base64 && { base64: { lineWidth: base64.lineWidth, edits: base64.edits.map(changeToJson) } }),
      findings,
    })),
  });
}

interface Change {
  readonly span: Span;
  readonly before: Buffer;
  readonly after: Buffer;
}

function changeToJson({ span, before, after }: Change): Record<string, unknown> {
  return {
    span: [span.start, span.end],
    before: before.toString('base64'),
    after: after.toString('base64'),
  };
}

/** Reads what `encodeJournal` wrote, or says what is wrong with it. */
export function decodeJournal(text: string): DecodedJournal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'malformed', problem: 'not JSON' };
  }
  if (!isRecord(value) || value['schema'] !== 1)
    return { kind: 'malformed', problem: 'not a journal of schema 1' };
  const { entries, original, cleaned } = value;
  let messages: Fingerprints | undefined;
  if (original !== undefined || cleaned !== undefined) {
    if (!isFingerprint(original)) return { kind: 'malformed', problem: 'original: not bytes and sha256' };
    if (!isFingerprint(cleaned)) return { kind: 'malformed', problem: 'cleaned: not bytes and sha256' };
    messages = { original, cleaned };
  }
  if (!Array.isArray(entries)) return { kind: 'malformed', problem: 'entries: not a list' };
  const decoded: JournalEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    const read = readEntry(entry);
    if (!read) return { kind: 'malformed', problem: `entries[${index}]: not an entry` };
    decoded.push(read);
  }
  return { kind: 'journal', entries: decoded, messages };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isFingerprint(value: unknown): value is Fingerprint {
  if (!isRecord(value)) return false;
  const { bytes, sha256 } = value;
  return isIndex(bytes) && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
}

function readChange(value: unknown): Change | undefined {
  if (!isRecord(value)) return undefined;
  const { span, before, after } = value;
  if (typeof before !== 'string' || typeof after !== 'string' || !Array.isArray(span)) return undefined;
  const [start, end]: unknown[] = span;
  if (!isIndex(start) || !isIndex(end) || end < start) return undefined;
  const octets = Buffer.from(before, 'base64');
  if (octets.length !== end - start) return undefined;
  return { span: { start, end }, before: octets, after: Buffer.from(after, 'base64') };
}

function readBase64(value: unknown): Base64Change | undefined {
  if (!isRecord(value) || !Array.isArray(value['edits'])) return undefined;
  const { lineWidth } = value;
  if (lineWidth !== undefined && !isIndex(lineWidth)) return undefined;
  const edits: Change[] = [];
  for (const edit of value['edits']) {
    const change = readChange(edit);
    if (!change) return undefined;
    edits.push(change);
  }
  return { edits, lineWidth };
}

function readEntry(value: unknown): JournalEntry | undefined {
  const change = readChange(value);
  if (!change || !isRecord(value)) return undefined;
  const { part, findings } = value;
  if (typeof part !== 'string' || !Array.isArray(findings) || !findings.every(isIndex)) return undefined;
  if (value['base64'] === undefined) return { part, ...change, findings };
  const base64 = readBase64(value['base64']);
  return base64 && { part, ...change, base64, findings };
}

/**
 * Puts back what the journal's edits took out of a message. The spans are of the original, so the entries say by themselves
 * where their edits stand in `cleaned`; each is compared before anything is put back. What lies between
 * them is taken as it is; the journal's fingerprints tell whether it changed.
 */
export function undo(journal: readonly JournalEntry[], cleaned: Buffer): Undone {
  const ordered = journal.map((entry, index) => ({ entry, index }));
  ordered.sort(
    (a, b) =>
      a.entry.span.start - b.entry.span.start || a.entry.span.end - b.entry.span.end || a.index - b.index,
  );
  const pieces: Buffer[] = [];
  let inOriginal = 0;
  let inCleaned = 0;
  for (const { entry, index } of ordered) {
    const kept = entry.span.start - inOriginal;
    const at = inCleaned + kept;
    const behind = at + entry.after.length;
    if (kept < 0 || behind > cleaned.length || !cleaned.subarray(at, behind).equals(entry.after)) {
      return { kind: 'mismatch', entry: index };
    }
    pieces.push(cleaned.subarray(inCleaned, at), entry.before);
    inOriginal = entry.span.end;
    inCleaned = behind;
  }
  pieces.push(cleaned.subarray(inCleaned));
  return { kind: 'restored', octets: Buffer.concat(pieces) };
}
