import { createLogger, createMetrics, metricValues } from '../admin/index.ts';
import { runWorker } from '../service/processes/index.ts';
import { serveOne } from './serve-one.ts';

// The program of a worker process; `serve` starts as many as `workers` says.
runWorker(async ({ place, count, settings, secrets }, admission) => {
  const log = createLogger(settings.log).child({ worker: place });
  const metrics = createMetrics();
  const { service, onSettings } = await serveOne(settings, log, metrics, { count, admission, secrets });
  return {
    service,
    onSettings,
    measure: (isWhole) => metricValues(metrics, isWhole),
    onOrphaned: () => log.error('the primary process is gone: running transactions may finish'),
  };
});
