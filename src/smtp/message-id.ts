import { createHmac } from 'node:crypto';

/** Far more than any Message-ID has. */
const maxBytes = 1_000;

/** The value of a message's first Message-ID field, unfolded and without what surrounds it; undefined where there is none. */
export function readMessageId(header: Buffer): string | undefined {
  for (let start = 0; start < header.length;) {
    const lineEnd = header.indexOf(0x0a, start);
    const end = lineEnd < 0 ? header.length : lineEnd + 1;
    if (header[start] === 0x0a || (header[start] === 0x0d && header[start + 1] === 0x0a)) return undefined;
    if (header.toString('latin1', start, start + 11).toLowerCase() === 'message-id:') {
      const text = header.toString('latin1', start + 11, start + 11 + maxBytes);
      const own = /^[^\r\n]*(?:\r?\n[ \t][^\r\n]*)?/.exec(text)?.[0] ?? '';
      const value = own.replace(/\r?\n/, '').trim();
      return value === '' ? undefined : value;
    }
    start = end;
  }
  return undefined;
}

/** The Message-ID as log lines name it: 16 hex digits that say nothing without the key. undefined where there is no key or no id. */
export function messageIdHash(header: Buffer, key: string | undefined): string | undefined {
  if (key === undefined || key === '') return undefined;
  const id = readMessageId(header);
  return id === undefined
    ? undefined
    : createHmac('sha256', key).update(id, 'latin1').digest('hex').slice(0, 16);
}
