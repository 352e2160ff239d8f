#!/usr/bin/env node
// Plain JavaScript, so that a Node that is too old for the rest can still say so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`mailsluice needs Node.js 22.19 or later; this is ${process.versions.node}.
In a checkout: run "npm install", then "npm start" or "npm run -s mailsluice -- ARGS"; they bring a Node.js of their own.
Elsewhere: install Node.js 24 (https://nodejs.org/) and try again.`);
  process.exit(69);
}
// An import of a builtin would load all that it can export, streams and worker threads among it.
const { existsSync, lstatSync, mkdirSync } = process.getBuiltinModule('node:fs');
const { enableCompileCache } = process.getBuiltinModule('node:module');
const { tmpdir } = process.getBuiltinModule('node:os');
const { fileURLToPath } = process.getBuiltinModule('node:url');

/**
 * Compiled code is kept for the next start. What lies there is run unseen, so it stays off where somebody else made the folder first: Node's own
 * place, node-compile-cache, belongs to whichever user of the machine was the first.
 */
function keepCompiled() {
  const uid = process.getuid?.() ?? 0;
  const folder = `${tmpdir()}/mailsluice-${uid}`;
  try {
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    const found = lstatSync(folder);
    const isOurs = found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0;
    if (isOurs || process.platform === 'win32') enableCompileCache(folder);
  } catch {
    // No place for it, or another start makes it at this moment.
  }
}
keepCompiled();

// npm runs scripts in the package's folder; paths on the command line are meant from the caller's.
const root = fileURLToPath(new URL('../..', import.meta.url));
const { INIT_CWD: caller, npm_lifecycle_event: script } = process.env;
if (caller && (script === 'mailsluice' || script === 'start') && `${process.cwd()}/` === root)
  process.chdir(caller);

// A checkout runs from its sources; a package, whose sources Node does not strip of types, from dist.
const sources = new URL('./main.ts', import.meta.url);
const { main } = await import(
  existsSync(sources) ? sources.href : new URL('../../dist/js/main.js', import.meta.url).href
);
process.exitCode = await main(process.argv.slice(2));
