import { percentDecode } from '../../url/index.ts';
import { parseJson } from './decode/text.ts';

/** Larger documents are no link payloads. */
const maxLeaves = 200;

/** The leaves of a JSON document, or the decoded values of a query string. */
function leaves(text: string): readonly unknown[] {
  const value = parseJson(text);
  if (value === undefined)
    return text.split('&').map((pair) => percentDecode(pair.slice(pair.indexOf('=') + 1)));
  const found: unknown[] = [];
  const open: unknown[] = [value];
  while (open.length > 0 && found.length < maxLeaves) {
    const each = open.pop();
    if (typeof each !== 'object' || each === null) found.push(each);
    else open.push(...Object.values(each).slice(0, maxLeaves));
  }
  return found;
}

/**
 * The one http(s) URL among the strings of a JSON document or the values of a query string, and whether there are other fields beside it.
 * undefined where there are more or none.
 */
export function soleUrl(text: string): { readonly url: string; readonly isOneOfMany: boolean } | undefined {
  const all = leaves(text);
  const urls = all.filter((each) => typeof each === 'string' && /^https?:\/\//i.test(each));
  const url = urls.length === 1 ? urls[0] : undefined;
  return typeof url !== 'string' ? undefined : { url, isOneOfMany: all.length > 1 };
}
