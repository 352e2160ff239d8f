import type { ElementInfo } from './place.ts';

/** Elements that something holds for, by themselves or by an ancestor: each is asked once, however many others stand in it. */
export class Inherited {
  readonly #known = new Map<ElementInfo, boolean>();
  readonly #own: (element: ElementInfo) => boolean;

  constructor(own: (element: ElementInfo) => boolean) {
    this.#own = own;
  }

  has(element: ElementInfo | undefined): boolean {
    const path: ElementInfo[] = [];
    let at = element;
    while (at !== undefined && !this.#known.has(at)) {
      path.push(at);
      at = at.parent;
    }
    let holds = at !== undefined && this.#known.get(at) === true;
    for (const one of path.reverse()) {
      holds ||= this.#own(one);
      this.#known.set(one, holds);
    }
    return holds;
  }
}
