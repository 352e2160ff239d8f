const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const LINE_DOT = Buffer.from('\n.');
const SLICE_BYTES = 65_536;
const SEARCH_BYTES = 32_768;

/** True where a CR stands without its LF or an LF without its CR: what turns one message into two at a careless next hop. */
export function hasBareLineEnd(octets: Buffer): boolean {
  for (let from = 0; from < octets.length;) {
    // Whole lines, so that no pair is cut in two; not all at once, because new memory for long texts costs more than the search.
    const lineEnd = octets.indexOf(LF, from + SEARCH_BYTES);
    const to = lineEnd === -1 ? octets.length : lineEnd + 1;
    if (/\r(?!\n)|(?<!\r)\n/.test(octets.toString('latin1', from, to))) return true;
    from = to;
  }
  return false;
}

export function* cut(octets: Buffer): Generator<Buffer> {
  for (let start = 0; start < octets.length; start += SLICE_BYTES) {
    yield octets.subarray(start, start + SLICE_BYTES);
  }
}

/** Makes a message's slices, in order, ready for the wire: a dot doubled at each line start (RFC 5321 4.5.2). */
export class Stuffer {
  #last: number | undefined;
  #bare = false;
  readonly #isChecked: boolean;

  /** `isChecked`: the message is known to have no bare line end. */
  constructor(isChecked = false) {
    this.#isChecked = isChecked;
  }

  /** Whether a CR or LF stood alone in what came so far; a CR at its very end is not yet known to. */
  get bare(): boolean {
    return this.#bare;
  }

  /** The slice with its dots doubled; one without such a dot is given back itself. */
  next(slice: Buffer): Buffer {
    const before = this.#last;
    this.#last = slice.at(-1) ?? before;
    if (!this.#isChecked && this.#isBare(slice, before)) this.#bare = true;
    const dots = slice[0] === DOT && (before ?? LF) === LF ? [0] : [];
    for (let at = slice.indexOf(LINE_DOT); at !== -1; at = slice.indexOf(LINE_DOT, at + 2)) dots.push(at + 1);
    return dots.length === 0 ? slice : doubled(slice, dots);
  }

  /** What the message needs behind its last slice, so that the final dot stands on a line of its own. */
  end(): Buffer {
    if (this.#last === CR) this.#bare = true;
    return Buffer.from(this.#last === undefined || this.#last === LF ? '' : '\r\n');
  }

  #isBare(slice: Buffer, before: number | undefined): boolean {
    if (slice.length === 0) return false;
    const isSecondHalf = before === CR;
    if (isSecondHalf && slice[0] !== LF) return true;
    const end = slice.at(-1) === CR ? slice.length - 1 : slice.length;
    return hasBareLineEnd(slice.subarray(isSecondHalf ? 1 : 0, end));
  }
}

/** All slices of a message as they go on the wire, but for the final dot. */
export function* stuffed(octets: Buffer): Generator<Buffer> {
  const stuffer = new Stuffer();
  for (const slice of cut(octets)) yield stuffer.next(slice);
  const end = stuffer.end();
  if (end.length > 0) yield end;
}

function doubled(slice: Buffer, dots: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(slice.length + dots.length);
  let from = 0;
  let to = 0;
  for (const dot of dots) {
    to += slice.copy(out, to, from, dot);
    out[to++] = DOT;
    from = dot;
  }
  slice.copy(out, to, from);
  return out;
}
