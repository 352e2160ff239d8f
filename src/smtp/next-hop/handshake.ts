import type { NextHopOptions } from '../options.ts';
import { authenticate } from './auth.ts';
import { withoutIpv6, xclientCommand } from './client-facts.ts';
import { connect, startTls } from './connect.ts';
import { NO_EXTENSIONS, readExtensions } from './extensions.ts';
import { isPositive, ours, replyText } from './reply.ts';
import type { Candidate } from './resolve.ts';
import type { ClientFacts, Extensions, Reply } from './types.ts';
import { Wire } from './wire.ts';

/** A connection on which MAIL can be said. */
export interface Connection {
  readonly wire: Wire;
  readonly extensions: Extensions;
  readonly secure: boolean;
  /** False once XCLIENT bound it to one client. */
  readonly reusable: boolean;
}

export type Opened =
  | { readonly kind: 'open'; readonly connection: Connection }
  /** `clear`: opportunistic TLS broke the connection; another one without TLS may work. */
  | { readonly kind: 'failed'; readonly reply: Reply; readonly clear?: boolean };

type Step<T> = { readonly ok: T } | { readonly failed: Reply };

/**
 * Connects to one address and goes through greeting, EHLO or LHLO, STARTTLS, XCLIENT and AUTH as configured. Never rejects;
 * whatever goes wrong is a 4xx of ours, and the connection is closed.
 */
