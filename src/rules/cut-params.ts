import type { Span } from '../span.ts';
import type { UrlParts } from '../url/index.ts';

/**
 * The URL without the parameters at these spans (offsets in `url.text`, ascending), every other character as it was. Each goes with one
 * separator, the one in front of it or, at the front of the query, the one behind; an emptied query goes with its `?`.
 */
export function withoutParams(url: UrlParts, spans: readonly Span[]): string {
  if (spans.length === 0 || url.query === undefined) return url.text;
  const start = url.pathStart + url.path.length + 1;
  const end = start + url.query.length;
  let query = '';
  let at = start;
  for (const span of spans) {
    query += url.text.slice(at, span.start);
    at = span.end;
    const separator = url.text.charAt(at);
    if (query === '' && (separator === '&' || separator === ';')) at += 1;
    else if (query.endsWith('&') || query.endsWith(';')) query = query.slice(0, -1);
  }
  query += url.text.slice(at, end);
  return `${url.text.slice(0, start - 1)}${query === '' ? '' : `?${query}`}${url.text.slice(end)}`;
}
