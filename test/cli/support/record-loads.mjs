// For `node --import`: each package and builtin that a process, its threads and its children load, a line each, to the file that is named by
// the environment.
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const file = process.env.MAILSLUICE_LOADS;
const who = isMainThread ? 'main' : 'thread';

registerHooks({
  load(url, context, next) {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url.replace(/.*\/src\//, 'src/');
    if (file !== undefined) appendFileSync(file, `${who} ${name}\n`);
    return next(url, context);
  },
});
