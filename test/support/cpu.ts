/** Milliseconds of processor time that this takes, its garbage collection with it; other work on the machine does not count. */
export function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * How many times the CPU time of `base` it takes to `run`, each at its best of several rounds: noise only ever adds. Goes on
 * until the ratio is below `limit`, for what is measured on a busy machine, and gives up after `rounds`: what grows faster
 * than it should stays above however often it is measured.
 */
export function cpuRatio(run: () => void, base: () => void, limit: number, rounds = 40): number {
  let most = Infinity;
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    least = Math.min(least, cpuMs(base));
    most = Math.min(most, cpuMs(run));
    // The first rounds are the compiler's.
    if (round >= 4 && most / least < limit) break;
  }
  return most / least;
}

/** The CPU time of the best of up to five runs, in milliseconds; the first below `limitMs` ends it. */
export function leastCpuMs(limitMs: number, run: () => void): number {
  let least = Infinity;
  for (let round = 0; round < 5 && least >= limitMs; round += 1) least = Math.min(least, cpuMs(run));
  return least;
}
