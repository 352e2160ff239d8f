import { AggregatorRegistry } from 'prom-client';
import type { Registry } from 'prom-client';

/** A registry as plain data. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What stays of a process that is gone: counts of what was, not the state it was in. */
function counts(values: MetricValues): MetricValues {
  return values.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
}

/** The metrics of several processes as one. Counters never fall: what a process had counted stays when it dies. */
export class MetricsSum {
  readonly #living = new Map<number, MetricValues>();
  #departed: MetricValues = [];
  #last: Promise<void> = Promise.resolve();

  /** `metrics`: of the process with this id; what it said before is forgotten. */
  measured(id: number, metrics: unknown): void {
    if (Array.isArray(metrics)) this.#living.set(id, metrics as MetricValues);
  }

  gone(id: number): void {
    const values = this.#living.get(id);
    if (values === undefined) return;
    this.#living.delete(id);
    // One after the other, and nobody reads before they are added.
    this.#last = this.#last.then(async () => {
      const sum = AggregatorRegistry.aggregate([this.#departed, counts(values)]);
      this.#departed = await sum.getMetricsAsJSON();
    });
  }

  /** In the format of Prometheus, with those of the process that asks. */
  async text(own: MetricValues): Promise<string> {
    await this.#last;
    return AggregatorRegistry.aggregate([own, ...this.#living.values(), this.#departed]).metrics();
  }
}
