import type { Settings } from '../config/index.ts';

/** What of a configuration the relay needs; plain data, which another process can be sent. */
export type ServiceSettings = Omit<Settings, 'source' | 'files' | 'warnings'>;

/** Of a configuration without what only the process needs that read it. */
export function serviceSettings(settings: Settings): ServiceSettings {
  const { source: _source, files: _files, warnings: _warnings, ...rest } = settings;
  return rest;
}
