/** What no administrator needs to set. */
export interface RestartTuning {
  readonly firstMs?: number;
  readonly longestMs?: number;
  /** A process that lived so long after it was ready did not die of its start. */
  readonly healthyMs?: number;
}

/** So many processes in a row that died of their start, and none that works: somebody has to look. */
const tries = 5;

/**
 * When a process that died gets a successor: at once, but the sooner they die the later. With every process gone and five starts failed in a
 * row it is hopeless: then the whole ends with an exit code, and what watches over it (systemd) sees that, as it would with one process.
 */
export class Restarts {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #healthyMs: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #failures = 0;

  constructor({ firstMs = 1_000, longestMs = 30_000, healthyMs = 10_000 }: RestartTuning = {}) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#healthyMs = healthyMs;
  }

  get isHopeless(): boolean {
    return this.#failures >= tries;
  }

  /** How long to wait after the end of a process that was ready at this time of `performance.now()`, if it was. */
  after(readySince: number | undefined): number {
    const wasHealthy = readySince !== undefined && performance.now() - readySince >= this.#healthyMs;
    this.#failures = wasHealthy ? 0 : this.#failures + 1;
    const late = this.#failures - (readySince === undefined ? 1 : 2);
    return late < 0 ? 0 : Math.min(this.#longestMs, this.#firstMs * 2 ** late);
  }

  schedule(start: () => void, inMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      start();
    }, inMs);
    this.#timers.add(timer);
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
