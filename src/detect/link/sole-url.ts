import { percentDecode } from '../../url/index.ts';

/** Deeper or larger documents are no link payloads. */
const maxStrings = 200;

function strings(text: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.split('&').map((pair) => percentDecode(pair.slice(pair.indexOf('=') + 1)) ?? '');
  }
  const found: string[] = [];
  const open: unknown[] = [value];
  for (let each = open.pop(); each !== undefined && found.length < maxStrings; each = open.pop()) {
    if (typeof each === 'string') found.push(each);
    else if (typeof each === 'object' && each !== null && open.length < maxStrings) {
      open.push(...Object.values(each).slice(0, maxStrings));
    }
  }
  return found;
}

/**
 * The one http(s) URL among the strings of a JSON document or the values of a query string, and whether there are other strings beside it.
 * undefined where there are more or none.
 */
export function soleUrl(text: string): { readonly url: string; readonly isOneOfMany: boolean } | undefined {
  const all = strings(text);
  const urls = all.filter((each) => /^https?:\/\//i.test(each));
  const url = urls.length === 1 ? urls[0] : undefined;
  return url === undefined ? undefined : { url, isOneOfMany: all.length > 1 };
}
