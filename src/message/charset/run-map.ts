import { lastAtMost } from '../transfer/transfer.ts';
import type { DecodedEdit } from '../transfer/transfer.ts';
import { planEach } from './text-map.ts';
import type { FoundEdit, PlannedText, TextMap } from './text-map.ts';

/** A stretch of octets read in one state of a stateful charset. A state is named by the octets that lead to it. */
export interface Run {
  /** Its first octet behind the escape sequence that led here, and the octet behind its last one. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly state: string;
}

/** What sets a stateful charset apart from another. */
export interface Stateful {
  readonly charset: string;
  readonly runs: readonly Run[];
  /** In this state the octets of ASCII `text` are its characters. */
  readonly isAscii: (state: string, text: string) => boolean;
  /** ASCII text as it is written in an ASCII state. */
  readonly write: (text: string) => string;
  readonly asciiState: string;
}

/** Octets for a character of a run: 0 where its characters cannot be told apart. */
function unitOf(run: Run): number {
  const octets = run.end - run.start;
  const unit = run.text.length === 0 ? 0 : octets / run.text.length;
  return Number.isInteger(unit) ? unit : 0;
}

/** Text of a charset with states, as runs; more entries than lines, but only for the few messages that are written so. */
export class RunMap implements TextMap {
  readonly text: string;
  readonly charset: string;
  readonly #stateful: Stateful;
  readonly #runs: readonly Run[];
  readonly #starts: readonly number[];

  constructor(stateful: Stateful) {
    this.#stateful = stateful;
    this.charset = stateful.charset;
    // Without the runs that stand for no character a position has one run.
    this.#runs = stateful.runs.filter((run) => run.text !== '');
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
    const unit = unitOf(at.run);
    if (at.inside === 0) return at.run.start;
    if (at.inside >= at.run.text.length) return at.run.end;
    return unit > 0 ? at.run.start + at.inside * unit : at.run.start;
  }

  plan(edits: readonly FoundEdit[]): PlannedText {
    return planEach(edits, (edit) => this.#planOne(edit));
  }

  /** Takes the octets out and leaves the decoder in the state in which what follows was written. */
  #planOne(edit: FoundEdit): DecodedEdit | undefined {
    const first = this.#at(edit.start);
    const last = edit.end > edit.start ? this.#at(edit.end - 1) : first;
    if (!first || !last) return undefined;
    const unitFirst = unitOf(first.run);
    const unitLast = unitOf(last.run);
    if (unitFirst === 0 && first.inside > 0) return undefined;
    const behind = edit.end > edit.start ? last.inside + 1 : last.inside;
    if (unitLast === 0 && behind !== last.run.text.length && behind > 0) return undefined;
    const start = first.run.start + first.inside * unitFirst;
    const end = behind === last.run.text.length ? last.run.end : last.run.start + behind * unitLast;
    const { write, isAscii, asciiState } = this.#stateful;
    const out: string[] = [];
    let state = first.run.state;
    if (edit.replacement !== '') {
      if (!isAscii(state, edit.replacement)) {
        out.push(asciiState);
        state = asciiState;
      }
      out.push(write(edit.replacement));
    }
    if (state !== last.run.state) out.push(last.run.state);
    return {
      start,
      end: Math.max(start, end),
      replacement: Buffer.from(out.join(''), 'latin1'),
      findings: edit.findings,
    };
  }

  /** The run of a character; behind the last one, the end of the last run. */
  #at(position: number): { run: Run; inside: number } | undefined {
    const index = lastAtMost(this.#starts, position);
    const run = this.#runs[index];
    return run && { run, inside: position - (this.#starts[index] ?? 0) };
  }
}
