import type { DetectInput } from '../input.ts';

/** More readers than this are a mailing list's To field, not the reader. */
const maxAddresses = 12;
const fieldNames = new Set(['to', 'cc', 'delivered-to']);

const addressCodes = new Uint8Array(128);
for (const letter of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@0123456789!#$%&'*+-/=?^_`{|}~.")
  addressCodes[letter.charCodeAt(0)] = 1;

function isAddressCode(code: number): boolean {
  return code >= 0x80 || addressCodes[code] === 1;
}

/** Address specifications in a field's value, in order; quoted local parts are left out. */
export function addressesIn(value: string): readonly string[] {
  const found: string[] = [];
  let at = value.indexOf('@');
  let behind = 0;
  while (at >= 0 && found.length < maxAddresses) {
    let start = at;
    let end = at + 1;
    while (start > behind && isAddressCode(value.charCodeAt(start - 1)) && value[start - 1] !== '@')
      start -= 1;
    while (end < value.length && isAddressCode(value.charCodeAt(end)) && value[end] !== '@') end += 1;
    while (end > at && value[end - 1] === '.') end -= 1;
    if (start < at && end > at + 3 && end - start <= 320) found.push(value.slice(start, end));
    behind = Math.max(end, at + 1);
    at = value.indexOf('@', behind);
  }
  return found;
}

/** Who reads the message, as the envelope and To, Cc and Delivered-To say; as written, without duplicates. */
export function readerAddresses(input: DetectInput): readonly string[] {
  const all = new Set<string>();
  for (const recipient of input.recipients) for (const address of addressesIn(recipient)) all.add(address);
  for (const field of input.fields) {
    if (!fieldNames.has(field.name) || all.size >= maxAddresses) continue;
    for (const address of addressesIn(field.value)) all.add(address);
  }
  return [...all].slice(0, maxAddresses);
}
