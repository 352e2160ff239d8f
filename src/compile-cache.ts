import { getCompileCacheDir } from 'node:module';
import { setFlagsFromString } from 'node:v8';

/**
 * The environment of a thread or a process of ours that keeps compiled code where this one does, which they would not by themselves. It starts
 * sooner, and from sources it does not strip types again: Node does that in WebAssembly, and V8 has aborted the process where threads that had
 * run some ended at the same time (`Check failed: jit_page.has_value()`, of its WasmImportWrapperCache).
 */
export function cachingEnvironment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: folder };
}

/** A module of the sources imports builtins as it is compiled, and of those Node has compiled code only under its usual flags. */
const isPackage = !import.meta.url.endsWith('.ts');

/**
 * Makes an import of a package whose functions are kept compiled too. Node keeps what is compiled before a module runs, and V8 compiles a function
 * when it is first called: of the thousand that clean one message, none would be kept. Elsewhere, or where nothing is kept, it is a usual import.
 */
export function importCompiled<T>(load: () => Promise<T>): Promise<T> {
  if (!isPackage || getCompileCacheDir() === undefined) return load();
  // A module and what it imports are compiled before `load` returns. What is kept is taken only under the flags that it was compiled under.
  setFlagsFromString('--no-lazy');
  try {
    return load();
  } finally {
    setFlagsFromString('--lazy');
  }
}
