/** Lines and columns count from 1. */
export interface At {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something wrong (or, as a warning, doubtful) in a configuration, for people. */
export interface Problem {
  readonly at: At;
  readonly message: string;
}

export function problemText({ at, message }: Problem): string {
  return at.line === 0 ? `${at.file}: ${message}` : `${at.file}:${at.line}:${at.column} ${message}`;
}
