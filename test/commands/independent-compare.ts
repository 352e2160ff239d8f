import type { JournalEntry } from '../../src/message/types.ts';

/**
 * Compares original and output octet by octet outside the journal's spans, without the editor: walks the original, and demands each
 * unedited run in the output as it was, each edit's `before` in the original and its `after` in the output. The answer is undefined where
 * all agrees, else what differs first.
 */
export function findDifference(
  original: Buffer,
  output: Buffer,
  journal: readonly JournalEntry[],
): string | undefined {
  const entries = journal.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let inOriginal = 0;
  let inOutput = 0;
  for (const { span, before, after } of entries) {
    if (span.start < inOriginal || span.end > original.length)
      return `journal spans overlap at ${span.start}`;
    const run = span.start - inOriginal;
    if (original.compare(output, inOutput, inOutput + run, inOriginal, span.start) !== 0) {
      return `octets ${inOriginal}-${span.start} changed outside the journal`;
    }
    inOutput += run;
    if (original.compare(before, 0, before.length, span.start, span.end) !== 0)
      return `journal lies at ${span.start}`;
    if (output.compare(after, 0, after.length, inOutput, inOutput + after.length) !== 0) {
      return `the edit at ${span.start} is not what the journal says`;
    }
    inOutput += after.length;
    inOriginal = span.end;
  }
  const isSame = original.compare(output, inOutput, output.length, inOriginal, original.length) === 0;
  return isSame ? undefined : `octets behind ${inOriginal} changed outside the journal`;
}
