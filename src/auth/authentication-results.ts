import { fieldText } from '../message/index.ts';
import type { HeaderField, Message } from '../message/types.ts';
import type { Span } from '../span.ts';

/** What an Authentication-Results field of a server that we trust says (RFC 8601). */
export interface TrustedResults {
  readonly dmarc: string;
  /** Author domains for which it says dmarc=pass, lower case. */
  readonly authenticatedDomains: readonly string[];
}

/** Behind white space and comments, nested ones too (RFC 5322 CFWS). */
function skipCfws(text: string, from: number): number {
  let depth = 0;
  let at = from;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && depth > 0) at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
    else if (depth === 0 && !' \t\r\n'.includes(character)) break;
  }
  return at;
}

function withoutComments(text: string): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const next = skipCfws(text, at);
    if (next > at) out += ' ';
    if (next >= text.length) break;
    out += text.charAt(next);
    at = next + 1;
  }
  return out;
}

/** The authserv-id of a field, lower case, unquoted, without trailing dot; '' where there is none. */
export function authservId(value: string): string {
  const start = skipCfws(value, 0);
  if (value.charAt(start) === '"') {
    const end = value.indexOf('"', start + 1);
    return value.slice(start + 1, end < 0 ? value.length : end).toLowerCase();
  }
  let end = start;
  while (end < value.length && !' \t\r\n;('.includes(value.charAt(end))) end += 1;
  return value.slice(start, end).toLowerCase().replace(/\.$/, '');
}

function resultFields(message: Message): readonly HeaderField[] {
  return message.fields.filter(({ name }) => name === 'authentication-results');
}

/** Inbound fields that claim to be ours: at the border nobody but us writes under our authserv-id (RFC 8601 5). */
export function forgedResults(message: Message, ours: string): readonly Span[] {
  const id = ours.toLowerCase();
  return resultFields(message)
    .filter((field) => authservId(fieldText(message, field)) === id)
    .map(({ span }) => span);
}

function propertyOf(result: string, name: string): string {
  for (const word of result.split(' ')) if (word.startsWith(`${name}=`)) return word.slice(name.length + 1);
  return '';
}

/**
 * What the topmost field of a trusted server says of DMARC; undefined where none of them wrote one. Inner deployments only: the server in
 * front has taken out what strangers wrote under its name.
 */
export function trustedResults(message: Message, trusted: readonly string[]): TrustedResults | undefined {
  const ids = new Set(trusted.map((id) => id.toLowerCase()));
  const field = resultFields(message).find((each) => ids.has(authservId(fieldText(message, each))));
  if (field === undefined) return undefined;
  const results = withoutComments(fieldText(message, field))
    .toLowerCase()
    .split(';')
    .map((each) => each.trim());
  const dmarc = results.find((each) => each.startsWith('dmarc='));
  const verdict = dmarc === undefined ? 'none' : propertyOf(dmarc, 'dmarc');
  const domain = dmarc === undefined ? '' : propertyOf(dmarc, 'header.from').replaceAll('"', '');
  return { dmarc: verdict, authenticatedDomains: verdict === 'pass' && domain !== '' ? [domain] : [] };
}

/** Our field as it stands on top of the message, CRLF line ends. */
export function resultsField(authResults: string): Buffer {
  return Buffer.from(`Authentication-Results: ${authResults}\r\n`, 'latin1');
}
