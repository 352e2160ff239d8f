import { load } from 'cheerio/slim';
import type { SelectorRule } from './format.ts';

/** On the tree that judging uses; the whole of cheerio would bring an HTTP client with it, into every start. */
const tree = { xml: { xmlMode: false, decodeEntities: true } } as const;

function finds(selector: string, html: string): boolean {
  return load(html, tree)(selector).length > 0;
}

/** What is wrong with a rule on elements: its selector is none, or its own HTML says otherwise. */
export function selectorFaults(rule: SelectorRule): readonly string[] {
  try {
    finds(rule.selector, '<img>');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [`\`selector\` ${rule.selector} is no CSS selector: ${reason}`];
  }
  const missed = (rule.must ?? []).filter((html) => !finds(rule.selector, html));
  const found = (rule.must_not ?? []).filter((html) => finds(rule.selector, html));
  return [
    ...missed.map((html) => `\`must\` ${html} has no element that the selector finds`),
    ...found.map((html) => `\`must_not\` ${html} has an element that the selector finds`),
  ];
}
