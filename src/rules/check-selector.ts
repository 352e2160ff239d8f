import { load } from 'cheerio/slim';
import type { SelectorRule } from './format.ts';
import type { Fault } from './problem.ts';

/** On the tree that judging uses; the whole of cheerio would bring an HTTP client with it, into every start. */
const tree = { xml: { xmlMode: false, decodeEntities: true } } as const;

function finds(selector: string, html: string): boolean {
  return load(html, tree)(selector).length > 0;
}

/** What is wrong with a rule on elements: its selector is none, or its own HTML says otherwise. */
export function selectorFaults(rule: SelectorRule): readonly Fault[] {
  try {
    finds(rule.selector, '<img>');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ text: `\`selector\` ${rule.selector} is no CSS selector: ${reason}` }];
  }
  const missed = (rule.must ?? []).flatMap((html, index): readonly Fault[] => {
    const text = `\`must\` ${html} has no element that the selector finds`;
    return finds(rule.selector, html) ? [] : [{ vector: ['must', index], text }];
  });
  const found = (rule.must_not ?? []).flatMap((html, index): readonly Fault[] => {
    const text = `\`must_not\` ${html} has an element that the selector finds`;
    return finds(rule.selector, html) ? [{ vector: ['must_not', index], text }] : [];
  });
  return [...missed, ...found];
}
