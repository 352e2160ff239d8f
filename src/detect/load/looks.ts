import type { ElementInfo } from '../../html/place.ts';

const noClasses: readonly string[] = [];

/** The attributes that size and visibility hang on, each read when somebody asks: most elements have few of them. */
export class Looks {
  readonly style: string | undefined;
  readonly #element: ElementInfo;
  #classes: readonly string[] | undefined;

  constructor(element: ElementInfo) {
    this.#element = element;
    this.style = element.valueOf('style');
  }

  get width(): string | undefined {
    return this.#element.valueOf('width');
  }

  get height(): string | undefined {
    return this.#element.valueOf('height');
  }

  get id(): string | undefined {
    return this.#element.valueOf('id');
  }

  get classes(): readonly string[] {
    this.#classes ??= classesIn(this.#element.valueOf('class'));
    return this.#classes;
  }

  /** `hidden` or `popover`, where it has one: the first of them. */
  get unseen(): string | undefined {
    const isHidden = this.#element.valueOf('hidden') !== undefined;
    if (this.#element.valueOf('popover') === undefined) return isHidden ? 'hidden' : undefined;
    if (!isHidden) return 'popover';
    return this.#element.attributes.find(({ name }) => name === 'hidden' || name === 'popover')?.name;
  }
}

function classesIn(text: string | undefined): readonly string[] {
  const names = text?.trim() ?? '';
  return names === '' ? noClasses : names.split(/\s+/);
}
