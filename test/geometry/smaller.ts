import { PICTURE, type MadeDocument } from './documents.ts';

/** What can be taken away from a document, by names of places in it: `rule 1`, `element 0 style 2` ... */
function piecesOf({ rules, elements, doctype }: MadeDocument): readonly string[] {
  const last = elements.length - 1;
  return [
    ...(doctype ? [] : ['quirks']),
    ...rules.flatMap(({ around, styles }, at) => [
      `rule ${at}`,
      ...around.map((_, which) => `rule ${at} around ${which}`),
      ...styles.map((_, which) => `rule ${at} style ${which}`),
    ]),
    ...elements.flatMap(({ attributes, styles }, at) => [
      ...(at === last ? [] : [`element ${at}`]),
      ...attributes.flatMap(([, value], which) =>
        value.includes(PICTURE) ? [] : [`element ${at} attribute ${which}`],
      ),
      ...styles.map((_, which) => `element ${at} style ${which}`),
    ]),
  ];
}

function without({ rules, elements, doctype }: MadeDocument, gone: ReadonlySet<string>): MadeDocument {
  const left = <T>(all: readonly T[], name: string): readonly T[] =>
    all.filter((_, at) => !gone.has(`${name} ${at}`));
  return {
    doctype: doctype || gone.has('quirks'),
    rules: left(
      rules.map((rule, at) => ({
        ...rule,
        around: left(rule.around, `rule ${at} around`),
        styles: left(rule.styles, `rule ${at} style`),
      })),
      'rule',
    ),
    elements: left(
      elements.map((one, at) => ({
        ...one,
        attributes: left(one.attributes, `element ${at} attribute`),
        styles: left(one.styles, `element ${at} style`),
      })),
      'element',
    ),
  };
}

/**
 * The smallest document that is still the same, as `areSame` says of several at once: what can go by itself is found, then as much of that as
 * can go together, until nothing can.
 */
export async function smallest(
  made: MadeDocument,
  areSame: (several: readonly MadeDocument[]) => Promise<readonly boolean[]>,
): Promise<MadeDocument> {
  const gone = new Set<string>();
  for (;;) {
    const pieces = piecesOf(made).filter((piece) => !gone.has(piece));
    const alone = await areSame(pieces.map((piece) => without(made, new Set([...gone, piece]))));
    const free = pieces.filter((_, at) => alone[at] === true);
    if (free.length === 0) return without(made, gone);
    const together = free.map((_, at) => new Set([...gone, ...free.slice(0, at + 1)]));
    const same = await areSame(together.map((one) => without(made, one)));
    for (const piece of free.slice(0, same.lastIndexOf(true) + 1)) gone.add(piece);
  }
}
