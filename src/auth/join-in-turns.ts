import { setImmediate } from 'node:timers/promises';

/** So much of fresh memory is written in a few milliseconds, even where the system hands it out slowly; then others have their turn. */
const stretch = 512 * 1024;

/** The pieces one behind the other in memory of their own, without keeping the thread from other work while they are copied. */
export async function joinInTurns(pieces: readonly Uint8Array[]): Promise<Buffer<ArrayBuffer>> {
  const out = Buffer.allocUnsafeSlow(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let to = 0;
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += stretch) {
      if (from > 0) await setImmediate();
      out.set(piece.subarray(from, from + stretch), to);
      to += Math.min(stretch, piece.length - from);
    }
  }
  return out;
}
