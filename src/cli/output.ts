import { AppError, messageOf, systemCode } from '../errors.ts';

/** Writes to standard output and waits until it is taken. Throws `E_WRITE` where nobody reads (any more). */
export async function writeOut(data: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void =>
      reject(new AppError('E_WRITE', `standard output: ${messageOf(error)}`));
    process.stdout.once('error', onError);
    process.stdout.write(data, (error) => {
      if (error === null || error === undefined) {
        process.stdout.removeListener('error', onError);
        resolve();
      } else onError(error);
    });
  });
}

export async function printLine(line = ''): Promise<void> {
  await writeOut(`${line}\n`);
}

/** Says on standard error what is wrong and what to do. */
export function complain(message: string, hint?: string): void {
  process.stderr.write(`mailsluice: ${message}\n${hint === undefined ? '' : `${hint}\n`}`);
}

/** The exit code of anything that was thrown, after saying it. */
export function failed(error: unknown): number {
  if (error instanceof AppError) {
    // A closed pipe is no news to who closed it.
    if (!error.message.includes('EPIPE')) complain(error.message, error.hint);
    return error.exit;
  }
  if (systemCode(error) === 'EPIPE') return 74;
  const stack = error instanceof Error ? error.stack : undefined;
  complain(
    `a fault of mailsluice: ${stack ?? messageOf(error)}`,
    'Please report it, without the message if it is private.',
  );
  return 70;
}

/** Shows how far long work is, on a terminal only. */
export function progress(total: number): { readonly step: () => void; readonly end: () => void } {
  const isShown = process.stderr.isTTY && total > 20;
  let done = 0;
  return {
    step: () => {
      done += 1;
      if (isShown && (done % 10 === 0 || done === total)) process.stderr.write(`\r${done} of ${total}`);
    },
    end: () => {
      if (isShown) process.stderr.write('\r\u{1b}[K');
    },
  };
}

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
}

/** Colours on a terminal, and none elsewhere or where NO_COLOR is set. */
export function paint(isOn = process.stdout.isTTY && !process.env['NO_COLOR']): Paint {
  const by = (open: number, close: number) => (text: string) =>
    isOn ? `\u{1b}[${open}m${text}\u{1b}[${close}m` : text;
  return { bold: by(1, 22), dim: by(2, 22), red: by(31, 39), green: by(32, 39) };
}
