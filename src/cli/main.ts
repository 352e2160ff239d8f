import { importCompiled } from '../compile-cache.ts';

/** Runs a command line (without node and script) and answers with its exit code; never throws. */
export async function main(args: readonly string[]): Promise<number> {
  const { run } = await importCompiled(() => import('./command-line.ts'));
  return run(args);
}
