import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { MemoryBudget } from './memory-budget.ts';

/** Up to here a message stays in memory while there is room; above it goes to a file. */
const MEMORY_BYTES = 1_048_576;
/** Up to here it stays in memory whatever there is: no more than its socket's buffers take, and the disk may be busy with large ones. */
const ALWAYS_BYTES = 32_768;
/** Written to the file in pieces of at least this size. */
const WRITE_BYTES = 65_536;

/**
 * The octets of one message while the client sends them. In memory as long as the budget has room, then in a file that only we can
 * read and that has no name any more (so that a crash leaves nothing behind). Whoever makes one calls `discard` in the end.
 */
export class MessageStore {
  readonly #budget: MemoryBudget;
  readonly #directory: string;
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #taken = 0;
  #file: FileHandle | undefined;
  #fileBytes = 0;
  #discarded = false;

  constructor(budget: MemoryBudget, directory: string) {
    this.#budget = budget;
    this.#directory = directory;
  }

  get bytes(): number {
    return this.#fileBytes + this.#pieceBytes;
  }

  get spooled(): boolean {
    return this.#fileBytes > 0;
  }

  /** Rejects when the file system has no room. */
  async add(pieces: readonly Buffer[]): Promise<void> {
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

  /** The whole message in one buffer; the caller has room for it. Rejects when the file cannot be read. */
  async whole(): Promise<Buffer> {
    if (this.#file === undefined) {
      const only = this.#pieces.length === 1 ? this.#pieces[0] : undefined;
      return only ?? Buffer.concat(this.#pieces, this.#pieceBytes);
    }
    const octets = Buffer.allocUnsafeSlow(this.bytes);
    let at = 0;
    while (at < this.#fileBytes) {
      const { bytesRead } = await this.#file.read(octets, at, this.#fileBytes - at, at);
      if (bytesRead === 0) throw new Error('the spool file is shorter than it was');
      at += bytesRead;
    }
    for (const piece of this.#pieces) at += piece.copy(octets, at);
    return octets;
  }

  async discard(): Promise<void> {
    if (this.#discarded) return;
    this.#discarded = true;
    this.#pieces = [];
    this.#giveBack();
    // The file has no name: whatever closing says, nothing of it stays.
    await this.#file?.close().catch(() => undefined);
  }

  async #spill(): Promise<void> {
    this.#file ??= await openUnlinked(this.#directory);
    let rest = this.#pieces;
    this.#pieces = [];
    while (rest.length > 0) {
      const { bytesWritten } = await this.#file.writev(rest, this.#fileBytes);
      this.#fileBytes += bytesWritten;
      rest = behind(rest, bytesWritten);
    }
    this.#pieceBytes = 0;
    this.#giveBack();
  }

  #giveBack(): void {
    if (this.#taken > 0) this.#budget.give(this.#taken);
    this.#taken = 0;
  }
}

/** What is left of the pieces behind their first octets. */
function behind(pieces: readonly Buffer[], bytes: number): Buffer[] {
  let skip = bytes;
  return pieces.flatMap((piece) => {
    const start = Math.min(skip, piece.length);
    skip -= start;
    return start === piece.length ? [] : [piece.subarray(start)];
  });
}

async function openUnlinked(directory: string): Promise<FileHandle> {
  const name = join(directory, `mailsluice-${randomUUID()}`);
  const file = await open(name, 'wx+', 0o600);
  try {
    await unlink(name);
  } catch (error) {
    await file.close();
    throw error;
  }
  return file;
}
