import { cleanMessage, type Report } from '../../src/clean/index.ts';
import { readMessage, readTexts } from '../../src/message/index.ts';
import { compiledPolicy } from '../support/compiled.ts';

const compiled = compiledPolicy();

export interface ChangedText {
  readonly part: string;
  readonly before: string;
  readonly after: string;
}

export interface ChangedMail {
  readonly texts: readonly ChangedText[];
  readonly report: Report;
  /** URLs of what was taken away: their images show nothing. */
  readonly gone: ReadonlySet<string>;
  /** What stands written out in a URL that was replaced. */
  readonly written: ReadonlySet<string>;
}

function htmlTexts(octets: Buffer): ReadonlyMap<string, string> {
  const { parts, nesting } = compiled.limits;
  const message = readMessage(octets, { maxParts: parts, maxDepth: nesting, nested: 'keep' });
  const texts = new Map<string, string>();
  for (const part of message.parts) {
    if (part.role !== 'html' && part.role !== 'xhtml') continue;
    const [first] = readTexts(message, part);
    if (first !== undefined) texts.set(part.id, first.text);
  }
  return texts;
}

/** The HTML texts that cleaning changes, as a client reads them before and after. */
export function changedTexts(octets: Buffer): ChangedMail {
  const { octets: cleaned, report } = cleanMessage(octets, {}, compiled);
  const before = htmlTexts(octets);
  const after = htmlTexts(cleaned);
  const texts: ChangedText[] = [];
  for (const [part, text] of before) {
    const now = after.get(part) ?? '';
    if (now !== text) texts.push({ part, before: text, after: now });
  }
  const gone = new Set<string>();
  const written = new Set<string>();
  for (const { finding, action } of report.findings) {
    if (finding.kind !== 'pixel' || finding.where.kind !== 'place') continue;
    if (action === 'removed' || action === 'neutralised') {
      for (const url of finding.where.place.urls) gone.add(url);
    } else if (finding.destination !== undefined) written.add(finding.destination);
  }
  return { texts, report, gone, written };
}
