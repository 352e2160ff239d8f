import { defineConfig } from 'vitest/config';
import { compileCache } from './test/support/warm-sources.ts';

// Two workers: the machines this runs on have two cores. Tests that start Postfix, Dovecot or Chromium share the loopback's
// ports and the machine's memory, so they run one file after the other.
const heavy = ['test/peers/**/*.test.ts', 'test/browser/**/*.test.ts', 'test/**/*.peer.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: heavy },
      },
      {
        extends: true,
        test: {
          name: 'peers',
          include: heavy,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
    pool: 'forks',
    globalSetup: ['test/support/warm-sources.ts'],
    env: { NODE_COMPILE_CACHE: compileCache },
    setupFiles: ['test/support/seed.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/rules/generated/**'] },
  },
});
