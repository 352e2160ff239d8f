import { fieldText } from '../message/index.ts';
import type { HeaderField, Message } from '../message/types.ts';
import type { Span } from '../span.ts';
import { resultsValue } from './results-value.ts';

/** What Authentication-Results fields of a server that we trust say (RFC 8601). */
export interface TrustedResults {
  readonly dmarc: string;
  /** What it says of an ARC chain; '' where it says nothing. */
  readonly arc: string;
  /** Author domains for which it says dmarc=pass, lower case. */
  readonly authenticatedDomains: readonly string[];
  /** Its authserv-id and statements as one field value, to be copied into our seal. */
  readonly value: string;
}

interface Statement {
  readonly raw: string;
  /** Without comments, lower case. */
  readonly bare: string;
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

/** What stands between the semicolons that are neither in a comment nor in a quoted string: text of a sender can be in both. */
function statementsOf(value: string): readonly Statement[] {
  const found: Statement[] = [];
  let bare = '';
  let start = 0;
  let isQuoted = false;
  const end = (at: number): void => {
    found.push({ raw: value.slice(start, at).trim(), bare: bare.trim().toLowerCase() });
    bare = '';
    start = at + 1;
  };
  for (let at = 0; at < value.length; at += 1) {
    const next = isQuoted ? at : skipCfws(value, at);
    if (next > at) {
      bare += ' ';
      at = next;
      if (at >= value.length) break;
    }
    const character = value.charAt(at);
    if (isQuoted && character === '\\') {
      bare += value.slice(at, at + 2);
      at += 1;
    } else if (character === ';' && !isQuoted) end(at);
    else {
      if (character === '"') isQuoted = !isQuoted;
      bare += character;
    }
  }
  end(value.length);
  return found;
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
 * What a trusted server says: the one that wrote the topmost field of a trusted name, in all its fields (DKIM and DMARC filters of one MTA
 * write one each). undefined where none wrote any. Inner deployments only: the server in front has taken out what strangers wrote under
 * its name.
 */
export function trustedResults(message: Message, trusted: readonly string[]): TrustedResults | undefined {
  const ids = new Set(trusted.map((id) => id.toLowerCase()));
  const values = resultFields(message).map((field) => fieldText(message, field));
  const id = values.map(authservId).find((each) => ids.has(each));
  if (id === undefined) return undefined;
  const statements = values
    .filter((value) => authservId(value) === id)
    .flatMap((value) => statementsOf(value).slice(1))
    .filter(({ bare }) => bare !== '' && bare !== 'none');
  const said = (method: string): string =>
    statements.find(({ bare }) => bare.startsWith(`${method}=`))?.bare ?? '';
  const dmarc = propertyOf(said('dmarc'), 'dmarc') || 'none';
  const domain = propertyOf(said('dmarc'), 'header.from').replaceAll('"', '');
  return {
    dmarc,
    arc: propertyOf(said('arc'), 'arc'),
    authenticatedDomains: dmarc === 'pass' && domain !== '' ? [domain] : [],
    value: resultsValue(
      id,
      statements.map(({ raw }) => raw),
    ),
  };
}

/** Our field as it stands on top of the message, CRLF line ends. */
export function resultsField(authResults: string): Buffer {
  return Buffer.from(`Authentication-Results: ${authResults}\r\n`, 'latin1');
}
