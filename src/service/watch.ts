import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const defaultEveryMs = 2_000;

function stamp(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

/** What a file, or the files right in a folder, look like from outside. */
function look(path: string): string {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return stamp(path);
    return readdirSync(path)
      .toSorted()
      .map((name) => `${name} ${stamp(join(path, name))}`)
      .join('\n');
  } catch {
    return 'unreadable';
  }
}

/**
 * Calls `onChange` once the files look otherwise than before and stayed so for one more look, so that a file in the middle of being written
 * is not read. Looks by stat, which works on every file system and through symbolic links. `files` is asked anew at each look.
 */
export function watchFiles(
  files: () => readonly string[],
  onChange: () => void,
  everyMs: number = defaultEveryMs,
): { readonly end: () => void } {
  const lookAt = (paths: readonly string[]): string => paths.map(look).join('\n\n');
  let paths = files();
  let taken = lookAt(paths);
  let last = taken;
  const timer = setInterval(() => {
    const wanted = files();
    const now = lookAt(wanted);
    if (wanted.join('\n') !== paths.join('\n')) {
      // A new configuration names other files: as it was read, they were as they are.
      paths = wanted;
      taken = now;
    } else if (now === last && now !== taken) {
      taken = now;
      onChange();
    }
    last = now;
  }, everyMs);
  return { end: () => clearInterval(timer) };
}
