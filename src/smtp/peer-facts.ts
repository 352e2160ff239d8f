import { isIP } from 'node:net';
import { hasControl } from './command.ts';

export const XCLIENT_ATTRIBUTES = ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO', 'LOGIN', 'DESTADDR', 'DESTPORT'];
export const XFORWARD_ATTRIBUTES = ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO', 'IDENT', 'SOURCE'];

/** Facts about a client that a trusted peer tells. A key whose value is undefined: told to be unknown. */
export interface ToldFacts {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  readonly protocol?: 'SMTP' | 'ESMTP' | 'LMTP' | undefined;
  readonly helo?: string | undefined;
  readonly login?: string | undefined;
  readonly ident?: string | undefined;
  readonly source?: 'LOCAL' | 'REMOTE' | undefined;
  readonly destAddress?: string | undefined;
  readonly destPort?: number | undefined;
}

const MAX_VALUE_CHARS = 255;

/**
 * Reads the attributes of XCLIENT or XFORWARD (Postfix XCLIENT_README, XFORWARD_README). undefined where one is not known, or its value
 * is not what the attribute holds.
 */
export function readAttributes(argument: string, known: readonly string[]): ToldFacts | undefined {
  const words = argument.split(' ').filter((word) => word !== '');
  if (words.length === 0) return undefined;
  const facts: { -readonly [Key in keyof ToldFacts]: ToldFacts[Key] } = {};
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = word.slice(0, equals).toUpperCase();
    const value = decodeXtext(word.slice(equals + 1));
    if (equals === -1 || !known.includes(name) || value === undefined) return undefined;
    const isUnknown = /^\[(UNAVAILABLE|TEMPUNAVAIL)\]$/i.test(value) || value === '';
    const text = isUnknown ? undefined : value;
    switch (name) {
      case 'NAME':
        facts.name = text;
        break;
      case 'HELO':
        facts.helo = text;
        break;
      case 'LOGIN':
        facts.login = text;
        break;
      case 'IDENT':
        facts.ident = text;
        break;
      case 'ADDR':
      case 'DESTADDR': {
        const address = text?.replace(/^IPV6:/i, '');
        if (address !== undefined && isIP(address) === 0) return undefined;
        if (name === 'ADDR') facts.address = address;
        else facts.destAddress = address;
        break;
      }
      case 'PORT':
      case 'DESTPORT': {
        const port = text === undefined ? undefined : Number(text);
        if (text !== undefined && (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)) return undefined;
        if (name === 'PORT') facts.port = port;
        else facts.destPort = port;
        break;
      }
      case 'PROTO': {
        const protocol = text?.toUpperCase();
        if (protocol === 'SMTP' || protocol === 'ESMTP' || protocol === 'LMTP') facts.protocol = protocol;
        else if (protocol === undefined) facts.protocol = undefined;
        else return undefined;
        break;
      }
      default: {
        const source = text?.toUpperCase();
        if (source === undefined || source === 'LOCAL' || source === 'REMOTE') facts.source = source;
        else return undefined;
      }
    }
  }
  return facts;
}

/** RFC 3461 4; control characters would travel on into the next hop's commands and our Received line. */
function decodeXtext(text: string): string | undefined {
  const octets = text.replace(/\+([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const value = Buffer.from(octets, 'latin1').toString('utf8');
  return value.length > MAX_VALUE_CHARS || hasControl(value) ? undefined : value;
}
