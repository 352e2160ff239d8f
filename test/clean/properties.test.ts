import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanMessage } from '../../src/clean/index.ts';
import type { Report } from '../../src/clean/index.ts';
import { scanParts } from '../../src/clean/scan-parts.ts';
import { readMessage, undo } from '../../src/message/index.ts';
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

function requested(octets: Buffer): readonly string[] {
  const message = readMessage(octets, { maxParts: 1_000, maxDepth: 100, nested: 'keep' });
  const { texts } = scanParts(message, compiled.limits, 'full');
  return texts.flatMap(({ scanned }) => scanned.places.flatMap((place) => place.urls));
}

function destinations(report: Report): readonly string[] {
  return report.findings.flatMap(({ finding }) => {
    if (finding.kind === 'param') return [new URL(finding.result).href];
    const destination = finding.kind === 'receipt' ? undefined : finding.destination;
    return destination === undefined ? [] : [new URL(destination).href];
  });
}

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

  it('requests nothing that the input did not request, or name in a redirect that it replaces', () => {
    holds((octets) => {
      const { octets: output, report } = cleanMessage(octets, {}, compiled);
      const before = new Set([...requested(octets), ...destinations(report)]);
      expect(requested(output).filter((url) => !before.has(url))).toEqual([]);
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
