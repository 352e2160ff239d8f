import { createHash } from 'node:crypto';
import type { Decided, Report } from '../clean/index.ts';

/** Text for JSON: octets that were no text are U+FFFD already, lone surrogates become it. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

function findingJson({ finding, action, before, after, span }: Decided): Readonly<Record<string, unknown>> {
  const isLink = finding.kind === 'link';
  const guard = finding.kind === 'link' || finding.kind === 'param' ? finding.guard : undefined;
  return {
    kind: finding.kind,
    action,
    opaque: isLink && finding.destination === undefined,
    guard: guard ?? null,
    certainty: finding.certainty,
    operator: finding.operator ?? null,
    rule: finding.rule ?? null,
    evidence: finding.evidence.map(({ name, weight, detail }) => ({
      name,
      weight,
      detail: detail === undefined ? null : wellFormed(detail),
    })),
    part: finding.where.kind === 'place' ? finding.where.part : null,
    span: [span.start, span.end],
    before: wellFormed(before),
    after: wellFormed(after),
  };
}

/** One line of `scan --json`; the schema is in README, "scan --json". */
export function reportJson(file: string, octets: Buffer, report: Report, ms: number): string {
  return JSON.stringify({
    schema: 1,
    file,
    sha256: createHash('sha256').update(octets).digest('hex'),
    result: report.result,
    reason: report.reasons,
    policy: report.policy,
    counts: report.counts,
    operators: report.operators,
    parts: report.parts.map(({ part, type, state, reason }) => ({
      part,
      type: wellFormed(type),
      state,
      reason: reason ?? null,
    })),
    findings: report.findings.map(findingJson),
    ms: Math.round(ms * 100) / 100,
  });
}
