import { getCompileCacheDir } from 'node:module';

/**
 * The environment of a thread or a process of ours that keeps compiled code where this one does, which they would not by themselves. It starts
 * sooner, and from sources it does not strip types again: Node does that in WebAssembly, and V8 has aborted the process where threads that had
 * run some ended at the same time (`Check failed: jit_page.has_value()`, of its WasmImportWrapperCache).
 */
export function cachingEnvironment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: folder };
}
