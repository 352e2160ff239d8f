import type { Line } from './octets.ts';

const dash = 45;

/** The boundaries of all multiparts that are open, by their level on the reader's stack. */
export class Boundaries {
  readonly #octets: Buffer;
  readonly #levels = new Map<string, number[]>();
  /** What the comparison of beginnings may still cost, so that many open boundaries and dashes stay linear. */
  #budget: number;

  constructor(octets: Buffer) {
    this.#octets = octets;
    this.#budget = 100_000 + 4 * octets.length;
  }

  open(boundaries: readonly string[], level: number): void {
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
   * padding (RFC 2046 5.1.1); anything else there makes it no delimiter, as in most readers.
   */
  match(line: Line): { readonly level: number; readonly close: boolean } | undefined {
    if (this.#levels.size === 0 || !this.#isDashed(line)) return undefined;
    const text = this.#octets.toString('latin1', line.start + 2, line.end).trimEnd();
    const exact = this.#levels.get(text)?.at(-1) ?? -1;
    const closing = text.endsWith('--') ? (this.#levels.get(text.slice(0, -2))?.at(-1) ?? -1) : -1;
    const level = Math.max(exact, closing);
    return level < 0 ? undefined : { level, close: closing > exact };
  }

  has(line: Line): boolean {
    return this.match(line) !== undefined;
  }

  /** A line that only begins like a delimiter, which RFC 2046 5.1.1 lets a reader take for one (Dovecot does). */
  isDoubtful(line: Line): boolean {
    if (this.#levels.size === 0) return false;
    const length = line.end - line.start - 2;
    for (const boundary of this.#levels.keys()) {
      this.#budget -= 1;
      if (boundary === '' || boundary.length > length) continue;
      this.#budget -= boundary.length;
      // Out of budget is out of certainty: the line is then looked into, which costs no more than its part.
      if (this.#budget <= 0) return true;
      if (this.#octets.toString('latin1', line.start + 2, line.start + 2 + boundary.length) === boundary)
        return true;
    }
    return false;
  }

  #isDashed(line: Line): boolean {
    return this.#octets[line.start] === dash && this.#octets[line.start + 1] === dash;
  }
}
