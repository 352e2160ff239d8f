import { readFileSync } from 'node:fs';

/** T: reports the reading and shows nothing. I: shows something, and its URL says who reads. C: content. S: a spacer. */
export type Label = 'T' | 'I' | 'C' | 'S';

export interface Labelled {
  /** First 16 hex digits of the SHA-256 of the message's file, and of the URL. */
  readonly message: string;
  readonly load: string;
  readonly a: Label;
  /** Of the second, independent labelling; undefined where there is none. */
  readonly b: Label | undefined;
  readonly agreed: Label;
}

function labelOf(text: string | undefined): Label | undefined {
  return text === 'T' || text === 'I' || text === 'C' || text === 'S' ? text : undefined;
}

/** Reads a table of labels; a line that is none is an error of the file's author and thrown. */
export function parseLabels(text: string): readonly Labelled[] {
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const [message, load, first, second, final] = line.split('\t');
      const a = labelOf(first);
      const agreed = labelOf(final);
      if (message === undefined || load === undefined || a === undefined || agreed === undefined) {
        throw new Error(`no label: ${line}`);
      }
      return { message, load, a, b: labelOf(second), agreed };
    });
}

export function readLabels(path: string): readonly Labelled[] {
  return parseLabels(readFileSync(path, 'utf8'));
}
