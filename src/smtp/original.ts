import { free } from '../free.ts';
import type { MessageStore } from './message-store.ts';

/** A message as it was received, while it is worked on. Its memory may be moved away to another thread; it is then read again. */
export class Original {
  readonly #store: MessageStore;
  readonly #bytes: number;
  #octets: Buffer;

  private constructor(store: MessageStore, octets: Buffer) {
    this.#store = store;
    this.#bytes = octets.length;
    this.#octets = octets;
  }

  /** Rejects when it cannot be read. What is not in a file is kept in memory, and its store emptied. */
  static async load(store: MessageStore): Promise<Original> {
    const octets = await store.whole();
    if (!store.spooled) await store.discard();
    return new Original(store, octets);
  }

  get canReread(): boolean {
    return this.#store.spooled;
  }

  /** Rejects when it cannot be read again. */
  async octets(): Promise<Buffer> {
    if (this.#octets.length < this.#bytes) this.#octets = await this.#store.whole();
    return this.#octets;
  }

  /** Nobody will ask for it again. */
  async drop(): Promise<void> {
    if (this.canReread) free(this.#octets);
    this.#octets = Buffer.alloc(0);
    await this.#store.discard();
  }
}
