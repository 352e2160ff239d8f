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

/** Where each of a rule's own vectors was read from, in their order. */
export interface VectorOrigins {
  readonly must: readonly Origin[];
  readonly must_not: readonly Origin[];
}

/** What is wrong with a rule by its own vectors: with one of them, or with the rule as a whole. */
export interface Fault {
  readonly vector?: readonly [list: keyof VectorOrigins, index: number];
  readonly text: string;
}

const origins = new WeakMap<object, Origin>();
const vectorOrigins = new WeakMap<object, VectorOrigins>();

export function setOrigin(rule: object, origin: Origin, vectors: VectorOrigins): void {
  origins.set(rule, origin);
  vectorOrigins.set(rule, vectors);
}

/** Where what a fault is about was read from; undefined for a rule of the compiled module. */
export function originOfFault(rule: object, { vector }: Fault): Origin | undefined {
  const own = vector === undefined ? undefined : vectorOrigins.get(rule)?.[vector[0]][vector[1]];
  return own ?? origins.get(rule);
}

/** Where a rule was read from; undefined for one of the compiled module. */
export function originOf(rule: object): Origin | undefined {
  return origins.get(rule);
}
