export { adjustLogger, createLogger, logEvent, logFilter } from './log.ts';
export { createMetrics } from './metrics.ts';
export type { Metrics } from './metrics.ts';
export { metricValues, MetricsSum } from './metrics-sum.ts';
export { startAdmin } from './server.ts';
export type { AdminServer } from './server.ts';
