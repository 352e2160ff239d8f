import { createHmac } from 'node:crypto';
import { isPositive, ours, replyText } from './reply.ts';
import type { Reply } from './types.ts';
import type { Wire } from './wire.ts';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/**
 * AUTH (RFC 4954) by the first of CRAM-MD5, PLAIN, LOGIN that the next hop offers; in clear only CRAM-MD5, unless `secret`
 * says that nobody can listen (TLS, loopback, UNIX socket). Undefined: done. Else a 4xx of ours: wrong credentials are our
 * trouble, never the sender's.
 */
export async function authenticate(
  wire: Wire,
  offered: string | undefined,
  { user, password }: { readonly user: string; readonly password: string },
  secret: boolean,
  timeoutMs: number,
): Promise<Reply | undefined> {
  const mechanisms = new Set((offered ?? '').toUpperCase().split(/\s/));
  let reply: Reply;
  if (mechanisms.has('CRAM-MD5')) {
    reply = await wire.command('AUTH CRAM-MD5', timeoutMs);
    if (reply.code === 334) {
      const challenge = Buffer.from(reply.lines[0] ?? '', 'base64');
      const digest = createHmac('md5', password).update(challenge).digest('hex');
      reply = await wire.command(base64(`${user} ${digest}`), timeoutMs);
    }
  } else if (!secret) {
    return wire.fail('auth', 'The password is not sent to the next hop in clear');
  } else if (mechanisms.has('PLAIN')) {
    reply = await wire.command(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, timeoutMs);
  } else if (mechanisms.has('LOGIN')) {
    reply = await wire.command('AUTH LOGIN', timeoutMs);
    if (reply.code === 334) reply = await wire.command(base64(user), timeoutMs);
    if (reply.code === 334) reply = await wire.command(base64(password), timeoutMs);
  } else {
    return wire.fail('auth', 'The next hop offers no AUTH that this relay can do');
  }
  if (isPositive(reply)) return undefined;
  return reply.cause === undefined
    ? ours('auth', `The next hop does not accept this relay: ${replyText(reply)}`)
    : reply;
}
