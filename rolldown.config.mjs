import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'rolldown';

/** What a thread or a process of its own begins with. */
const workers = globSync('src/**/*-worker.ts').map((file) => [basename(file, '.ts'), file]);

// `npm run build`: our own code in a few files, since Node spends more on finding and linking 250 files than on what stands in them. Packages
// stay packages. One folder for all, so that a path relative to `import.meta` holds in every chunk.
export default defineConfig({
  input: { index: 'src/index.ts', main: 'src/cli/main.ts', ...Object.fromEntries(workers) },
  platform: 'node',
  external: /^(?![./]|[A-Za-z]:)/,
  output: { dir: 'dist/js', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
});
