export { createCleaner, loadRules } from './cleaning.ts';
export type { CleanedBy, Cleaner, LoadedRules } from './cleaning.ts';
export { createFilter } from './filter.ts';
export type { FilterEvent, FilterHooks, RunningFilter } from './filter.ts';
export { startService } from './service.ts';
export type { Service, ServiceHooks } from './service.ts';
export { watchFiles } from './watch.ts';
