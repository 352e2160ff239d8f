import { CommanderError } from 'commander';
import { errorCatalogue } from '../errors.ts';
import { failed } from './output.ts';
import { createProgram } from './program.ts';

/** As `main` promises. */
export async function run(args: readonly string[]): Promise<number> {
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
