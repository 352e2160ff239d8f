import { Command } from 'commander';
import { importCompiled } from '../compile-cache.ts';
import { version } from './version.ts';

type Register = (program: Command, finish: (code: number) => void) => void;

/** In the order in which help lists them. Each brings what it needs, so that one does not wait for the packages of another. */
const commands: ReadonlyMap<string, () => Promise<Register>> = new Map([
  ['serve', async () => (await import('./serve.ts')).registerServe],
  ['try', async () => (await import('./try.ts')).registerTry],
  ['clean', async () => (await import('./clean.ts')).registerClean],
  ['scan', async () => (await import('./scan.ts')).registerScan],
  ['explain', async () => (await import('./explain.ts')).registerExplain],
  ['undo', async () => (await import('./undo.ts')).registerUndo],
  ['check', async () => (await import('./check.ts')).registerCheck],
  ['config', async () => (await import('./config.ts')).registerConfig],
  ['dns', async () => (await import('./dns.ts')).registerDns],
  ['replay', async () => (await import('./replay.ts')).registerReplay],
  ['healthcheck', async () => (await import('./healthcheck.ts')).registerHealthcheck],
]);

/**
 * The command line: the command that `args` begins with, or all of them where it begins with none. `finish` is called once with the exit
 * code of the command that ran.
 */
export async function createProgram(
  args: readonly string[],
  finish: (code: number) => void,
): Promise<Command> {
  const program = new Command('mailsluice')
    .description('Takes tracking out of mail and relays everything else octet for octet.')
    .version(version(), '-V, --version')
    .showHelpAfterError('(mailsluice --help tells more)')
    .exitOverride();
  const asked = commands.get(args[0] ?? '');
  for (const load of asked === undefined ? commands.values() : [asked]) {
    const register = await importCompiled(load);
    register(program, finish);
  }
  return program;
}
