/** A half-open range. What it counts (octets of a message, characters of a text) is said where it is used. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A planned change of a text: the characters of the span give way to `replacement`, which is ASCII only. */
export interface TextEdit extends Span {
  readonly replacement: string;
}
