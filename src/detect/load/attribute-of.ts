import type { ElementInfo } from '../../html/place.ts';

/** The value of the first attribute with this name (lower case), character references decoded. */
export function attributeOf(element: ElementInfo, name: string): string | undefined {
  for (const attribute of element.attributes) if (attribute.name === name) return attribute.value;
  return undefined;
}
