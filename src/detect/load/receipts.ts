import type { ReceiptFinding } from '../finding.ts';
import type { DetectInput } from '../input.ts';

/** Fields by which clients are asked to report that a message was opened (RFC 8098, and what came before it). */
const receiptFields = new Set([
  'disposition-notification-to',
  'return-receipt-to',
  'return-receipt-requested',
  'x-confirm-reading-to',
  'read-receipt-to',
  'x-read-receipt-to',
  'x-return-receipt-to',
  'x-pmrqc',
  'confirm-reading-to',
]);

/** Every request for a read receipt among the top-level fields: the reader is asked and may refuse, so policies keep them by default. */
export function receiptFindings(input: DetectInput): readonly ReceiptFinding[] {
  return input.fields
    .filter((field) => receiptFields.has(field.name))
    .map((field) => ({
      kind: 'receipt',
      certainty: 'certain',
      evidence: [{ name: 'receipt', weight: 100, detail: field.name }],
      where: { kind: 'field', name: field.name, span: field.span },
    }));
}
