import { compileSettings } from './compile-settings.ts';
import type { LoadResult } from './compile-settings.ts';
import { readConfig } from './read-config.ts';

/**
 * Reads and compiles a configuration (the defaults where there is no file). `serving`: the listeners must be complete and safe too; the
 * commands that only clean files do not look at them.
 */
export function loadSettings(
  file: string | undefined,
  options: { readonly serving: boolean; readonly environment?: Readonly<Record<string, string | undefined>> },
): LoadResult {
  const read = readConfig(file, options.environment);
  return read.kind === 'ok' ? compileSettings(read.source, options) : read;
}
