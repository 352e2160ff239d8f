/**
 * Gives the memory of a large buffer back at once, and not when the collector comes round: it sees megabytes of octets as a small object. Whoever
 * still holds the buffer finds it empty. One that shares its memory with others is left alone.
 */
export function free({ buffer, byteLength }: Uint8Array): void {
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isOwn && byteLength >= 16_384) buffer.transfer(0);
}
