import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { decodeJournal, undo } from '../message/index.ts';
import { readInput } from './inputs.ts';
import { writeOut } from './output.ts';

async function restore(journalFile: string, file: string): Promise<number> {
  const journal = decodeJournal((await readInput(journalFile)).toString('utf8'));
  if (journal.kind === 'malformed') {
    throw new AppError(
      'E_NO_INPUT',
      `${journalFile}: ${journal.problem}`,
      'Name a file that `clean --journal` wrote.',
    );
  }
  const undone = undo(journal.entries, await readInput(file));
  if (undone.kind === 'mismatch') {
    throw new AppError(
      'E_NO_INPUT',
      `${file} is not the message that this journal belongs to (entry ${undone.entry} does not fit)`,
      'The message must be exactly as `clean` wrote it.',
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
