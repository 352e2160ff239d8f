import { Resolver } from 'node:dns/promises';
import { isNativeError } from 'node:util/types';

/** One DNS question; rejects with a `code` as node:dns does (`ENOTFOUND`, `ENODATA` are answers, the rest is trouble). */
export type Lookup = (name: string, type: string) => Promise<unknown>;

interface Cached {
  readonly until: number;
  readonly answer: Promise<unknown>;
}

const answeredCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);
const maxEntries = 10_000;
const keepMs = 300_000;

function codeOf(error: unknown): string {
  return isNativeError(error) && 'code' in error ? String(error.code) : '';
}

function trouble(code: string): Error {
  return Object.assign(new Error(`DNS: ${code}`), { code });
}

/** Questions to the system's resolvers, or to `server` (`127.0.0.1:5353`). */
export function systemLookup(server: string, timeoutMs: number): Lookup {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (server !== '') resolver.setServers([server]);
  return (name, type) => resolver.resolve(name, type);
}

/** Keeps answers (and that there is none) for five minutes; trouble is never kept. */
export function cachedLookup(lookup: Lookup, now: () => number): Lookup {
  const cache = new Map<string, Cached>();
  return (name, type) => {
    const key = `${type} ${name.toLowerCase()}`;
    const known = cache.get(key);
    if (known !== undefined && known.until > now()) return known.answer;
    const answer = lookup(name, type);
    cache.set(key, { until: now() + keepMs, answer });
    if (cache.size > maxEntries) {
      const [oldest] = cache.keys();
      if (oldest !== undefined) cache.delete(oldest);
    }
    answer.catch((error: unknown) => {
      if (!answeredCodes.has(codeOf(error))) cache.delete(key);
    });
    return answer;
  };
}

/** The resolver of one message: a budget of questions and a time for each, and whether any of them met trouble. */
export class MessageResolver {
  #left: number;
  #hadTrouble = false;
  readonly #lookup: Lookup;
  readonly #timeoutMs: number;

  constructor(lookup: Lookup, budget: number, timeoutMs: number) {
    this.#lookup = lookup;
    this.#left = budget;
    this.#timeoutMs = timeoutMs;
  }

  get hadTrouble(): boolean {
    return this.#hadTrouble;
  }

  async resolve(name: string, type: string): Promise<string[]> {
    this.#left -= 1;
    if (this.#left < 0) {
      this.#hadTrouble = true;
      throw trouble('EBUDGET');
    }
    try {
      // mailauth knows the answers' shapes by type, as node:dns gives them.
      return (await this.#inTime(this.#lookup(name, type))) as string[];
    } catch (error) {
      if (!answeredCodes.has(codeOf(error))) this.#hadTrouble = true;
      throw error;
    }
  }

  async #inTime(answer: Promise<unknown>): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(trouble('ETIMEOUT')), this.#timeoutMs);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
