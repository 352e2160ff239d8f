/** Where a picture's URL is to stand. */
export const PICTURE = '@@';

type Declaration = readonly [name: string, value: string];

export interface MadeElement {
  readonly tag: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly styles: readonly Declaration[];
}

export interface MadeRule {
  /** At-rules around it, outermost first. */
  readonly around: readonly string[];
  readonly selector: string;
  readonly styles: readonly Declaration[];
}

/** A document of one branch, with a picture at its end and text in front and behind. */
export interface MadeDocument {
  readonly doctype: boolean;
  readonly rules: readonly MadeRule[];
  /** Outermost first; the last one bears the picture. */
  readonly elements: readonly MadeElement[];
}

const without: ReadonlySet<string> = new Set(['img', 'input']);

function written(styles: readonly Declaration[]): string {
  return styles.map(([name, value]) => `${name}:${value}`).join(';');
}

function startTag({ tag, attributes, styles }: MadeElement, extra: string): string {
  const all = attributes.map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${value}"`)).join('');
  const style = styles.length === 0 ? '' : ` style="${written(styles)}"`;
  return `<${tag}${all}${style}${extra}>`;
}

function sheetOf(rules: readonly MadeRule[]): string {
  if (rules.length === 0) return '';
  const texts = rules.map(({ around, selector, styles }) =>
    [...around, selector].reduceRight((inner, head) => `${head}{${inner}}`, written(styles)),
  );
  return `<style>${texts.join('\n')}</style>`;
}

/** What has a size of its own needs no text to be seen, and grows by one. */
function isSized(element: MadeElement | undefined): boolean {
  if (element === undefined || without.has(element.tag)) return true;
  return [...element.styles, ...element.attributes].some(([name]) => /^(?:width|height)$/.test(name));
}

/** The document as HTML, with `url` as its picture; `mark` is written into the tag that bears it. */
export function htmlOf({ doctype, rules, elements }: MadeDocument, url: string, mark = ''): string {
  const last = elements.length - 1;
  const open = elements.map((one, at) => startTag(one, at === last ? mark : '')).join('');
  const close = elements
    .filter(({ tag }) => !without.has(tag))
    .map(({ tag }) => `</${tag}>`)
    .toReversed()
    .join('');
  const filling = isSized(elements[last]) ? '' : 'Offer';
  const html = `${sheetOf(rules)}<p>Dear reader,</p>${open}${filling}${close}<p>Kind regards</p>`;
  return `${doctype ? '<!DOCTYPE html>' : ''}${html.replaceAll(PICTURE, url)}`;
}
