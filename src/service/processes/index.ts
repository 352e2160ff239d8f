// What the process needs that watches over others, without the relay itself.
export { startPrimary } from './primary.ts';
export type { Primary, PrimaryOptions, WorkerEvent } from './primary.ts';
export { runWorker } from './worker.ts';
export type { WorkerPart } from './worker.ts';
export type { WorkerStart } from './messages.ts';
export { connectionsWarning, workerCount } from '../capacity.ts';
export { serviceSettings } from '../settings.ts';
export type { ServiceSettings } from '../settings.ts';
export { watchFiles } from '../watch.ts';
