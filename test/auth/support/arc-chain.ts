import { createHash, createPrivateKey, sign } from 'node:crypto';
import type { Key } from './signed.ts';

// ARC sets by our own hand (RFC 8617, RFC 6376 3.4), so that neither side of a test is the library that we use. Sets may be wrong.

export interface ArcSet {
  readonly results: string;
  readonly message: string;
  readonly seal: string;
}

export interface ArcMail {
  readonly fields: readonly string[];
  readonly body: string;
  /** Oldest first. */
  readonly sets: readonly ArcSet[];
}

export interface SetOptions {
  readonly i: number | string;
  readonly cv: string;
  readonly key: Key;
  readonly domain: string;
  readonly selector: string;
  readonly canon?: string;
  readonly algorithm?: string;
  readonly h?: string;
  readonly results?: string;
  /** Text in front of `b=`: further tags, each with its `;`. */
  readonly sealTags?: string;
  readonly messageTags?: string;
  /** Tags to leave out. */
  readonly without?: readonly string[];
}

function relaxedField(field: string): string {
  const colon = field.indexOf(':');
  const value = field
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
}

function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${line}\r\n`).join('');
}

function simpleBody(body: string): string {
  let end = body;
  while (end.endsWith('\r\n')) end = end.slice(0, -2);
  return `${end}\r\n`;
}

function signText(text: string, { privateKey }: Key): string {
  const key = createPrivateKey(privateKey);
  if (key.asymmetricKeyType === 'ed25519') {
    return sign(null, createHash('sha256').update(text, 'latin1').digest(), key).toString('base64');
  }
  return sign('sha256', Buffer.from(text, 'latin1'), key).toString('base64');
}

function tagList(tags: readonly (readonly [name: string, value: string])[], options: SetOptions): string {
  return tags
    .filter(([name]) => options.without?.includes(name) !== true)
    .map(([name, value]) => `${name}=${value}; `)
    .join('');
}

/** The message with one more set, signed as written, whether or not that makes sense. */
export function withSet(mail: ArcMail, options: SetOptions): ArcMail {
  const { i, cv, key, domain, selector, canon = 'relaxed/relaxed' } = options;
  const isEd25519 = createPrivateKey(key.privateKey).asymmetricKeyType === 'ed25519';
  const { algorithm = isEd25519 ? 'ed25519-sha256' : 'rsa-sha256' } = options;
  const [headerCanon, bodyCanon] = canon.split('/');
  const canonical = headerCanon === 'simple' ? (field: string) => field : relaxedField;
  const h = options.h ?? 'from:to:subject:date';

  const results = `ARC-Authentication-Results: ${options.results ?? `i=${i}; mx${i}.example; dkim=pass header.d=sender.example`}`;
  const hash = createHash('sha256')
    .update(bodyCanon === 'simple' ? simpleBody(mail.body) : relaxedBody(mail.body), 'latin1')
    .digest('base64');
  const signedFields = h
    .split(':')
    .flatMap((name) => mail.fields.filter((field) => field.toLowerCase().startsWith(`${name.trim()}:`)));
  const messageTags = tagList(
    [
      ['i', String(i)],
      ['a', algorithm],
      ['c', canon],
      ['d', domain],
      ['s', selector],
      ['t', '1790000000'],
      ['h', h],
      ['bh', hash],
    ],
    options,
  );
  const bareMessage = `ARC-Message-Signature: ${messageTags}${options.messageTags ?? ''}b=`;
  const messageText = [...signedFields, bareMessage].map(canonical).join('\r\n');
  const message = bareMessage + signText(messageText, key);

  const sealTags = tagList(
    [
      ['i', String(i)],
      ['a', algorithm],
      ['t', '1790000000'],
      ['cv', cv],
      ['d', domain],
      ['s', selector],
    ],
    options,
  );
  const bareSeal = `ARC-Seal: ${sealTags}${options.sealTags ?? ''}b=`;
  const former = mail.sets.flatMap((set) => [set.results, set.message, set.seal]);
  const sealText = [...former, results, message, bareSeal].map(relaxedField).join('\r\n');
  return { ...mail, sets: [...mail.sets, { results, message, seal: bareSeal + signText(sealText, key) }] };
}

/** The message as sent: newest set on top, seal first. */
export function render({ fields, body, sets }: ArcMail): string {
  const top = sets.toReversed().flatMap(({ seal, message, results }) => [seal, message, results]);
  return `${[...top, ...fields].filter((field) => field !== '').join('\r\n')}\r\n\r\n${body}`;
}

/** Changes one field of the n-th set (from 1); an empty text takes it out. */
export function changed(
  mail: ArcMail,
  n: number,
  which: keyof ArcSet,
  change: (field: string) => string,
): ArcMail {
  return {
    ...mail,
    sets: mail.sets.map((set, at) => (at === n - 1 ? { ...set, [which]: change(set[which]) } : set)),
  };
}
