import type { ElementInfo } from '../../html/place.ts';

/** The value of the first attribute with this name (lower case), character references decoded. */
export function attributeOf(element: ElementInfo, name: string): string | undefined {
  for (const attribute of element.attributes) if (attribute.name === name) return attribute.value;
  return undefined;
}

/** The attributes that size and visibility hang on, collected in one pass. */
export interface Looks {
  readonly style: string | undefined;
  readonly width: string | undefined;
  readonly height: string | undefined;
  readonly id: string | undefined;
  readonly classes: readonly string[];
  /** `hidden` or `popover`, where it has one. */
  readonly unseen: string | undefined;
}

const noClasses: readonly string[] = [];

export function looksOf(element: ElementInfo): Looks {
  let style: string | undefined;
  let width: string | undefined;
  let height: string | undefined;
  let id: string | undefined;
  let names: string | undefined;
  let unseen: string | undefined;
  for (const { name, value } of element.attributes) {
    switch (name) {
      case 'style':
        style ??= value;
        break;
      case 'width':
        width ??= value;
        break;
      case 'height':
        height ??= value;
        break;
      case 'id':
        id ??= value;
        break;
      case 'class':
        names ??= value;
        break;
      case 'hidden':
      case 'popover':
        unseen ??= name;
        break;
      default:
    }
  }
  return { style, width, height, id, classes: names === undefined ? noClasses : names.split(/\s/), unseen };
}
