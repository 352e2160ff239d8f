import type { Decided } from '../clean/index.ts';

const widest = 150;

function short(text: string): string {
  const flat = text.replaceAll(/[\r\n]/g, ' ');
  return flat.length > widest ? `${flat.slice(0, widest)}…` : flat;
}

/** The header field with this name as it stands on top of a message; the sample is our own, so it is printed as it is. */
export function fieldOf(message: Buffer, name: string): string {
  const lines = message.toString('latin1').split('\r\n');
  const start = lines.findIndex((line) => line.startsWith(`${name}:`));
  if (start < 0) return '';
  let end = start + 1;
  while (/^[ \t]/.test(lines[end] ?? '')) end += 1;
  return lines.slice(start, end).join('\n');
}

function where({ finding }: Decided): string {
  if (finding.where.kind === 'field') return finding.where.name;
  const { part, place } = finding.where;
  return `part ${part}, ${place.element === undefined ? 'plain text' : `<${place.element.tag}>`}`;
}

/** One finding in three lines: what and where, before, after. */
function findingLines(decided: Decided, index: number): string {
  const { finding, action, because, before, after } = decided;
  const operator = finding.operator === undefined ? '' : ` by ${finding.operator}`;
  const opaque = finding.kind === 'link' && finding.destination === undefined ? ' (opaque)' : '';
  return [
    `  ${index + 1}. ${finding.kind}${operator}: ${action}${opaque} — ${where(decided)}`,
    `     before  ${short(before)}`,
    ...(action === 'kept'
      ? [`     kept    ${because}`]
      : [`     after   ${after === '' ? '(nothing)' : short(after)}`]),
  ].join('\n');
}

export interface Shown {
  readonly port: number;
  readonly file: string;
  readonly reply: string;
  readonly header: string;
  readonly findings: readonly Decided[];
}

/** What happened to the sample, for a person who sees it for the first time. */
export function storyOf({ port, file, reply, header, findings }: Shown): string {
  return `A newsletter went over SMTP to mailsluice on 127.0.0.1:${port}, was cleaned and relayed to a mailbox.
The mailbox answered: ${reply}

What mailsluice says in the message's header:

${header.replaceAll(/^/gm, '  ')}

What it found, and did:

${findings.map(findingLines).join('\n')}

Where to read the message as it arrived:

  ${file}

Everything else in it is as the sender made it, octet for octet.
`;
}

/** How to go on from here. */
export function hintsFor(port: number, folder: string): string {
  return `Now try a message of your own:

  swaks --server 127.0.0.1:${port} --to you@uni.example --data @my.eml
  a mail client: outgoing server 127.0.0.1, port ${port}, no encryption, no password
  npm run -s mailsluice -- clean < my.eml        (no server: file in, file out)
  npm run -s mailsluice -- explain my.eml        (why, in detail)

Nothing is delivered anywhere: messages end up in ${folder}
Ctrl-C ends.
`;
}
