/** The part of the service that needs no sockets: what the commands on files start fast with. */
export { createCleaner } from './cleaner.ts';
export type { CleanedBy, Cleaner } from './cleaner.ts';
export { loadRules } from './rule-packs.ts';
export type { LoadedRules } from './rule-packs.ts';
