import type { ElementInfo } from './place.ts';

/** Elements that something holds for, by themselves or by an ancestor: each is asked once, however many others stand in it. */
export class Inherited {
  readonly #known = new Map<ElementInfo, boolean>();
  readonly #own: (element: ElementInfo) => boolean;

  constructor(own: (element: ElementInfo) => boolean) {
    this.#own = own;
  }

  has(element: ElementInfo | undefined): boolean {
    let holds = false;
    let at = element;
    for (; at !== undefined && !holds; at = at.parent) {
      const known = this.#known.get(at);
      if (known === false) break;
      holds = known ?? this.#own(at);
    }
    // What stands on the way up to where it was told is told with it.
    for (let one = element; one !== at && one !== undefined; one = one.parent) this.#known.set(one, holds);
    return holds;
  }
}
