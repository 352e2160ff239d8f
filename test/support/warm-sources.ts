import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Before the tests: strips all sources of their types, for the threads and programs that tests start. Node strips in WebAssembly, and V8 aborts
 * the process now and then where threads that have run some come and go (`Check failed: jit_page.has_value()`). What is
 * in NODE_COMPILE_CACHE, which vitest.config.ts sets, is not stripped again.
 */
export function setup(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('strip-sources.mjs', import.meta.url))], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

export const compileCache = fileURLToPath(new URL('../../.vitest/compile-cache', import.meta.url));
