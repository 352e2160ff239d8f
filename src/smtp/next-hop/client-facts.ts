import { isIPv6 } from 'node:net';
import type { ClientFacts } from './types.ts';
import { encodeXtext } from './xtext.ts';

export const XFORWARD_NAMES = ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO', 'IDENT', 'SOURCE'] as const;
export const XCLIENT_NAMES = [
  'ADDR',
  'PORT',
  'NAME',
  'PROTO',
  'HELO',
  'LOGIN',
  'DESTADDR',
  'DESTPORT',
] as const;
type Attribute = (typeof XFORWARD_NAMES)[number] | (typeof XCLIENT_NAMES)[number];

const UNAVAILABLE = '[UNAVAILABLE]';
/** A command line with its CRLF, and one value; Postfix XFORWARD_README and XCLIENT_README. */
const MAX_COMMAND_BYTES = 512;
const MAX_VALUE_CHARS = 255;

function addressText(address: string | undefined): string | undefined {
  return address !== undefined && isIPv6(address) ? `IPV6:${address}` : address;
}

function valueOf(client: ClientFacts, name: Attribute): string {
  const values: Readonly<Record<Attribute, string | undefined>> = {
    NAME: client.name,
    ADDR: addressText(client.address),
    PORT: client.port?.toString(),
    PROTO: client.protocol,
    HELO: client.helo,
    IDENT: client.ident,
    SOURCE: client.source,
    LOGIN: client.login,
    DESTADDR: addressText(client.destAddress),
    DESTPORT: client.destPort?.toString(),
  };
  const value = values[name] ?? '';
  // A cut value would be a wrong one, and an absent one would leave the value of the message before.
  return value === '' || value.length > MAX_VALUE_CHARS ? UNAVAILABLE : encodeXtext(value);
}

function offered<T extends string>(names: readonly T[], argument: string): readonly T[] {
  const there = new Set(argument.toUpperCase().split(/\s/));
  return names.filter((name) => there.has(name));
}

/**
 * The XFORWARD commands for this client: every attribute the next hop offers (`argument` of its EHLO line), unknown ones as
 * `[UNAVAILABLE]` so that nothing is left from the transaction before; as many commands as 512 octets each need.
 */
export function xforwardCommands(client: ClientFacts, argument: string): readonly string[] {
  const commands: string[] = [];
  let line = '';
  for (const name of offered(XFORWARD_NAMES, argument)) {
    const part = ` ${name}=${valueOf(client, name)}`;
    if (line !== '' && line.length + part.length + 2 > MAX_COMMAND_BYTES) {
      commands.push(line);
      line = '';
    }
    line = `${line === '' ? 'XFORWARD' : line}${part}`;
  }
  return line === '' ? commands : [...commands, line];
}

/**
 * The one XCLIENT command for this client (each would restart the session, and after the first Postfix offers no more).
 * What does not fit into 512 octets is `[UNAVAILABLE]`, the address last of all.
 */
export function xclientCommand(client: ClientFacts, argument: string): string | undefined {
  const names = offered(XCLIENT_NAMES, argument);
  if (names.length === 0) return undefined;
  const parts = new Map(names.map((name) => [name, `${name}=${UNAVAILABLE}`]));
  const command = (): string => `XCLIENT ${[...parts.values()].join(' ')}`;
  for (const name of names) {
    parts.set(name, `${name}=${valueOf(client, name)}`);
    if (command().length + 2 > MAX_COMMAND_BYTES) parts.set(name, `${name}=${UNAVAILABLE}`);
  }
  return command();
}

/**
 * The same command for a next hop that refused it because it does not do IPv6 (Postfix with `inet_protocols = ipv4`: 501 Bad
 * ADDR syntax); undefined where there is no such address in it.
 */
export function withoutIpv6(command: string): string | undefined {
  const other = command
    .replace(/ ADDR=IPV6:\S+/, ` ADDR=${UNAVAILABLE}`)
    .replace(/ DESTADDR=IPV6:\S+/, ` DESTADDR=${UNAVAILABLE}`);
  return other === command ? undefined : other;
}
