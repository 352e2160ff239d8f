import { readFileSync } from 'node:fs';
import { AppError, messageOf } from '../errors.ts';

/** `-` is standard input, and so is no file at all. */
export function filesOrStdin(files: readonly string[]): readonly string[] {
  return files.length === 0 ? ['-'] : files;
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** Octets of a file or of standard input; throws `E_NO_INPUT`. */
export async function readInput(file: string): Promise<Buffer> {
  try {
    return await (file === '-' ? readStdin() : readFileSync(file));
  } catch (error) {
    throw new AppError('E_NO_INPUT', `${file}: ${messageOf(error)}`);
  }
}
