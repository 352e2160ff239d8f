export { dumpConfig } from './dump.ts';
export { configJsonSchema } from './json-schema.ts';
export { loadSettings } from './load.ts';
export * from './settings.ts';
