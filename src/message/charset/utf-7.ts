import { lastAtMost } from '../transfer/transfer.ts';
import type { DecodedEdit } from '../transfer/transfer.ts';
import type { FoundEdit, PlannedText, TextMap } from './text-map.ts';

const plus = 43;
const minus = 45;

function isBase64(octet: number): boolean {
  return (
    (octet >= 65 && octet <= 90) ||
    (octet >= 97 && octet <= 122) ||
    (octet >= 47 && octet <= 57) ||
    octet === plus
  );
}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Written as base64: it has to be written anew where an edit goes into it. */
  readonly shifted: boolean;
}

function shiftedText(octets: Buffer, start: number, end: number): string {
  const wide = Buffer.from(octets.toString('latin1', start, end), 'base64');
  return new TextDecoder('utf-16be', { ignoreBOM: true }).decode(wide.subarray(0, wide.length & ~1));
}

function readRuns(octets: Buffer): readonly Run[] {
  const runs: Run[] = [];
  let start = 0;
  let at = octets.indexOf(plus);
  while (at >= 0) {
    if (at > start) runs.push({ start, end: at, text: octets.toString('latin1', start, at), shifted: false });
    let end = at + 1;
    while (end < octets.length && isBase64(octets[end] ?? 0)) end += 1;
    const empty = end === at + 1;
    const text = empty ? '+' : shiftedText(octets, at + 1, end);
    if (octets[end] === minus) end += 1;
    if (text !== '') runs.push({ start: at, end, text, shifted: true });
    start = end;
    at = octets.indexOf(plus, end);
  }
  if (start < octets.length) {
    runs.push({ start, end: octets.length, text: octets.toString('latin1', start), shifted: false });
  }
  return runs;
}

/** Text in the shifted form, which holds any character (RFC 2152 rule 2). */
function shifted(text: string): string {
  if (text === '') return '';
  if (text === '+') return '+-';
  const wide = Buffer.from(text, 'utf16le').swap16();
  return `+${wide.toString('base64').replaceAll('=', '')}-`;
}

/** An edit in the making: octets from `start` on, up to `behind` in `run`. */
interface Rewrite {
  readonly start: number;
  readonly pieces: string[];
  readonly findings: Set<number>;
  run: Run;
  behind: number;
}

function closed({ start, pieces, findings, run, behind }: Rewrite): DecodedEdit {
  const kept = run.shifted ? shifted(run.text.slice(behind)) : '';
  const end = run.shifted ? run.end : run.start + behind;
  return { start, end, replacement: Buffer.from(pieces.join('') + kept, 'latin1'), findings: [...findings] };
}

/** UTF-7 (RFC 2152). An edit inside a shifted run writes the run anew, what stays of it shifted again. */
export class Utf7 implements TextMap {
  readonly text: string;
  readonly charset = 'utf-7';
  readonly #runs: readonly Run[];
  readonly #starts: readonly number[];

  constructor(octets: Buffer) {
    this.#runs = readRuns(octets);
    const starts: number[] = [];
    let length = 0;
    for (const run of this.#runs) {
      starts.push(length);
      length += run.text.length;
    }
    this.#starts = starts;
    this.text = this.#runs.map((run) => run.text).join('');
  }

  toOctet(position: number): number {
    const at = this.#at(position);
    if (!at) return 0;
    if (at.inside >= at.run.text.length) return at.run.end;
    return at.run.shifted ? at.run.start : at.run.start + at.inside;
  }

  plan(edits: readonly FoundEdit[]): PlannedText {
    const planned: DecodedEdit[] = [];
    let open: Rewrite | undefined;
    for (const edit of edits) {
      const first = this.#at(edit.start);
      const last = edit.end > edit.start ? this.#at(edit.end - 1) : first;
      if (!first || !last) continue;
      const behind = edit.end > edit.start ? last.inside + 1 : last.inside;
      if (open?.run === first.run && first.run.shifted) {
        // Two edits in one shifted run: it is written anew once, with what stands between them.
        open.pieces.push(shifted(first.run.text.slice(open.behind, first.inside)));
      } else {
        if (open) planned.push(closed(open));
        const { run, inside } = first;
        const head = run.shifted ? shifted(run.text.slice(0, inside)) : '';
        const start = run.shifted ? run.start : run.start + inside;
        open = { start, pieces: [head], run, behind, findings: new Set() };
      }
      open.pieces.push(edit.replacement.replaceAll('+', '+-'));
      open.run = last.run;
      open.behind = behind;
      for (const finding of edit.findings) open.findings.add(finding);
    }
    if (open) planned.push(closed(open));
    return { edits: planned, refused: [] };
  }

  #at(position: number): { run: Run; inside: number } | undefined {
    const index = lastAtMost(this.#starts, position);
    const run = this.#runs[index];
    return run && { run, inside: position - (this.#starts[index] ?? 0) };
  }
}
