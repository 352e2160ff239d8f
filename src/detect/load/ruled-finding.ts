import type { Evidence, PixelFinding, Where } from '../finding.ts';
import { geometry, loadEvidence } from './load-evidence.ts';
import type { KnownUrl } from './known-url.ts';
import type { Load, LoadList } from './load-list.ts';

/**
 * What a sure rule names: certain, whatever else speaks for or against it, so that the evidence beside the rule is only worked out for whoever asks.
 * A class, as V8 gives an object with a getter of its own a hidden class of its own, in the old generation: that would keep the whole message
 * there up to the next full collection.
 */
export class RuledFinding implements PixelFinding {
  readonly kind = 'pixel';
  readonly needless = false;
  readonly certainty = 'certain';
  readonly personal = false;
  readonly where: Where;
  readonly operator: string;
  readonly rule: string;
  readonly #load: Load;
  readonly #known: KnownUrl;
  readonly #list: LoadList;
  #evidence: readonly Evidence[] | undefined;

  constructor(load: Load, known: KnownUrl, list: LoadList, rule: { operator: string; id: string }) {
    const { place, text } = load;
    this.where = { kind: 'place', part: text.part, reading: text.reading, place };
    this.operator = rule.operator;
    this.rule = rule.id;
    this.#load = load;
    this.#known = known;
    this.#list = list;
  }

  get evidence(): readonly Evidence[] {
    this.#evidence ??= loadEvidence(this.#load, this.#known, this.#list, geometry(this.#load, this.#known));
    return this.#evidence;
  }
}
