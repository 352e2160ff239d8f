import { AggregatorRegistry } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** A registry as plain data. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** The metrics of one process: ours, and with `isWhole` those of the process too, which cost more to collect. */
export async function metricValues(
  { registry, processRegistry }: Metrics,
  isWhole: boolean,
): Promise<MetricValues> {
  const ours = await registry.getMetricsAsJSON();
  return isWhole ? [...(await processRegistry.getMetricsAsJSON()), ...ours] : ours;
}

/** What stays of a process that is gone: counts of what was, not the state it was in. */
function counts(values: MetricValues): MetricValues {
  return values.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
}

/** The metrics of several processes as one. Counters never fall: what a process had counted stays when it dies. */
export class MetricsSum {
  readonly #living = new Map<number, ReadonlyMap<string, MetricValues[number]>>();
  #departed: MetricValues = [];
  #last: Promise<void> = Promise.resolve();

  /** `metrics`: of the process with this id; each stands for what it said of the same metric before. */
  measured(id: number, metrics: unknown): void {
    if (!Array.isArray(metrics)) return;
    const fresh = (metrics as MetricValues).map((metric) => [metric.name, metric] as const);
    this.#living.set(id, new Map([...(this.#living.get(id) ?? []), ...fresh]));
  }

  gone(id: number): void {
    const said = this.#living.get(id);
    if (said === undefined) return;
    this.#living.delete(id);
    const values = [...said.values()];
    // One after the other, and nobody reads before they are added.
    this.#last = this.#last.then(async () => {
      const sum = AggregatorRegistry.aggregate([this.#departed, counts(values)]);
      this.#departed = await sum.getMetricsAsJSON();
    });
  }

  /** In the format of Prometheus, with those of the process that asks. */
  async text(own: MetricValues): Promise<string> {
    await this.#last;
    const living = [...this.#living.values()].map((said) => [...said.values()]);
    return AggregatorRegistry.aggregate([own, ...living, this.#departed]).metrics();
  }
}
