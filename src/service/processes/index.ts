export { startPrimary } from './primary.ts';
export type { Primary, PrimaryOptions, WorkerEvent } from './primary.ts';
export { runWorker } from './worker.ts';
export type { WorkerPart } from './worker.ts';
export type { WorkerStart } from './messages.ts';
