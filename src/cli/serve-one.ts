import type { Logger } from 'pino';
import { adjustLogger, logEvent, logFilter } from '../admin/index.ts';
import type { Metrics } from '../admin/index.ts';
import { startService } from '../service/index.ts';
import type { Service, ServiceSettings, Together } from '../service/index.ts';

/** A relay in this process, with its log and its metrics. */
export interface ServedOne {
  readonly service: Service;
  /** What log and metrics need of new settings. */
  readonly onSettings: (settings: ServiceSettings) => void;
}

/** Starts the relay. Rejects with an `AppError` where it cannot listen. */
export async function serveOne(
  settings: ServiceSettings,
  log: Logger,
  metrics: Metrics,
  together?: Together,
): Promise<ServedOne> {
  let { privacy } = settings.log;
  metrics.setPolicies(settings.clean.policies.keys());
  const service = await startService(
    settings,
    {
      onEvent: (event) => {
        metrics.onEvent(event);
        logEvent(log, event, privacy);
      },
      onFilter: (event) => {
        metrics.onFilter(event);
        logFilter(log, event, privacy);
      },
      onReport: (report) => metrics.onReport(report),
    },
    together,
  );
  metrics.watchMemory(() => service.memoryInFlightBytes);
  return {
    service,
    onSettings: ({ log: other, clean }) => {
      adjustLogger(log, other);
      privacy = other.privacy;
      metrics.setPolicies(clean.policies.keys());
    },
  };
}
