/** Room that one message has. */
export interface Room {
  /** Gives back all but this much. */
  shrink(bytes: number): void;
  release(): void;
}

interface Waiter {
  readonly bytes: number;
  readonly grant: (granted: boolean) => void;
}

/** Of the whole: what comes in, and small messages that are worked on. The rest is for large ones. */
const INCOMING_SHARE = 1 / 4;
const SMALL_SHARE = 1 / 8;

/**
 * Counts the memory that messages in flight take, over all sessions of a process, in three parts, so that a crowd in one does not stop the
 * others: what clients are sending, small messages that are worked on, large ones that are. A message larger than its part passes alone.
 */
export class MemoryBudget {
  #total: number;
  #incoming = 0;
  #small = 0;
  #large = 0;
  readonly #waiters: Waiter[] = [];

  constructor(totalBytes: number) {
    this.#total = totalBytes;
  }

  get usedBytes(): number {
    return this.#incoming + this.#small + this.#large;
  }

  resize(totalBytes: number): void {
    this.#total = totalBytes;
    this.#serve();
  }

  /** Takes room for octets that come in, at once or not at all; until `give`. */
  take(bytes: number): boolean {
    if (this.#incoming + bytes > this.#total * INCOMING_SHARE) return false;
    this.#incoming += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#incoming -= bytes;
  }

  /** Waits for room for a message of this size to be worked on; undefined: there was none before `signal` fired. */
  async reserve(bytes: number, small: boolean, signal: AbortSignal): Promise<Room | undefined> {
    if (small && this.#small + bytes <= this.#total * SMALL_SHARE) {
      this.#small += bytes;
      return room(bytes, (given) => {
        this.#small -= given;
      });
    }
    // In the order of coming, or a large one would wait for ever behind lesser ones.
    const granted = (this.#waiters.length === 0 && this.#fits(bytes)) || (await this.#wait(bytes, signal));
    if (!granted) return undefined;
    return room(bytes, (given) => {
      this.#large -= given;
      this.#serve();
    });
  }

  #fits(bytes: number): boolean {
    const limit = this.#total * (1 - INCOMING_SHARE - SMALL_SHARE);
    if (this.#large > 0 && this.#large + bytes > limit) return false;
    this.#large += bytes;
    return true;
  }

  #wait(bytes: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        bytes,
        grant: (granted) => {
          signal.removeEventListener('abort', onAbort);
          resolve(granted);
        },
      };
      const onAbort = (): void => {
        const at = this.#waiters.indexOf(waiter);
        if (at !== -1) this.#waiters.splice(at, 1);
        resolve(false);
        this.#serve();
      };
      if (signal.aborted) {
        resolve(false);
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  #serve(): void {
    for (let next = this.#waiters[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiters[0]) {
      this.#waiters.shift();
      next.grant(true);
    }
  }
}

function room(bytes: number, give: (bytes: number) => void): Room {
  let held = bytes;
  const shrink = (left: number): void => {
    if (left >= held) return;
    const given = held - left;
    held = left;
    give(given);
  };
  return { shrink, release: () => shrink(0) };
}
