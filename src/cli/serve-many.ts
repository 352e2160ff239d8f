import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { metricValues, MetricsSum } from '../admin/index.ts';
import type { Metrics } from '../admin/index.ts';
import { startPrimary } from '../service/processes/index.ts';
import type { Primary, ServiceSettings, WorkerEvent } from '../service/processes/index.ts';

function logWorker(log: Logger, { kind, ...facts }: WorkerEvent): void {
  switch (kind) {
    case 'ready':
      log.info(facts, 'worker ready');
      return;
    case 'died':
      log.error(facts, 'worker ended, to be replaced');
      return;
    case 'reload':
      log.error(facts, 'worker could not take the configuration, to be replaced');
      return;
    case 'unaccepted':
      log.error(facts, 'a connection could not be accepted');
  }
}

/** Starts the relay in several processes, which this one watches over. Rejects with an `AppError` where they cannot listen. */
export async function serveMany(
  settings: ServiceSettings,
  count: number,
  log: Logger,
  metrics: Metrics,
): Promise<{ readonly primary: Primary; readonly metricsText: () => Promise<string> }> {
  const sum = new MetricsSum();
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';
  const primary = await startPrimary({
    settings,
    count,
    exec: fileURLToPath(new URL(`./serve-worker.${extension}`, import.meta.url)),
    onWorker: (event) => {
      logWorker(log, event);
      if (event.kind === 'died') metrics.onWorkerDeath();
    },
    onMeasured: (id, values) => sum.measured(id, values),
    onGone: (id) => sum.gone(id),
  });
  metrics.watchWorkers(() => primary.readyCount);
  const metricsText = async (): Promise<string> => {
    await primary.measure(true);
    return sum.text(await metricValues(metrics, true));
  };
  return { primary, metricsText };
}
