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

/**
 * Counts the memory that messages in flight take, over all sessions of a process. Small messages have a share of their own, so that they
 * pass while large ones queue; a message larger than the whole budget passes alone.
 */
export class MemoryBudget {
  #total: number;
  #used = 0;
  #smallUsed = 0;
  readonly #waiters: Waiter[] = [];

  constructor(totalBytes: number) {
    this.#total = totalBytes;
  }

  get usedBytes(): number {
    return this.#used + this.#smallUsed;
  }

  resize(totalBytes: number): void {
    this.#total = totalBytes;
    this.#serve();
  }

  /** Takes the octets at once, or not at all. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#large) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
    this.#serve();
  }

  /** Waits for room for a message of this size to be worked on; undefined: there was none before `signal` fired. */
  async reserve(bytes: number, small: boolean, signal: AbortSignal): Promise<Room | undefined> {
    if (small && this.#smallUsed + bytes <= this.#total - this.#large) {
      this.#smallUsed += bytes;
      return room(bytes, (given) => {
        this.#smallUsed -= given;
      });
    }
    const granted = this.#fits(bytes) || (await this.#wait(bytes, signal));
    return granted ? room(bytes, (given) => this.give(given)) : undefined;
  }

  get #large(): number {
    return this.#total - Math.floor(this.#total / 8);
  }

  #fits(bytes: number): boolean {
    if (this.#used > 0 && this.#used + bytes > this.#large) return false;
    this.#used += bytes;
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
