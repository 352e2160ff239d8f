import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanMessage } from '../../src/clean/index.ts';
import { undo } from '../../src/message/index.ts';
import { findDifference } from '../commands/independent-compare.ts';
import { compiledPolicy } from '../support/compiled.ts';
import { mailOctets, rawOctets, structuredMail } from '../support/arbitrary-mail.ts';

const numRuns = Number(process.env['MAILSLUICE_RUNS'] ?? 300);
const compiled = compiledPolicy();
const mails = [
  ['raw octets', rawOctets],
  ['octets over a mail alphabet', mailOctets],
  ['structured messages', structuredMail],
] as const;

describe.each(mails)('cleanMessage on %s', (_name, mail) => {
  const holds = (check: (octets: Buffer) => void): void => fc.assert(fc.property(mail, check), { numRuns });

  it('changes nothing outside the journal, and undo restores the original', () => {
    holds((octets) => {
      const { octets: output, report } = cleanMessage(octets, {}, compiled);
      expect(findDifference(octets, output, report.journal)).toBeUndefined();
      const undone = undo(report.journal, output);
      expect(undone.kind === 'restored' && undone.octets.equals(octets)).toBe(true);
      expect(report.result).not.toBe('error');
    });
  });

  it('leaves a message without a finding as it came behind our field', () => {
    holds((octets) => {
      const { octets: output, report } = cleanMessage(octets, {}, compiled);
      if (report.result !== 'none' || report.journal.length !== 1) return;
      expect(
        output.subarray(output.length - octets.length).equals(octets) || report.journal[0]?.span.start !== 0,
      ).toBe(true);
    });
  });

  it('makes no edit in a second pass', () => {
    holds((octets) => {
      const once = cleanMessage(octets, {}, compiled).octets;
      const { report } = cleanMessage(once, {}, compiled);
      expect(report.result).not.toBe('cleaned');
      expect(report.journal.filter((entry) => entry.findings.length > 0)).toEqual([]);
    });
  });

  it('edits nothing in report mode and counts what would go', () => {
    const reporting = compiledPolicy({ mode: 'report' });
    holds((octets) => {
      const cleaned = cleanMessage(octets, {}, compiled).report;
      const observed = cleanMessage(octets, {}, reporting).report;
      expect(observed.counts).toEqual(cleaned.counts);
      expect(observed.journal.every((entry) => entry.findings.length === 0)).toBe(true);
    });
  });
});
