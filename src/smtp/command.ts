export interface Command {
  /** Upper case. */
  readonly verb: string;
  /** Octets behind the verb and one space, as latin1 characters; blanks at the end are gone. */
  readonly argument: string;
}

/** CR, LF, NUL and other control characters have no place in a command; 8-bit octets (SMTPUTF8) are the next hop's to judge. */
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

export const hasControl = (text: string): boolean => CONTROL.test(text);

/** Cuts a command line (RFC 5321 4.1.1). Verbs are letters; anything else comes back as verb `''`. */
export function readCommand(line: string): Command {
  const match = /^([A-Za-z]{1,16})(?: |$)/.exec(line);
  if (match === null) return { verb: '', argument: line };
  return { verb: (match[1] ?? '').toUpperCase(), argument: withoutTail(line.slice(match[0].length)) };
}

function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--;
  return text.slice(0, end);
}

/** The octets behind `FROM:` or `TO:`, leading blanks gone; undefined where the keyword is missing. */
export function behindKeyword(argument: string, keyword: 'FROM' | 'TO'): string | undefined {
  const start = keyword.length + 1;
  if (argument.slice(0, start).toUpperCase() !== `${keyword}:`) return undefined;
  return argument.slice(start).replace(/^[ \t]+/, '');
}
