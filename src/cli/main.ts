import { CommanderError } from 'commander';
import { errorCatalogue } from '../errors.ts';
import { failed } from './output.ts';
import { createProgram } from './program.ts';

/** Runs a command line (without node and script) and answers with its exit code; never throws. */
export async function main(args: readonly string[]): Promise<number> {
  let code = 0;
  try {
    const program = await createProgram(args, (finished) => {
      code = finished;
    });
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Help and version are asked for; everything else that commander stops at is a wrong command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : errorCatalogue.E_USAGE.exit;
    return failed(error);
  }
}
