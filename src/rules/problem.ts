/** What is wrong with a rule pack, for people; line and column from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Where a rule was read from. */
export type Origin = Omit<Problem, 'message'>;

/** `FILE:LINE:COLUMN: message`. */
export function problemText({ file, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${message}`;
}

const origins = new WeakMap<object, Origin>();

export function setOrigin(rule: object, origin: Origin): void {
  origins.set(rule, origin);
}

/** Where a rule was read from; undefined for one of the compiled module. */
export function originOf(rule: object): Origin | undefined {
  return origins.get(rule);
}
