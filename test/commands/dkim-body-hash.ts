import { createHash } from 'node:crypto';
import { fieldText, readMessage } from '../../src/message/index.ts';

const limits = { maxParts: 1, maxDepth: 1, nested: 'keep' } as const;

/** Trailing empty lines go, and a body that is not empty ends with one CRLF (RFC 6376 3.4.3). */
function withoutEmptyTail(body: string): string {
  let end = body.length;
  while (body.endsWith('\r\n', end) && end >= 2 && body.endsWith('\r\n', end - 2)) end -= 2;
  if (end === 2 && body.startsWith('\r\n')) return '';
  const text = body.slice(0, end);
  return text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
}

function canonical(body: string, algorithm: 'simple' | 'relaxed'): string {
  if (algorithm === 'simple') {
    const text = withoutEmptyTail(body);
    return text === '' ? '\r\n' : text;
  }
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  return withoutEmptyTail(lines.join('\r\n'));
}

function tags(value: string): ReadonlyMap<string, string> {
  const pairs = value.split(';').map((tag) => {
    const equals = tag.indexOf('=');
    return [tag.slice(0, equals).trim(), tag.slice(equals + 1).replace(/\s/g, '')] as const;
  });
  return new Map(pairs);
}

/** For each DKIM-Signature of the message: whether its body hash (`bh=`, RFC 6376 3.7) is that of the body. No key is looked up. */
export function dkimBodyHashes(octets: Buffer): readonly boolean[] {
  const message = readMessage(octets, limits);
  const body = octets.toString('latin1', message.root.body.start);
  return message.fields
    .filter(({ name }) => name === 'dkim-signature')
    .map((field) => {
      const signature = tags(fieldText(message, field));
      const hash = signature.get('a')?.split('-')[1] ?? '';
      if (hash !== 'sha256' && hash !== 'sha1') return false;
      const algorithm = signature.get('c')?.split('/')[1] === 'relaxed' ? 'relaxed' : 'simple';
      const text = Buffer.from(canonical(body, algorithm), 'latin1');
      const signed = signature.has('l') ? text.subarray(0, Number(signature.get('l'))) : text;
      return createHash(hash).update(signed).digest('base64') === signature.get('bh');
    });
}
