import { CR, isBlankOctet } from './octets.ts';
import type { Line } from './octets.ts';

const dash = 45;
/** No boundary of use is longer; a bound keeps long lines cheap. */
const maxDoubted = 4096;

/** The boundaries of all multiparts that are open, by their level on the reader's stack. */
export class Boundaries {
  readonly #octets: Buffer;
  readonly #levels = new Map<string, number[]>();
  /** Boundaries of damaged fields that delimit for few readers; never closed, since none of their lines is sure. */
  readonly #doubted = new Set<string>();
  /** What the comparison of beginnings may still cost, so that many open boundaries and dashes stay linear. */
  #budget: number;

  constructor(octets: Buffer) {
    this.#octets = octets;
    this.#budget = 100_000 + 4 * octets.length;
  }

  open(boundaries: readonly string[], doubted: readonly string[], level: number): void {
    for (const boundary of doubted) this.#doubted.add(boundary);
    for (const boundary of boundaries) {
      const levels = this.#levels.get(boundary);
      if (levels) levels.push(level);
      else this.#levels.set(boundary, [level]);
    }
  }

  /** Closes the innermost multipart that has them. */
  close(boundaries: readonly string[]): void {
    for (const boundary of boundaries) {
      const levels = this.#levels.get(boundary);
      levels?.pop();
      if (levels?.length === 0) this.#levels.delete(boundary);
    }
  }

  /**
   * The multipart to which a delimiter line belongs, the innermost where several could be meant. Blanks at the end are
   * padding (RFC 2046 5.1.1); anything else there makes it no delimiter, as in most readers, other white space included.
   */
  match(line: Line): { readonly level: number; readonly close: boolean } | undefined {
    if (this.#levels.size === 0 || !this.#isDashed(line)) return undefined;
    const text = this.#octets.toString('latin1', line.start + 2, this.#textEnd(line));
    const exact = this.#levels.get(text)?.at(-1) ?? -1;
    const closing = text.endsWith('--') ? (this.#levels.get(text.slice(0, -2))?.at(-1) ?? -1) : -1;
    const level = Math.max(exact, closing);
    return level < 0 ? undefined : { level, close: closing > exact };
  }

  has(line: Line): boolean {
    return this.match(line) !== undefined;
  }

  /**
   * A line that only begins like a delimiter, which RFC 2046 5.1.1 lets a reader take for one (Dovecot does), NULs left out
   * (as Thunderbird does).
   */
  isDoubtful(line: Line): boolean {
    if (this.#levels.size + this.#doubted.size === 0) return false;
    const start = line.start + 2;
    const text = this.#octets.toString('latin1', start, Math.min(line.end, start + maxDoubted));
    const bare = text.replaceAll('\0', '');
    return this.#begins(bare, this.#levels.keys()) || this.#begins(bare, this.#doubted);
  }

  #begins(text: string, boundaries: Iterable<string>): boolean {
    for (const boundary of boundaries) {
      this.#budget -= 1;
      if (boundary === '' || boundary.length > text.length) continue;
      this.#budget -= boundary.length;
      // Out of budget is out of certainty: the line is then looked into, which costs no more than its part.
      if (this.#budget <= 0 || text.startsWith(boundary)) return true;
    }
    return false;
  }

  /** Where a line ends without its padding. */
  #textEnd(line: Line): number {
    let end = line.end;
    while (end > line.start && (isBlankOctet(this.#octets[end - 1]) || this.#octets[end - 1] === CR))
      end -= 1;
    return end;
  }

  #isDashed(line: Line): boolean {
    return this.#octets[line.start] === dash && this.#octets[line.start + 1] === dash;
  }
}
