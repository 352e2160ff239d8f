import { setTimeout as pause } from 'node:timers/promises';

/** Waits until it holds; the test's own time limit ends the wait. */
export async function eventually(test: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await test())) await pause(5);
}
