import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Each read and write is a visit to another thread: not too small. */
const SLICE_BYTES = 131_072;

/** Octets in a file that only we can read and that has no name any more, so that a crash leaves nothing behind. */
export class SpoolFile {
  readonly #file: FileHandle;
  #bytes = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Rejects where the file system has no room, or the directory is not ours to write in. */
  static async open(directory: string): Promise<SpoolFile> {
    const name = join(directory, `mailsluice-${randomUUID()}`);
    const file = await open(name, 'wx+', 0o600);
    try {
      await unlink(name);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new SpoolFile(file);
  }

  /** For another thread, which may read at places of its own while this one is open. */
  get descriptor(): number {
    return this.#file.fd;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Rejects when the file system has no room. */
  async append(pieces: readonly Buffer[]): Promise<void> {
    let rest = pieces;
    while (rest.length > 0) {
      const { bytesWritten } = await this.#file.writev(rest, this.#bytes);
      this.#bytes += bytesWritten;
      rest = behind(rest, bytesWritten);
    }
  }

  /** Fills `octets` with the first that were written. Rejects when they cannot be read. */
  async readInto(octets: Buffer): Promise<void> {
    for (let at = 0; at < octets.length;) {
      const { bytesRead } = await this.#file.read(octets, at, octets.length - at, at);
      if (bytesRead === 0) throw new Error('the spool file is shorter than it was');
      at += bytesRead;
    }
  }

  /** All of it, from one buffer that is used again: a slice is done with once the next one is asked for. */
  async *slices(): AsyncGenerator<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(SLICE_BYTES);
    for (let at = 0; at < this.#bytes;) {
      const { bytesRead } = await this.#file.read(buffer, 0, SLICE_BYTES, at);
      if (bytesRead === 0) throw new Error('the spool file is shorter than it was');
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** The file has no name: whatever closing says, nothing of it stays. */
  async close(): Promise<void> {
    await this.#file.close().catch(() => undefined);
  }
}

/** What is left of the pieces behind their first octets. */
function behind(pieces: readonly Buffer[], bytes: number): readonly Buffer[] {
  let skip = bytes;
  return pieces.flatMap((piece) => {
    const start = Math.min(skip, piece.length);
    skip -= start;
    return start === piece.length ? [] : [piece.subarray(start)];
  });
}
