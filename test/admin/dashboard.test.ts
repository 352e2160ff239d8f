import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createMetrics } from '../../src/admin/index.ts';

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const { panels } = JSON.parse(
  readFileSync(new URL('../../config/grafana-dashboard.json', import.meta.url), 'utf8'),
) as Dashboard;

/** Names as Prometheus reads them from /metrics, with their labels. */
async function exported(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { registry } = createMetrics();
  const names = new Map<string, readonly string[]>();
  for (const { name } of await registry.getMetricsAsJSON()) {
    const { labelNames } = registry.getSingleMetric(name) as unknown as {
      readonly labelNames: readonly string[];
    };
    names.set(name, labelNames);
    for (const part of ['bucket', 'sum', 'count']) names.set(`${name}_${part}`, [...labelNames, 'le']);
  }
  return names;
}

it('config/grafana-dashboard.json asks for metrics and labels that /metrics has, and for all of ours', async () => {
  const names = await exported();
  const asked = new Set<string>();
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const [name = ''] = /mailsluice_[a-z_]+/.exec(expr) ?? [];
      const labels = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? [];
      expect(names.get(name), `${title}: ${name}`).toEqual(expect.arrayContaining(labels));
      // Each machine has all of them.
      if (name === 'mailsluice_rules') expect(expr).toMatch(/^max /);
      asked.add(name.replace(/_bucket$/, ''));
    }
  }
  const ours = [...names.keys()].filter(
    (name) => name.startsWith('mailsluice_') && !/_(?:bucket|sum|count)$/.test(name),
  );
  expect(ours.filter((name) => !asked.has(name))).toEqual([]);
});
