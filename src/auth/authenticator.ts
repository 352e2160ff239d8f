import { Worker } from 'node:worker_threads';
import { cachingEnvironment } from '../compile-cache.ts';
import { readMessage } from '../message/index.ts';
import type { Message } from '../message/types.ts';
import type { Span } from '../span.ts';
import type { AuthAnswer, AuthJob, AuthStart } from './auth-worker.ts';
import { forgedResults, resultsField, trustedResults } from './authentication-results.ts';
import type { TrustedResults } from './authentication-results.ts';
import { joinInTurns } from './join-in-turns.ts';
import { authenticatedDomains, noResult } from './no-result.ts';
import { defaultAuthCaps } from './types.ts';
import type { ArcOptions, AuthFacts, AuthResult } from './types.ts';

export interface AuthOptions {
  /** Check ourselves; else what `trust` wrote counts. */
  readonly verify: boolean;
  /** authserv-ids of servers in front of us whose results are believed. */
  readonly trust: readonly string[];
  /** Our authserv-id. */
  readonly id: string;
  readonly dnsServer: string;
  readonly arc: ArcOptions | undefined;
}

/** What is known of a message before it is edited. */
export interface Authenticated {
  /** Domains whose mail this is beyond doubt. */
  readonly domains: readonly string[];
  readonly dmarc: string;
  readonly dmarcPolicy: AuthResult['dmarcPolicy'];
  /** Our Authentication-Results field; empty where we do not check. */
  readonly field: Buffer;
  /** Fields that claim to be ours. */
  readonly forged: readonly Span[];
  readonly result: AuthResult | undefined;
}

const headerOnly = { maxParts: 1, maxDepth: 1, nested: 'keep' } as const;
/** Behind the verifier's own deadline: a thread that does not answer by then is ended. */
const graceMs = 5_000;

/** The header block with its empty line: all that is looked at here, so that a body costs this thread nothing. */
function headerOf(octets: Buffer): Buffer {
  const end = octets.indexOf('\r\n\r\n');
  return end < 0 ? octets : octets.subarray(0, end + 4);
}

/**
 * What a trusted server found, as our seal copies it. Of a chain that came in, its word counts; where it says nothing of one that is there,
 * nothing is sealed.
 */
function copiedResult(message: Message, { value, arc, dmarc }: TrustedResults): AuthResult {
  const hasChain = message.fields.some(({ name }) => name === 'arc-seal');
  const chain = arc === 'pass' || arc === 'fail' ? arc : 'none';
  return {
    ...noResult('', 'permerror', []),
    dmarc: dmarc === 'pass' || dmarc === 'fail' ? dmarc : 'none',
    arc: hasChain ? chain : 'none',
    arcOpen: !hasChain || chain !== 'none',
    authResults: value,
  };
}

interface Waiting {
  readonly settle: (answer: AuthAnswer | undefined) => void;
  readonly timer: NodeJS.Timeout;
}

/** Checks and seals messages in a thread of its own, which is replaced when it dies. */
export class Authenticator {
  readonly #options: AuthOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #jobs = 0;
  #isRetired = false;

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  /** What may be believed of the message as received. Never rejects: without an answer nothing is authenticated. */
  async authenticate(octets: Buffer, facts: AuthFacts): Promise<Authenticated> {
    const message = readMessage(headerOf(octets), headerOnly);
    if (!this.#options.verify) {
      const trusted = trustedResults(message, this.#options.trust);
      const domains = trusted?.authenticatedDomains ?? [];
      const dmarc = trusted?.dmarc ?? 'none';
      const result = trusted === undefined ? undefined : copiedResult(message, trusted);
      return { domains, dmarc, dmarcPolicy: 'none', field: Buffer.alloc(0), forged: [], result };
    }
    const forged = forgedResults(message, this.#options.id);
    const copy = await joinInTurns([octets]);
    const answer = await this.#ask({ kind: 'verify', job: this.#next(), octets: copy, facts });
    const { id } = this.#options;
    const result = answer?.kind === 'verified' ? answer.result : noResult(id, 'temperror', []);
    return {
      domains: authenticatedDomains(result),
      dmarc: result.dmarc,
      dmarcPolicy: result.dmarcPolicy,
      field: resultsField(result.authResults),
      forged,
      result,
    };
  }

  /** The ARC set that is to stand on top of the final message, where one is due; only then is the message asked for. */
  async seal(
    final: () => Promise<Buffer>,
    known: Authenticated,
    wasEdited: boolean,
  ): Promise<Buffer | undefined> {
    const { arc } = this.#options;
    if (arc === undefined || known.result === undefined || (arc.messages === 'edited' && !wasEdited)) {
      return undefined;
    }
    const octets = await final();
    const copy = await joinInTurns([octets]);
    const answer = await this.#ask({ kind: 'seal', job: this.#next(), octets: copy, result: known.result });
    const set = answer?.kind === 'sealed' ? answer.set : undefined;
    return set === undefined ? undefined : Buffer.from(set.buffer, set.byteOffset, set.byteLength);
  }

  /** The thread ends as soon as nothing waits for it; a message that still comes is served all the same. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    await this.#endIdle();
  }

  #next(): number {
    this.#jobs += 1;
    return this.#jobs;
  }

  #ask(job: AuthJob): Promise<AuthAnswer | undefined> {
    const worker = this.#worker ?? this.#start();
    return new Promise((settle) => {
      const timer = setTimeout(() => this.#lost(worker), defaultAuthCaps.deadlineMs + graceMs);
      this.#waiting.set(job.job, { settle, timer });
      worker.postMessage(job, [job.octets.buffer as ArrayBuffer]);
    });
  }

  #start(): Worker {
    const { id, dnsServer, arc } = this.#options;
    const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';
    const start: AuthStart = { id, caps: defaultAuthCaps, server: dnsServer, arc };
    // stdout: true keeps what the verifier prints out of ours.
    const worker = new Worker(new URL(`./auth-worker.${extension}`, import.meta.url), {
      workerData: start,
      env: cachingEnvironment(),
      stdout: true,
    });
    worker.on('message', (answer: AuthAnswer) => this.#settle(answer.job, answer));
    worker.on('error', () => this.#lost(worker));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #settle(job: number, answer: AuthAnswer | undefined): void {
    const waiting = this.#waiting.get(job);
    this.#waiting.delete(job);
    clearTimeout(waiting?.timer);
    waiting?.settle(answer);
    if (this.#isRetired) void this.#endIdle();
  }

  async #endIdle(): Promise<void> {
    if (this.#waiting.size > 0) return;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  /** The thread died or hangs: its jobs end without an answer, the next one starts a new thread. */
  #lost(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const job of this.#waiting.keys()) this.#settle(job, undefined);
    void worker.terminate();
  }
}
