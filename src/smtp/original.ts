import { free } from '../free.ts';
import type { OctetEdit } from '../message/types.ts';
import { edited, editedSlices, growthOf } from './edited-slices.ts';
import type { MessageStore } from './message-store.ts';
import type { Octets } from './next-hop/types.ts';
import type { SpoolFile } from './spool-file.ts';

/**
 * A message as it was received, while it is worked on and sent: in memory, or in a file that whoever needs it reads by itself, so that a large one
 * takes no memory while it waits.
 */
export class Original {
  readonly bytes: number;
  #from: Buffer | SpoolFile;

  private constructor(from: Buffer | SpoolFile) {
    this.bytes = Buffer.isBuffer(from) ? from.length : from.bytes;
    this.#from = from;
  }

  static inMemory(octets: Buffer): Original {
    return new Original(octets);
  }

  /** Rejects when it cannot be read. What is not in a file is kept in memory, and its store emptied; else the store is kept until it was sent. */
  static async load(store: MessageStore): Promise<Original> {
    const file = await store.file();
    if (file !== undefined) return new Original(file);
    const octets = store.whole();
    await store.discard();
    return new Original(octets);
  }

  /** Where it is, if not in memory; open until the message was sent or given up. */
  get file(): { readonly descriptor: number; readonly bytes: number } | undefined {
    return Buffer.isBuffer(this.#from) ? undefined : { descriptor: this.#from.descriptor, bytes: this.bytes };
  }

  /** No more than its first octets. Rejects when it cannot be read. */
  async head(bytes: number): Promise<Buffer> {
    if (Buffer.isBuffer(this.#from)) return this.#from.subarray(0, bytes);
    const octets = Buffer.allocUnsafeSlow(Math.min(bytes, this.bytes));
    await this.#from.readInto(octets);
    return octets;
  }

  /** All of it, with edits made, in one buffer, which the caller gives to `release` in the end. Rejects when it cannot be read. */
  async octets(edits: readonly OctetEdit[] = []): Promise<Buffer> {
    const { octets, bytes } = this.edited(edits);
    if (Buffer.isBuffer(octets)) return octets;
    const whole = Buffer.allocUnsafeSlow(bytes);
    let at = 0;
    for await (const slice of octets) at += slice.copy(whole, at);
    return whole;
  }

  /** What `octets` gave is no longer needed: the memory of what is in a file goes back at once. */
  release(octets: Buffer): void {
    if (!Buffer.isBuffer(this.#from)) free(octets);
  }

  /** Nobody will ask for it again, but for what `edited` gave. */
  drop(): void {
    if (Buffer.isBuffer(this.#from)) this.#from = Buffer.alloc(0);
  }

  /** The message with these edits made, to be read once; how long it is, and how much memory it takes until then. */
  edited(edits: readonly OctetEdit[]): Outgoing {
    const bytes = this.bytes + growthOf(edits);
    if (Buffer.isBuffer(this.#from)) {
      return { octets: edited(this.#from, edits), bytes, memoryBytes: bytes };
    }
    const memoryBytes = edits.reduce((sum, { replacement }) => sum + replacement.length, 0);
    return { octets: editedSlices(this.#from.slices(), edits), bytes, memoryBytes };
  }
}

export interface Outgoing {
  readonly octets: Octets;
  readonly bytes: number;
  readonly memoryBytes: number;
}
