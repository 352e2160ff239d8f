/** More than any reader could choose from; a bound keeps hostile headers linear. */
const maxBoundaries = 8;

/** The plain case: one `boundary=`, its value in quotes without escapes, or a word. */
const plain = /^boundary=(?:"([^"\\]{1,200})"|([-\w+.']{1,200}))\s{0,9}(?:;|$)/i;

const assigned = /boundary(?:\s{0,9}\*[\d*]{0,4})?\s{0,9}[=:]/gi;
const quoted = /^"([^"]{1,998})"/;
const word = /^[^;\s"]{1,998}/;

function decoded(value: string): string {
  return value.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/**
 * What readers that search a field for `boundary` come to, where it is not as it should be: cut at any mark, marks and quotes
 * taken out or left in. Each is a guess; none is of use unless a line is like it.
 */
export function boundariesIn(field: string): readonly string[] {
  // A fold in the name.
  const text = /boundary/i.test(field) ? field : field.replace(/\s/g, '');
  const at = text.search(/boundary/i);
  if (at < 0) return [];
  const only = plain.exec(text.slice(at));
  // The word may stand in the value (`----=_boundary_1`), but none that a reader could take for the parameter.
  if (only !== null && !/boundary/i.test(text.slice(at + only[0].length))) {
    const value = only[1] ?? only[2] ?? '';
    if (!/boundary\s{0,9}[=:*]/i.test(value)) return [value];
  }
  const found = new Set<string>();
  let looked = 0;
  for (const { index, 0: name } of text.matchAll(assigned)) {
    looked += 1;
    if (looked > maxBoundaries) break;
    const behind = text.slice(index + name.length, index + name.length + 1000).trimStart();
    const inQuotes = quoted.exec(behind)?.[1];
    const whole = (behind.split(';', 1)[0] ?? '').trim();
    const ways = [
      inQuotes,
      whole,
      word.exec(behind)?.[0],
      /^[^\s()<>@,;:\\"/[\]?=]{1,998}/.exec(behind)?.[0],
      whole.replaceAll('"', ''),
      // RFC 2231, blanks and all.
      decoded(whole.slice(whole.lastIndexOf("'") + 1)),
      whole.replace(/[\\"]/g, ''),
    ];
    for (const way of ways) if (way !== undefined && way !== '') found.add(way);
  }
  return [...found];
}
