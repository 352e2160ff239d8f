import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { CleanContext, Report } from '../clean/index.ts';
import { AppError, messageOf, systemCode } from '../errors.ts';
import { encodeJournal } from '../message/index.ts';
import { fingerprintOf } from './fingerprint.ts';
import { firstFailure } from './exit-codes.ts';
import { filesOrStdin, readInput } from './inputs.ts';
import { contextOf, prepare, withMessageOptions } from './options.ts';
import type { MessageOptions, Ready } from './options.ts';
import { complain, failed, progress, writeOut } from './output.ts';

interface CleanOptions extends MessageOptions {
  readonly output?: string;
  readonly journal?: string;
}

interface Outcome {
  readonly octets: Buffer;
  readonly report: Report | undefined;
  /** A fault of ours kept the message from being cleaned. */
  readonly isFaulty: boolean;
}

/** Cleans; a fault, wherever it is, gives the message back as it came. */
function cleaned(
  { cleaner }: Ready,
  octets: Buffer,
  context: CleanContext,
  policy: string | undefined,
): Outcome {
  try {
    const { octets: result, report } = cleaner.clean(octets, context, policy);
    return { octets: result, report, isFaulty: report.result === 'error' };
  } catch (error) {
    complain(`a fault of mailsluice, the message is left as it came: ${messageOf(error)}`);
    return { octets, report: undefined, isFaulty: true };
  }
}

function noFolder(folder: string): AppError {
  return new AppError('E_EXISTS', `there is no folder ${folder}`, `Make it first: mkdir -p ${folder}`);
}

function writeNew(path: string, data: Uint8Array | string): void {
  try {
    writeFileSync(path, data, { flag: 'wx' });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') {
      throw new AppError(
        'E_EXISTS',
        `${path} exists already`,
        'Choose an empty folder, or move the file away.',
      );
    }
    if (code === 'ENOENT') throw noFolder(dirname(path));
    const cannotBeMade = ['EACCES', 'ENOTDIR', 'EROFS', 'EISDIR', 'EPERM'].includes(code ?? '');
    throw new AppError(cannotBeMade ? 'E_EXISTS' : 'E_WRITE', `${path}: ${messageOf(error)}`);
  }
}

/** As a filter: whatever happens in cleaning, the message comes out, unless `on_error: tempfail` asks for another try. */
async function asFilter(ready: Ready, file: string, options: CleanOptions): Promise<number> {
  const octets = await readInput(file);
  const outcome = cleaned(ready, octets, contextOf(options), options.policy);
  if (outcome.isFaulty && ready.settings.onError === 'tempfail') {
    throw new AppError('E_TRY_AGAIN', `${file}: cleaning failed`, 'on_error: tempfail asks for another try.');
  }
  if (options.journal !== undefined && outcome.report !== undefined) {
    const messages = { original: fingerprintOf(octets), cleaned: fingerprintOf(outcome.octets) };
    writeNew(options.journal, `${encodeJournal(outcome.report.journal, messages)}\n`);
  }
  await writeOut(outcome.octets);
  return 0;
}

async function intoFolder(
  ready: Ready,
  files: readonly string[],
  folder: string,
  options: CleanOptions,
): Promise<number> {
  // Not once for each message.
  if (!existsSync(folder)) throw noFolder(folder);
  const taken = new Set<string>();
  const shown = progress(files.length);
  const codes: number[] = [];
  for (const file of files) {
    try {
      const name = basename(file);
      if (taken.has(name)) {
        throw new AppError(
          'E_EXISTS',
          `${file}: another file named ${name} was written to ${folder} just now`,
        );
      }
      taken.add(name);
      const outcome = cleaned(ready, await readInput(file), contextOf(options), options.policy);
      if (outcome.isFaulty && ready.settings.onError === 'tempfail') {
        throw new AppError('E_TRY_AGAIN', `${file}: cleaning failed, nothing was written`);
      }
      writeNew(join(folder, name), outcome.octets);
      if (outcome.isFaulty) throw new AppError('E_BUG', `${file}: written as it came, cleaning failed`);
      codes.push(0);
    } catch (error) {
      codes.push(failed(error));
    }
    shown.step();
  }
  shown.end();
  return firstFailure(codes);
}

async function clean(files: readonly string[], options: CleanOptions): Promise<number> {
  const inputs = filesOrStdin(files);
  if (options.output === undefined) {
    const [file] = inputs;
    if (file === undefined || inputs.length > 1) {
      throw new AppError(
        'E_USAGE',
        'several messages do not go into one output',
        'Name a folder: clean -o DIR FILE...',
      );
    }
    return asFilter(await prepare(options), file, options);
  }
  if (inputs.includes('-')) {
    throw new AppError('E_USAGE', 'with -o, name files: standard input has no name to write under');
  }
  if (options.journal !== undefined)
    throw new AppError('E_USAGE', '--journal is for one message; leave out -o');
  return intoFolder(await prepare(options), inputs, options.output, options);
}

export function registerClean(program: Command, finish: (code: number) => void): void {
  withMessageOptions(program.command('clean'))
    .description('clean messages: from file or standard input to standard output, or many into a folder')
    .argument('[file...]', 'messages; - or nothing: standard input')
    .option('-o, --output <dir>', 'write each message under its own name into this folder')
    .option('--journal <file>', 'write what was changed, so that `undo` can restore the original')
    .action(async (files: readonly string[], options: CleanOptions) => finish(await clean(files, options)));
}
