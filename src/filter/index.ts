export { createCleaner } from './cleaner.ts';
export type { Cleaner, CleanRequest } from './cleaner.ts';
export { loadRules } from './rules.ts';
export type { LoadedRules } from './rules.ts';
