/**
 * The catalogue of what can go wrong outside of a message. Codes are stable: they stand in logs and in README, "Errors"; a test holds
 * the two lists equal. Exit codes are those of sysexits(3), as mail filters are expected to speak.
 */
export const errorCatalogue = {
  E_USAGE: { exit: 64, meaning: 'the command line is wrong' },
  E_NO_INPUT: { exit: 66, meaning: 'a file that was named cannot be read; a configuration named by -c: 78' },
  E_NOT_HEALTHY: {
    exit: 69,
    meaning: 'the running mailsluice does not answer, or says that it is not ready',
  },
  E_BUG: { exit: 70, meaning: 'a fault of mailsluice; the message was left as it came' },
  E_EXISTS: { exit: 73, meaning: 'an output file exists already, occurs twice or cannot be made' },
  E_WRITE: { exit: 74, meaning: 'writing failed' },
  E_ADDRESS_IN_USE: { exit: 74, meaning: 'another program listens on the address' },
  E_LISTEN: { exit: 74, meaning: 'the address cannot be listened on' },
  E_TRY_AGAIN: { exit: 75, meaning: 'cleaning failed and on_error: tempfail asks for another try' },
  E_CONFIG: { exit: 78, meaning: 'the configuration is wrong' },
  E_RULES: { exit: 78, meaning: 'a rule pack is wrong' },
  E_RELOAD: { exit: 78, meaning: 'a new configuration was not taken; the old one stays' },
} as const satisfies Readonly<Record<string, { exit: number; meaning: string }>>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An outcome for people: what is wrong, and in `hint` what to do about it. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = hint;
  }

  get exit(): number {
    return errorCatalogue[this.code].exit;
  }
}

/** The system's own code of an error (`ENOENT`), if it has one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
