/**
 * What costs more than the reading of its characters, in characters of a newsletter that are read in the same time: found by `npm run bench:worst`,
 * rounded. Tags as browsers read them cost no more than their characters, and nothing here.
 */
export const COST = {
  /** An attribute, tag or string that is read once more. */
  again: 10,
  /** A tag in a comment, value or raw text, or what is as much to read. */
  tag: 20,
  /** One that overlaps with others, or a `link`, which says what it is in words. */
  overlap: 50,
  /** A link, less the characters of its URL. */
  link: 30,
  /** Another place in a tag as browsers read it. */
  load: 40,
  /** One in a doubtful tag or in CSS. */
  place: 60,
  sheet: 80,
  /** A rule that bears on size or visibility, an at-rule with a block, or a style attribute that may hold a URL. */
  rule: 35,
  /** An entity, or a default of an attribute. */
  declaration: 150,
  /** A document or sheet in the document. */
  document: 150,
} as const;

/** What a text may spend for each of its characters. No mail that we know spends as much (`npm run corpus` counts those that do). */
const FOR_EACH = 0.5;

/** What the texts of a message may spend in addition, all together. */
export class Spare {
  left: number;

  constructor(left = 500_000) {
    this.left = left;
  }
}

/** Thrown by {@link Work.spend}, as it is many calls deep that a text turns out to cost too much. */
export const USED_UP = new Error('the text costs more than any mail does');

/** Bounds what one text costs. What stands behind the point where it ends the reading goes, so that nobody loads what nobody has read. */
export class Work {
  #spent = 0;
  readonly #own: number;
  readonly #spare: Spare;

  constructor(characters: number, spare: Spare) {
    this.#own = FOR_EACH * characters;
    this.#spare = spare;
  }

  spend(cost: number): void {
    this.#spent += cost;
    if (this.#spent > this.#own + this.#spare.left) throw USED_UP;
  }

  /** Whether a text that ended here would be far from its limit, whatever its length. */
  get isLow(): boolean {
    return this.#spent <= this.#spare.left / 2;
  }

  /** Takes what was not the text's own from what the next one may spend. */
  end(): void {
    const { left } = this.#spare;
    this.#spare.left = Math.max(0, Math.min(left, left + this.#own - this.#spent));
  }
}
