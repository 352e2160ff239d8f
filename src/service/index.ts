export { createCleaner } from './cleaner.ts';
export type { CleanedBy, Cleaner } from './cleaner.ts';
export { loadRules } from './rule-packs.ts';
export type { LoadedRules } from './rule-packs.ts';
export { createFilter } from './filter.ts';
export type { FilterEvent, RunningFilter } from './filter.ts';
export { startService } from './service.ts';
export type { Service, ServiceHooks } from './service.ts';
export { watchFiles } from './watch.ts';
