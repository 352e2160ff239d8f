const lineLength = 78;
/** A statement longer than this says its result and no more: lines stay under the 998 of RFC 5322 2.1.1, whatever a signature holds. */
const maxStatement = 700;

/** On one line, printable ASCII only: what stands in it comes from the message, and some of it (i=) may hold any character. */
function plain(statement: string): string {
  const text = statement.replace(/\s+/g, ' ').replace(/[^\x20-\x7e]/g, '?');
  return text.length <= maxStatement ? text : text.slice(0, text.indexOf(' '));
}

function fold(statement: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of statement.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > lineLength) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\r\n ');
}

/** The value of an Authentication-Results field (RFC 8601 2.2): authserv-id, then a statement a line, CRLF folds. */
export function resultsValue(id: string, statements: readonly string[]): string {
  if (statements.length === 0) return `${id}; none`;
  return [id, ...statements.map((each) => fold(plain(each)))].join(';\r\n ');
}
