import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { decodeJournal, undo } from '../message/index.ts';
import { isFingerprintOf } from './fingerprint.ts';
import { readInput } from './inputs.ts';
import { writeOut } from './output.ts';

function notItsMessage(file: string, why: string): AppError {
  return new AppError(
    'E_NO_INPUT',
    `${file} is not the message that this journal belongs to (${why})`,
    'The message must be exactly as `clean` wrote it.',
  );
}

async function restore(journalFile: string, file: string): Promise<number> {
  const journal = decodeJournal((await readInput(journalFile)).toString('utf8'));
  if (journal.kind === 'malformed') {
    throw new AppError(
      'E_NO_INPUT',
      `${journalFile}: ${journal.problem}`,
      'Name a file that `clean --journal` wrote.',
    );
  }
  const { entries, messages } = journal;
  const cleaned = await readInput(file);
  if (messages !== undefined && !isFingerprintOf(messages.cleaned, cleaned)) {
    throw notItsMessage(file, 'its size or SHA-256 is another');
  }
  const undone = undo(entries, cleaned);
  if (undone.kind === 'mismatch') throw notItsMessage(file, `entry ${undone.entry} does not fit`);
  if (messages !== undefined && !isFingerprintOf(messages.original, undone.octets)) {
    throw new AppError(
      'E_NO_INPUT',
      `${journalFile}: what it gives is not the original (its size or SHA-256 is another)`,
      'The journal must be exactly as `clean` wrote it.',
    );
  }
  await writeOut(undone.octets);
  return 0;
}

export function registerUndo(program: Command, finish: (code: number) => void): void {
  program
    .command('undo')
    .description('restore the original of a cleaned message, octet for octet, to standard output')
    .argument('<journal>', 'what `clean --journal` wrote')
    .argument('<file>', 'the cleaned message; -: standard input')
    .action(async (journal: string, file: string) => finish(await restore(journal, file)));
}
