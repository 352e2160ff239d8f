import { StyleFacts, type Variables } from './style-facts.ts';

/**
 * What holds of an element: the rules of sheets that are about it, the weakest first, and its `style`, each declaration under what wins over
 * it. The order of layers is not looked at.
 */
export function cascade(sheet: readonly StyleFacts[], inline: StyleFacts, variables: Variables): StyleFacts {
  const declarations = new Map<string, string>();
  const important = new Set<string>();
  for (const { written } of [...sheet, inline]) {
    for (const [name, value] of written.declarations) {
      const isImportant = written.important.has(name);
      if (important.has(name) && !isImportant) continue;
      if (isImportant) important.add(name);
      declarations.set(name, value);
    }
  }
  return new StyleFacts({ declarations, important }, variables);
}
