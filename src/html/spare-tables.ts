/** Tables of so many numbers are kept for the texts to come, and so many of them. */
const MOST_SPARE = 1 << 16;
const FEW_SPARE = 8;

/** Tables that no text needs any more, all zero: the system asks more for fresh memory than a whole text costs. */
const spares: Int32Array<ArrayBuffer>[] = [];
/** Larger ones are kept only as long as the collector of garbage lets them be. */
let large: readonly WeakRef<Int32Array<ArrayBuffer>>[] = [];

/** A table of at least so many numbers, all zero. */
export function takeSpare(length: number): Int32Array<ArrayBuffer> {
  const last = spares[spares.length - 1];
  if (last !== undefined && last.length >= length) {
    spares.pop();
    return last;
  }
  if (length <= MOST_SPARE) return new Int32Array(length);
  for (const one of large) {
    const kept = one.deref();
    if (kept === undefined || kept.length < length) continue;
    large = large.filter((other) => other !== one);
    return kept;
  }
  return new Int32Array(length);
}

/** Keeps a table, all zero again, for others. */
export function giveSpare(table: Int32Array<ArrayBuffer>): void {
  if (table.length > MOST_SPARE) large = [new WeakRef(table), ...large.slice(0, FEW_SPARE - 1)];
  else if (spares.length < FEW_SPARE) spares.push(table);
}
