import type { Envelope } from './filter.ts';
import type { ClientFacts, NextHopOpened, NextHopSession, Reply } from './next-hop/types.ts';
import type { Path } from './path.ts';
import { endsConnection, isPositive, REPLIES } from './reply.ts';
import type { ServerOptions } from './server-context.ts';

/** What goes to the next hop in one transaction of its own: the recipients that share a treatment. */
export interface Copy {
  readonly hop: NextHopSession;
  readonly policies: Set<string>;
  readonly recipients: string[];
  /** The next hop's connection is over; this is what it said or why. */
  lost: Reply | undefined;
}

export interface Accepted {
  readonly copy: Copy;
  /** Its place among the copy's recipients. */
  readonly index: number;
}

export type Opened =
  | { readonly kind: 'open'; readonly transaction: Transaction; readonly reply: Reply }
  | { readonly kind: 'refused'; readonly reply: Reply };

export interface TransactionParts {
  readonly id: string;
  readonly options: ServerOptions;
  readonly lmtp: boolean;
  readonly client: ClientFacts;
  readonly envelope: Envelope;
  readonly sender: Path;
  /** Octets for `MAIL FROM:`. */
  readonly mailArgument: string;
  readonly utf8: boolean;
  /** A next hop's connection ended while the client was slow, so that no reply tells of it. */
  readonly onLost: (reply: Reply) => void;
}

/** One mail transaction of a client, with its transactions at the next hop. */
export class Transaction {
  readonly parts: TransactionParts;
  readonly copies: Copy[] = [];
  /** Accepted recipients in the order of RCPT. */
  readonly accepted: Accepted[] = [];
  refused = 0;
  readonly startedAt = performance.now();
  readonly #keepAlive: NodeJS.Timeout;

  private constructor(parts: TransactionParts) {
    this.parts = parts;
    const everyMs = parts.options.tuning?.keepAliveMs ?? 60_000;
    this.#keepAlive = setInterval(() => void this.#noop(), everyMs);
  }

  /** Hands MAIL to a next hop that is open. */
  static async begin(parts: TransactionParts, hop: NextHopSession): Promise<Opened> {
    const reply = await withinDeadline(parts.options.limits.deadlineMs, hop, hop.mail(parts.mailArgument));
    if (!isPositive(reply)) {
      letGo(hop);
      return { kind: 'refused', reply };
    }
    const transaction = new Transaction(parts);
    transaction.copies.push({ hop, policies: new Set(), recipients: [], lost: undefined });
    return { kind: 'open', transaction, reply };
  }

  /** Hands a recipient to the next hop; `argument` as it came. */
  async rcpt(argument: string, path: Path): Promise<Reply> {
    const { options, envelope, lmtp } = this.parts;
    const policy = options.filter.policyFor(path.address, envelope);
    const copy = await this.#copyFor(policy);
    if ('code' in copy) return this.#refuse(copy);
    if (copy.lost !== undefined) return this.#refuse(REPLIES.nextHopLost);
    // One reply to DATA cannot say that some of LMTP's recipients have the message and others not: neither loss nor doubles.
    if (!lmtp && options.listener.nextHop.protocol === 'lmtp' && copy.recipients.length > 0) {
      return this.#refuse(REPLIES.oneByOne);
    }
    const reply = await withinDeadline(options.limits.deadlineMs, copy.hop, copy.hop.rcpt(argument));
    if (endsConnection(reply)) copy.lost = reply;
    if (!isPositive(reply)) return this.#refuse(reply);
    copy.policies.add(policy);
    this.accepted.push({ copy, index: copy.recipients.length });
    copy.recipients.push(path.address);
    return reply;
  }

  /** The client's message is in; the next hop's connections need no more keeping. */
  stopKeepAlive(): void {
    clearInterval(this.#keepAlive);
  }

  /** Gives the next hop's connections back; where a transaction still runs on one it is reset. */
  async end(): Promise<void> {
    this.stopKeepAlive();
    for (const { hop } of this.copies) letGo(hop);
  }

  /** Closes the next hop's connections at once, without a final dot. */
  abort(): void {
    this.stopKeepAlive();
    for (const { hop } of this.copies) hop.abort();
  }

  #refuse(reply: Reply): Reply {
    this.refused++;
    return reply;
  }

  async #copyFor(policy: string): Promise<Copy | Reply> {
    const { options, lmtp, client, mailArgument } = this.parts;
    const fitting = this.copies.find((copy) => copy.recipients.length === 0 || copy.policies.has(policy));
    const first = this.copies[0];
    if (fitting !== undefined) return fitting;
    if (!lmtp) return options.listener.mixedPolicies === 'split' ? REPLIES.otherPolicy : (first ?? NOTHING);
    const opened = await openNextHop(options, client, options.limits.deadlineMs);
    if (opened.kind === 'unavailable') return opened.reply;
    const { session: hop } = opened;
    const reply = await withinDeadline(options.limits.deadlineMs, hop, hop.mail(mailArgument));
    if (!isPositive(reply)) {
      letGo(hop);
      return reply;
    }
    const copy: Copy = { hop, policies: new Set(), recipients: [], lost: undefined };
    this.copies.push(copy);
    return copy;
  }

  async #noop(): Promise<void> {
    for (const copy of this.copies) {
      if (copy.lost !== undefined) continue;
      const reply = await copy.hop.noop();
      // A recipient's reply may have told of it in the meantime.
      if (!endsConnection(reply) || copy.lost !== undefined) continue;
      copy.lost = reply;
      this.parts.onLost(reply);
    }
  }
}

const NOTHING = REPLIES.nextHopLost;

/** Opens the next hop, or says after this time that it is not there. */
export async function openNextHop(
  { nextHop }: ServerOptions,
  client: ClientFacts,
  withinMs: number,
): Promise<NextHopOpened> {
  // Not AbortSignal.timeout: its timer would outlive each of thousands of openings a second by a minute.
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), withinMs);
  try {
    const opened = await nextHop.open(client, { signal: stop.signal });
    const late = opened.kind === 'unavailable' && opened.reply.cause === 'aborted';
    return late ? { kind: 'unavailable', reply: REPLIES.nextHopLate } : opened;
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for a next hop's reply no longer than this, then closes its connection: the reply is then `nextHopLate`. */
async function withinDeadline(
  deadlineMs: number,
  hop: NextHopSession,
  asked: Promise<Reply>,
): Promise<Reply> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    hop.abort();
  }, deadlineMs);
  try {
    const reply = await asked;
    return late && reply.cause === 'aborted' ? REPLIES.nextHopLate : reply;
  } finally {
    clearTimeout(timer);
  }
}

function letGo(hop: NextHopSession): void {
  void hop.reset().then(() => hop.release());
}
