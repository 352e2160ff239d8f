import { globSync, readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { defineConfig } from 'rolldown';

/** What a thread or a process of its own begins with. */
const workers = globSync('src/**/*-worker.ts').map((file) => [basename(file, '.ts'), file]);

/**
 * What stays a package: loaded by few processes, as mailauth with all that it brings, or renewed without us, as the list of public suffixes.
 */
const packages = /^(?:@ghostery\/adblocker|cheerio|mailauth|mailparser|nodemailer|smtp-server|tldts)(?:\/|$)/;

/** Builtins that take some milliseconds to load, and whose functions most runs of a command never call. */
const late = ['node:child_process', 'node:crypto', 'node:net', 'node:v8', 'node:zlib'];

/** Loads these builtins at the first use of a function or class of theirs; what is neither, nor a table of constants, is not there to import. */
const lateBuiltins = {
  name: 'late-builtins',
  resolveId: (id) => (late.includes(id) ? `\0${id}` : undefined),
  load: async (id) => {
    const name = id.slice(1);
    if (id.charAt(0) !== '\0' || !late.includes(name)) return undefined;
    const builtin = await import(name);
    const functions = Object.keys(builtin).filter(
      (each) => /^[a-z]/.test(each) && each !== 'default' && typeof builtin[each] === 'function',
    );
    const classes = Object.keys(builtin).filter(
      (each) => /^[A-Z]/.test(each) && typeof builtin[each] === 'function',
    );
    return `let loaded;
      const builtin = () => (loaded ??= process.getBuiltinModule('${name}'));
      const lateClass = (name) => new Proxy(function () {}, {
        apply: (_, self, args) => Reflect.apply(builtin()[name], self, args),
        construct: (_, args, target) => Reflect.construct(builtin()[name], args, target),
        get: (_, key) => builtin()[name][key],
      });
      ${functions.map((each) => `export const ${each} = (...args) => builtin().${each}(...args);`).join('\n')}
      ${classes.map((each) => `export const ${each} = /* @__PURE__ */ lateClass('${each}');`).join('\n')}
      export const constants = /* @__PURE__ */ new Proxy({}, { get: (_, key) => builtin().constants[key] });
      export default { ${[...functions, ...classes].join(', ')} };`;
  },
};

/** An import of a builtin makes Node load all that the builtin can export, streams and worker threads among it; this takes what is named. */
const namedBuiltins = {
  name: 'named-builtins',
  renderChunk: (code) =>
    code.replace(
      /^import (?:(?:\* as )?([\w$]+)(?:, )?)?(?:\{([^}]*)\})? from "(node:[\w/]+)";$/gm,
      (_, whole, names, id) =>
        [whole, names && `{${names.replaceAll(' as ', ': ')}}`]
          .filter((target) => target !== undefined)
          .map((target) => `const ${target} = globalThis.process.getBuiltinModule("${id}");`)
          .join('\n'),
    ),
};

/** In ASCII, which Node reads in half the time and V8 keeps in half the memory. What is not stands in texts and expressions only, not in tagged templates. */
const ascii = {
  name: 'ascii',
  generateBundle(_, bundle) {
    const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    for (const chunk of Object.values(bundle))
      if (chunk.type === 'chunk') chunk.code = chunk.code.replace(/[\u0080-\uffff]/g, escaped);
  },
};

/** The licences of the packages whose code stands in the files. */
const licences = {
  name: 'licences',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds);
    const folders = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id) ?? []);
    const texts = [...new Set(folders)].toSorted().map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)/i.test(file));
      const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
      return `${name} ${version}, ${license}\n\n${text}\n`;
    });
    this.emitFile({ type: 'asset', fileName: 'LICENCES.txt', source: texts.join(`\n${'-'.repeat(78)}\n\n`) });
  },
};

// `npm run build`: our own code and the small packages in a few files, since Node spends more on finding and linking many than on what stands
// in them: `serve` opens 19, with the packages beside them it was 330. One folder for all, so that a path relative to `import.meta` holds in every chunk.
export default defineConfig({
  input: { index: 'src/index.ts', main: 'src/cli/main.ts', ...Object.fromEntries(workers) },
  platform: 'node',
  external: (id) => (isBuiltin(id) ? !late.includes(id) : packages.test(id)),
  plugins: [lateBuiltins, namedBuiltins, ascii, licences],
  output: {
    dir: 'dist/js',
    format: 'esm',
    comments: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // What is always loaded together, in the first group that takes it or what needs it. `test/cli/package.test.ts` holds that a thread that
    // cleans gets nothing of what serves, and the other way round.
    codeSplitting: {
      groups: [
        { name: 'compile-cache', test: /\/src\/compile-cache\.ts$/ },
        { name: 'settings', test: /\/src\/(?:errors|cli\/options)\.ts$/ },
        {
          name: 'message',
          test: /\/src\/(?:message\/|free\.ts|clean\/report-field\.ts|service\/packed-edits\.ts)/,
        },
        { name: 'commands', test: /\/src\/cli\/(?:program|output|inputs|exit-codes|fingerprint)\.ts$/ },
        { name: 'cleaning', test: /\/src\/service\/cleaner\.ts$/ },
        { name: 'serving', test: /\/src\/cli\/serve-command\.ts$/ },
        { name: 'relaying', test: /\/src\/cli\/serve-one\.ts$/ },
      ].map((group, at) => ({ ...group, priority: 10 - at })),
    },
  },
});
