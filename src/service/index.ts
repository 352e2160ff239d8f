// Not what cleans: that is for the threads, and a process that only relays does without it (./cleaning.ts).
export { createFilter } from './filter.ts';
export type { FilterEvent, FilterHooks, RunningFilter } from './filter.ts';
export { startService } from './service.ts';
export type { Service, ServiceHooks, Together } from './service.ts';
export type { ServiceSettings } from './settings.ts';
