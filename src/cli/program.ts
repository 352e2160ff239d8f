import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { registerCheck } from './check.ts';
import { registerClean } from './clean.ts';
import { registerConfig } from './config.ts';
import { registerDns } from './dns.ts';
import { registerExplain } from './explain.ts';
import { registerHealthcheck } from './healthcheck.ts';
import { registerReplay } from './replay.ts';
import { registerScan } from './scan.ts';
import { registerServe } from './serve.ts';
import { registerTry } from './try.ts';
import { registerUndo } from './undo.ts';

function version(): string {
  // Two folders up in a checkout (src/cli) and in a package (dist/cli).
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** The whole command line. `finish` is called once with the exit code of the command that ran. */
export function createProgram(finish: (code: number) => void): Command {
  const program = new Command('mailsluice')
    .description('Takes tracking out of mail and relays everything else octet for octet.')
    .version(version(), '-V, --version')
    .showHelpAfterError('(mailsluice --help tells more)')
    .exitOverride();
  const commands = [
    registerServe,
    registerTry,
    registerClean,
    registerScan,
    registerExplain,
    registerUndo,
    registerCheck,
    registerConfig,
    registerDns,
    registerReplay,
    registerHealthcheck,
  ];
  for (const register of commands) register(program, finish);
  return program;
}
