import { free } from '../free.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { SpoolFile } from './spool-file.ts';

/** Up to here a message stays in memory while there is room; above it goes to a file. */
const MEMORY_BYTES = 1_048_576;
/** Up to here it stays in memory whatever there is: no more than its socket's buffers take, and the disk may be busy with large ones. */
const ALWAYS_BYTES = 32_768;
/** Written to the file in pieces of at least this size. */
const WRITE_BYTES = 131_072;

/**
 * The octets of one message while the client sends them. In memory as long as the budget has room, then in a file. Whoever makes one calls
 * `discard` in the end.
 */
export class MessageStore {
  readonly #budget: MemoryBudget;
  readonly #directory: string;
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  /** What the pieces lie in. */
  #chunks: Buffer[] = [];
  #taken = 0;
  #file: SpoolFile | undefined;
  #spooled = false;

  constructor(budget: MemoryBudget, directory: string) {
    this.#budget = budget;
    this.#directory = directory;
  }

  get bytes(): number {
    return (this.#file?.bytes ?? 0) + this.#pieceBytes;
  }

  /** Also once it is discarded. */
  get spooled(): boolean {
    return this.#spooled;
  }

  /** Takes pieces of `chunk`, and its memory, which nobody else may use any more. Rejects when the file system has no room. */
  async add(pieces: readonly Buffer[], chunk: Buffer): Promise<void> {
    this.#chunks.push(chunk);
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#pieceBytes += piece.length;
    }
    if (this.#file === undefined && this.bytes <= ALWAYS_BYTES) return;
    if (this.#file === undefined && this.bytes <= MEMORY_BYTES) {
      const more = this.#pieceBytes - this.#taken;
      if (this.#budget.take(more)) {
        this.#taken += more;
        return;
      }
    }
    const isDue = this.#file === undefined || this.#pieceBytes >= WRITE_BYTES;
    if (isDue) await this.#spill();
  }

  /** The file with the whole message, where it is in one; it is closed by `discard`. Rejects when the file system has no room for its rest. */
  async file(): Promise<SpoolFile | undefined> {
    if (this.#file !== undefined && this.#pieceBytes > 0) await this.#spill();
    return this.#file;
  }

  /** The whole message in one buffer, where it is not in a file. */
  whole(): Buffer {
    const only = this.#pieces.length === 1 ? this.#pieces[0] : undefined;
    return only ?? Buffer.concat(this.#pieces, this.#pieceBytes);
  }

  async discard(): Promise<void> {
    this.#pieces = [];
    this.#chunks = [];
    this.#pieceBytes = 0;
    this.#giveBack();
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #spill(): Promise<void> {
    this.#file ??= await SpoolFile.open(this.#directory);
    this.#spooled = true;
    const pieces = this.#pieces;
    const chunks = this.#chunks;
    this.#pieces = [];
    this.#chunks = [];
    await this.#file.append(pieces);
    for (const chunk of chunks) free(chunk);
    this.#pieceBytes = 0;
    this.#giveBack();
  }

  #giveBack(): void {
    if (this.#taken > 0) this.#budget.give(this.#taken);
    this.#taken = 0;
  }
}
