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
const { existsSync } = process.getBuiltinModule('node:fs');
const { enableCompileCache } = process.getBuiltinModule('node:module');
const { fileURLToPath } = process.getBuiltinModule('node:url');
enableCompileCache();

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
