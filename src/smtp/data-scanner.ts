const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

const CRLF = Buffer.from('\r\n');
const SPACE = Buffer.from(' ');
/** A chunk with more deviations than this is put together anew, so that no message is kept as a crowd of tiny buffers. */
const MAX_PIECES = 16;

/** Where the scanner stands: what the last octets were, of which CR, a line's first dot, and CR behind it are not yet given out. */
type State = 'inside' | 'cr' | 'line-start' | 'dot' | 'dot-cr';

export interface Scanned {
  /** Content, ready to be joined: dots unstuffed, line ends CRLF. */
  readonly pieces: readonly Buffer[];
  /** Octets of the chunk that belong to the message, its final dot included; less than its length where more commands follow. */
  readonly used: number;
  readonly done: boolean;
}

/**
 * Reads the octets behind DATA, in any slices. Only CRLF . CRLF ends the message (RFC 5321 4.1.1.4); a line's first dot goes where it is
 * followed by more (4.5.2), and only CRLF begins a line. What comes out holds no bare CR or LF, so that nothing can be smuggled past the
 * next hop: a bare LF becomes CRLF; a bare CR a space, because with CRLF for it, CR CR LF would make an empty line and cut a header in two.
 */
export class DataScanner {
  #state: State = 'line-start';
  #bare = 0;

  /** CRs without LF and LFs without CR so far. */
  get bareLineEnds(): number {
    return this.#bare;
  }

  scan(chunk: Buffer): Scanned {
    const pieces: Buffer[] = [];
    const length = chunk.length;
    const text = chunk.toString('latin1');
    let state = this.#state;
    /** Start of the octets that are content and not yet in `pieces`. */
    let from = 0;
    let at = 0;
    const flush = (to: number): void => {
      if (to > from) pieces.push(chunk.subarray(from, to));
    };
    for (; at < length; at++) {
      if (state === 'line-start' || (state === 'inside' && at === 0)) {
        const clean = endOfCleanLines(text, at);
        if (clean > at) state = 'line-start';
        at = clean;
        if (at === length) break;
      }
      let octet = chunk[at];
      if (state === 'inside') {
        while (octet !== CR && octet !== LF && at < length) octet = chunk[++at];
        if (octet === CR) state = 'cr';
        else if (octet === LF) {
          flush(at);
          pieces.push(CRLF);
          from = at + 1;
          this.#bare++;
        }
      } else if (state === 'cr') {
        if (octet === LF) {
          // The CR was the last octet of the chunk before.
          if (at === 0) pieces.push(CRLF);
          if (at === 0) from = 1;
          state = 'line-start';
        } else {
          flush(at - 1);
          pieces.push(SPACE);
          from = at;
          this.#bare++;
          if (octet !== CR) state = 'inside';
        }
      } else if (state === 'line-start') {
        if (octet === DOT) {
          flush(at);
          from = at + 1;
          state = 'dot';
        } else if (octet === CR) state = 'cr';
        else {
          state = 'inside';
          at--;
        }
      } else if (state === 'dot') {
        if (octet === CR) state = 'dot-cr';
        else {
          from = at;
          state = 'inside';
          at--;
        }
      } else if (octet === LF) {
        this.#state = 'line-start';
        return { pieces: joined(pieces), used: at + 1, done: true };
      } else {
        pieces.push(SPACE);
        from = at;
        this.#bare++;
        state = 'cr';
        if (octet !== CR) {
          state = 'inside';
          at--;
        }
      }
    }
    const held = state === 'cr' || state === 'dot' || state === 'dot-cr';
    if (state !== 'dot' && state !== 'dot-cr') flush(held ? length - 1 : length);
    this.#state = state;
    return { pieces: joined(pieces), used: length, done: false };
  }
}

/** What needs a look at each octet: a CR or LF alone, and a dot that begins a line. */
const deviation = /\r(?!\n)|(?<!\r)\n|\n\./g;

/** Where the lines from `start` on end that need no such look, which are nearly all. */
function endOfCleanLines(text: string, start: number): number {
  if (text[start] === '.') return start;
  deviation.lastIndex = start;
  const found = deviation.exec(text);
  if (found?.[0] === '\n.') return found.index + 1;
  const before = found === null ? text.length : found.index;
  return before === 0 ? start : Math.max(start, text.lastIndexOf('\n', before - 1) + 1);
}

function joined(pieces: readonly Buffer[]): readonly Buffer[] {
  return pieces.length > MAX_PIECES ? [Buffer.concat(pieces)] : pieces;
}