export async function openConnection(
  to: Candidate,
  options: NextHopOptions,
  client: ClientFacts,
  signal?: AbortSignal,
): Promise<Opened> {
  const connected = await connect(to, options.connectTimeoutMs, signal);
  if ('reply' in connected) return { kind: 'failed', reply: connected.reply };
  let wire = new Wire(connected.socket);
  const onAbort = (): void => void wire.fail('aborted', 'Given up');
  const swap = (next: Wire): void => {
    wire = next;
  };
  signal?.addEventListener('abort', onAbort);
  try {
    const result = await introduce(wire, to, options, client, swap, signal);
    if (result.kind === 'failed') quit(wire);
    return result;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function introduce(
  first: Wire,
  to: Candidate,
  options: NextHopOptions,
  client: ClientFacts,
  swap: (wire: Wire) => void,
  signal: AbortSignal | undefined,
): Promise<Opened> {
  const timeoutMs = options.commandTimeoutMs;
  let wire = first;
  const greeted = await hello(wire, options, options.heloName, true);
  if ('failed' in greeted) return { kind: 'failed', reply: greeted.failed };
  let extensions = greeted.ok;
  let secure = false;

  if (wantsTls(to, options, extensions)) {
    const upgraded = await upgrade(wire, to, options, extensions, signal);
    if ('failed' in upgraded) {
      // Only opportunistic TLS may go on in clear (RFC 7435); require and verify never do.
      const clear = options.tls === 'opportunistic' && upgraded.failed.cause === 'tls';
      return { kind: 'failed', reply: upgraded.failed, clear };
    }
    if (upgraded.ok !== wire) {
      wire = upgraded.ok;
      swap(wire);
      secure = true;
      // What was offered in clear may come from someone in the middle (RFC 3207 4.2).
      const again = await hello(wire, options, options.heloName, false);
      if ('failed' in again) return { kind: 'failed', reply: again.failed };
      extensions = again.ok;
    }
  }

  const told = await tellClient(wire, options, client, extensions);
  if ('failed' in told) return { kind: 'failed', reply: told.failed };
  if (options.auth !== undefined) {
    const secret = secure || isLocal(to);
    const offered = told.ok.extensions.keywords.get('AUTH');
    const refused = await authenticate(wire, offered, options.auth, secret, timeoutMs);
    if (refused !== undefined) return { kind: 'failed', reply: refused };
  }
  const { reusable } = told.ok;
  // RFC 8689 4.2.1: only a server whose certificate was verified may be given a message that requires TLS.
  const carried =
    secure && options.tls === 'verify' ? told.ok.extensions : without(told.ok.extensions, 'REQUIRETLS');
  return { kind: 'open', connection: { wire, secure, reusable, extensions: carried } };
}

function without({ keywords }: Extensions, keyword: string): Extensions {
  return { keywords: new Map([...keywords].filter(([name]) => name !== keyword)) };
}

/** Greeting (where one comes), then EHLO with HELO as the fallback (RFC 5321 3.2), or LHLO. */
async function hello(
  wire: Wire,
  { protocol, commandTimeoutMs }: NextHopOptions,
  name: string,
  greeting: boolean,
): Promise<Step<Extensions>> {
  if (greeting) {
    const reply = await wire.reply(commandTimeoutMs);
    // 554 here is about this relay, and 4xx passes: neither is a verdict on the message.
    if (reply.code !== 220) return { failed: notServed(reply) };
  }
  const reply = await wire.command(`${protocol === 'lmtp' ? 'LHLO' : 'EHLO'} ${name}`, commandTimeoutMs);
  if (isPositive(reply)) return { ok: readExtensions(reply) };
  if (protocol === 'lmtp' || reply.code < 500) return { failed: notServed(reply) };
  const old = await wire.command(`HELO ${name}`, commandTimeoutMs);
  return isPositive(old) ? { ok: NO_EXTENSIONS } : { failed: notServed(old) };
}

function notServed(reply: Reply): Reply {
  if (reply.cause !== undefined) return reply;
  return ours('refused', `The next hop does not serve this relay: ${replyText(reply)}`);
}

function wantsTls(to: Candidate, { tls }: NextHopOptions, { keywords }: Extensions): boolean {
  if (tls === 'require' || tls === 'verify') return true;
  return tls === 'opportunistic' && to.kind === 'tcp' && keywords.has('STARTTLS');
}

/** STARTTLS (RFC 3207). The same wire back: refused, and opportunistic lets us go on in clear. */
async function upgrade(
  wire: Wire,
  to: Candidate,
  options: NextHopOptions,
  { keywords }: Extensions,
  signal: AbortSignal | undefined,
): Promise<Step<Wire>> {
  if (!keywords.has('STARTTLS')) return { failed: ours('tls', 'The next hop offers no TLS') };
  const reply = await wire.command('STARTTLS', options.commandTimeoutMs);
  if (reply.cause !== undefined) return { failed: reply };
  if (reply.code !== 220) {
    if (options.tls === 'opportunistic') return { ok: wire };
    return { failed: ours('tls', `The next hop refuses TLS: ${replyText(reply)}`) };
  }
  // Replies sent in clear behind the 220 would be read as if they had come through TLS.
  if (!wire.quiet)
    return { failed: wire.fail('protocol', 'The next hop sent more than its reply to STARTTLS') };
  const secured = await startTls(wire.detach(), to, options, options.connectTimeoutMs, signal);
  return 'reply' in secured ? { failed: secured.reply } : { ok: new Wire(secured.socket) };
}

/** XCLIENT and the new EHLO behind it, under the client's own HELO name so that the next hop's checks of it hold. */
async function tellClient(
  wire: Wire,
  options: NextHopOptions,
  client: ClientFacts,
  extensions: Extensions,
): Promise<Step<{ readonly extensions: Extensions; readonly reusable: boolean }>> {
  const offered = options.xclient === 'off' ? undefined : extensions.keywords.get('XCLIENT');
  const command = offered === undefined ? undefined : xclientCommand(client, offered);
  if (command === undefined) {
    if (options.xclient !== 'required') return { ok: { extensions, reusable: true } };
    return { failed: ours('config', 'The next hop does not offer XCLIENT') };
  }
  let reply = await wire.command(command, options.commandTimeoutMs);
  const other = reply.code >= 500 ? withoutIpv6(command) : undefined;
  if (other !== undefined) reply = await wire.command(other, options.commandTimeoutMs);
  // Going on would be in our own name, for which the next hop may relay (its mynetworks). It offered; so it must take it.
  if (reply.code !== 220) return { failed: notServed(reply) };
  const again = await hello(wire, options, heloName(client, options), false);
  return 'failed' in again ? again : { ok: { extensions: again.ok, reusable: false } };
}

function heloName(client: ClientFacts, options: NextHopOptions): string {
  const name = client.helo;
  return name !== undefined && /^[\x21-\x7e]{1,255}$/.test(name) ? name : options.heloName;
}

function isLocal(to: Candidate): boolean {
  return to.kind === 'unix' || to.address.startsWith('127.') || to.address === '::1';
}

const QUIT_TIMEOUT_MS = 5000;

/** QUIT and its reply, then closed; nothing waits for it. Only between commands: inside DATA it would become text. */
export function quit(wire: Wire): void {
  if (wire.quiet) {
    void wire.command('QUIT', QUIT_TIMEOUT_MS).then(() => wire.fail('closed', 'The connection is done with'));
  } else {
    wire.fail('closed', 'The connection is done with');
  }
}
