import type { Decided, Report } from '../clean/index.ts';
import type { CleanedBy } from '../service/cleaning.ts';
import type { Paint } from './output.ts';
import type { NearMiss } from './near-misses.ts';
import { visible } from './visible.ts';
import { whyNot } from './why-not.ts';

/** Where a rule was written, `file:line`; undefined for what has no rule. */
export type RuleOrigin = (id: string) => string | undefined;

export interface ExplainContext {
  readonly paint: Paint;
  readonly originOf: RuleOrigin;
}

const longest = 400;

function shortened(text: string): string {
  const shown = visible(text);
  return shown.length > longest ? `${shown.slice(0, longest)}… (${shown.length} characters)` : shown;
}

function row(label: string, text: string): string {
  return `     ${label.padEnd(9)} ${text}`;
}

function evidenceText({ finding }: Decided): string {
  if (finding.evidence.length === 0) return 'none';
  return finding.evidence
    .map(({ name, weight, detail }) => {
      const sign = weight > 0 ? '+' : '';
      return `${name} ${sign}${weight}${detail === undefined ? '' : ` (${shortened(detail)})`}`;
    })
    .join(', ');
}

function whereText({ finding, span }: Decided): string {
  const octets = `octets ${span.start} to ${span.end}`;
  if (finding.where.kind === 'field') return `header field ${visible(finding.where.name)}, ${octets}`;
  const { part, place } = finding.where;
  const element = place.element === undefined ? 'text' : `<${visible(place.element.tag)}>`;
  const attribute = place.attribute === undefined ? '' : ` ${visible(place.attribute.name)}`;
  return `part ${part}, ${element}${attribute}, ${octets}`;
}

function titleOf({ finding, action }: Decided): string {
  const opaque = finding.kind === 'link' && finding.destination === undefined ? ', opaque' : '';
  const operator = finding.operator === undefined ? '' : ` by ${finding.operator}`;
  return `${finding.kind}${operator}: ${action}${opaque} (${finding.certainty})`;
}

/** One finding for a person: where it stands, why it is one, what decided, before and after. */
export function findingText(decided: Decided, index: number, { paint, originOf }: ExplainContext): string {
  const { finding, action, because, before, after } = decided;
  const title = `${String(index + 1).padStart(3)}  ${titleOf(decided)}`;
  const lines = [action === 'kept' ? paint.dim(title) : paint.bold(title), row('where', whereText(decided))];
  if (finding.rule !== undefined) {
    const origin = originOf(finding.rule);
    lines.push(row('rule', `${finding.rule}${origin === undefined ? '' : ` (${origin})`}`));
  }
  lines.push(row('evidence', evidenceText(decided)), row('because', visible(because)));
  const left = whyNot(decided);
  if (left !== undefined) lines.push(row('why not', left));
  lines.push(row('before', action === 'kept' ? shortened(before) : paint.red(shortened(before))));
  if (action !== 'kept')
    lines.push(row('after', after === '' ? paint.dim('(nothing)') : paint.green(shortened(after))));
  return lines.join('\n');
}

function outline(report: Report): readonly string[] {
  return report.parts.map(({ part, type, state, reason }) => {
    const indent = '  '.repeat(Math.max(0, part.split('.').length - 1));
    return `  ${part.padEnd(8)} ${indent}${visible(type)}: ${state}${reason === undefined ? '' : ` (${reason})`}`;
  });
}

function headline(file: string, size: number, { report, choices }: CleanedBy): readonly string[] {
  const { result, step, reasons, policy, counts } = report;
  const counted = Object.entries(counts).map(([name, count]) => `${name}=${count}`);
  const chosen = [
    ...new Set(choices.map(({ because }) => (because === 'default' ? 'no entry of select holds' : because))),
  ].join('; ');
  return [
    `${visible(file)}: ${size} octets`,
    `  result   ${result} (${step})${reasons.length === 0 ? '' : `, reason ${reasons.join(', ')}`}`,
    `  counts   ${counted.join(' ')}`,
    `  policy   ${policy} (${visible(chosen)})`,
    ...choices.flatMap(({ notes }) => notes).map((note) => `  note     ${visible(note)}`),
  ];
}

function missText(misses: readonly NearMiss[], { paint, originOf }: ExplainContext): readonly string[] {
  if (misses.length === 0) return [];
  const rows = misses.flatMap(({ part, url, rule, misses: asked }) => {
    const origin = originOf(rule);
    const why = asked.length === 0 ? 'all of its conditions together' : asked.map(visible).join('; ');
    return [
      paint.dim(`  -  part ${part}: ${shortened(url)}`),
      row(
        'why not',
        `${rule}${origin === undefined ? '' : ` (${origin})`} knows the host, and asks for ${why}`,
      ),
    ];
  });
  return ['', paint.bold('Left, although a rule knows the host'), ...rows];
}

/** All about one message, for a person; nothing of the message reaches the terminal as it is. */
export function explainText(
  file: string,
  size: number,
  cleaned: CleanedBy,
  context: ExplainContext,
  more: { readonly misses: readonly NearMiss[]; readonly messageId: string | undefined },
): string {
  const { report } = cleaned;
  const [title = '', ...facts] = headline(file, size, cleaned);
  const findings = report.findings.map((decided, index) => findingText(decided, index, context));
  return [
    context.paint.bold(title),
    ...facts,
    ...(more.messageId === undefined ? [] : [`  log      messageId ${more.messageId}`]),
    '',
    context.paint.bold('Parts'),
    ...outline(report),
    '',
    context.paint.bold(report.findings.length === 0 ? 'Nothing was found.' : 'Findings'),
    ...findings,
    ...missText(more.misses, context),
    '',
  ].join('\n');
}
