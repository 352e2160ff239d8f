/** The first code that is not zero: what several files come to. */
export function firstFailure(codes: readonly number[]): number {
  return codes.find((code) => code !== 0) ?? 0;
}
