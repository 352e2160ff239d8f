import type { Counts, Report } from './report.ts';

const maxOperators = 5;
const maxLine = 77;

/** What the field says; see the grammar in README, "The header". */
export type FieldContent = Pick<Report, 'result' | 'reasons' | 'counts' | 'operators' | 'policy'>;

function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}

function token(text: string): string {
  return /^[A-Za-z0-9._,-]+$/.test(text) ? text : quoted(text);
}

function byValue(operators: readonly string[]): string {
  const named = operators.slice(0, maxOperators).join(', ');
  return operators.length > maxOperators ? `${named}, +${operators.length - maxOperators}` : named;
}

function pairs(content: FieldContent): readonly string[] {
  const { counts, result } = content;
  const always = result === 'cleaned' || result === 'observed';
  const order: readonly (keyof Counts)[] = ['pixels', 'links', 'params', 'receipts', 'opaque', 'kept'];
  const counted = order.filter((key, index) => counts[key] > 0 || (always && index < 3));
  return [
    ...(content.reasons.length > 0 ? [`reason=${token([...new Set(content.reasons)].join(','))}`] : []),
    ...counted.map((key) => `${key}=${counts[key]}`),
    ...(content.operators.length > 0 ? [`by=${quoted(byValue(content.operators))}`] : []),
    `policy=${token(content.policy)}`,
  ];
}

/**
 * Our header field, folded under 78 characters, with its line end: `name: id; result=...; key=value; ...`. ASCII only; nothing in it comes
 * from the message (operators are names of rule files).
 */
export function reportField(name: string, id: string, content: FieldContent, lineEnd: string): Buffer {
  const words = pairs(content).join('; ').split(' ');
  const lines: string[] = [];
  let line = `${name}: ${id}; result=${content.result};`;
  let isFirst = true;
  for (const word of words) {
    if (isFirst || line.length + 1 + word.length > maxLine) {
      lines.push(line);
      line = ` ${word}`;
      isFirst = false;
    } else {
      line += ` ${word}`;
    }
  }
  lines.push(line);
  return Buffer.from(lines.map((each) => each + lineEnd).join(''), 'latin1');
}

/**
 * What goes between our field and a message whose first octet this is: takes up a folded line, so that a sender cannot go on writing in the field
 * above it, which is ours.
 */
export function stopper(first: number | undefined, headerName: string, lineEnd: string): Buffer {
  const isFolded = first === 0x20 || first === 0x09;
  return Buffer.from(isFolded ? `${headerName}-Continuation:${lineEnd}` : '', 'latin1');
}
