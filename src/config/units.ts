/** `30s`, `500ms`, `10m`, `1h`, `2d`. */
export const durationPattern = /^\d{1,9}(ms|s|m|h|d)$/;
/** `25MiB`, `512KiB`, `1GiB`, `900B`; also `25MB` (10^6). */
export const sizePattern = /^\d{1,12}(B|KB|MB|GB|KiB|MiB|GiB)$/;

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const octets: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

function scaled(text: string, factors: Readonly<Record<string, number>>): number {
  const count = Number.parseInt(text, 10);
  return count * (factors[text.slice(String(count).length)] ?? factors[text.replace(/^\d+/, '')] ?? 1);
}

/** Milliseconds of a text that matches `durationPattern`. */
export function durationMs(text: string): number {
  return scaled(text, milliseconds);
}

/** Octets of a text that matches `sizePattern`. */
export function sizeBytes(text: string): number {
  return scaled(text, octets);
}
