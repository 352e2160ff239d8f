import {
  createNextHop,
  type NextHop,
  type NextHopHooks,
  type NextHopSession,
  type Reply,
} from '../../../src/smtp/next-hop/index.ts';
import type { ClientFacts } from '../../../src/smtp/next-hop/index.ts';
import type { NextHopOptions } from '../../../src/smtp/options.ts';
import {
  startScriptedNextHop,
  type ScriptedNextHop,
  type ScriptOptions,
} from '../support/scripted-next-hop.ts';

export const OPTIONS: NextHopOptions = {
  protocol: 'smtp',
  endpoints: [],
  tls: 'off',
  xforward: 'off',
  xclient: 'off',
  heloName: 'relay.example',
  connectTimeoutMs: 5000,
  commandTimeoutMs: 5000,
  finalReplyTimeoutMs: 8000,
  poolSize: 0,
};

export const NOBODY: ClientFacts = {
  address: undefined,
  port: undefined,
  name: undefined,
  helo: undefined,
  protocol: undefined,
  ident: undefined,
  source: undefined,
  login: undefined,
  destAddress: undefined,
  destPort: undefined,
};

export interface Rig {
  readonly hop: ScriptedNextHop;
  readonly nextHop: NextHop;
}

/** A scripted next hop and a client of it; both end after `use`. */
export async function withHop<T>(
  script: ScriptOptions,
  options: Partial<NextHopOptions>,
  use: (rig: Rig) => Promise<T>,
  hooks?: NextHopHooks,
): Promise<T> {
  const hop = await startScriptedNextHop(script);
  const nextHop = createNextHop(
    {
      ...OPTIONS,
      ...(script.protocol ? { protocol: script.protocol } : {}),
      endpoints: [hop.endpoint],
      ...options,
    },
    hooks,
  );
  try {
    return await use({ hop, nextHop });
  } finally {
    nextHop.close();
    await hop.close();
  }
}

/** Opens or throws. */
export async function opened(nextHop: NextHop, client: Partial<ClientFacts> = {}): Promise<NextHopSession> {
  const result = await nextHop.open({ ...NOBODY, ...client });
  if (result.kind === 'open') return result.session;
  throw new Error(`not open: ${JSON.stringify(result.reply)}`);
}

export async function unavailable(nextHop: NextHop, client: Partial<ClientFacts> = {}): Promise<Reply> {
  const result = await nextHop.open({ ...NOBODY, ...client });
  if (result.kind === 'unavailable') return result.reply;
  throw new Error('open');
}

export const crlf = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');

export const MESSAGE = crlf('Subject: a letter\n\nhello\n');

/** MAIL, one RCPT, DATA with `octets`; every reply in order. */
export async function send(session: NextHopSession, octets: Buffer = MESSAGE): Promise<readonly Reply[]> {
  const mail = await session.mail('<a@sender.example>');
  const rcpt = await session.rcpt('<b@uni.example>');
  return [mail, rcpt, ...(await session.data(octets))];
}

export const text = (reply: Reply | undefined): string => `${reply?.code} ${reply?.lines.join('|')}`;
