import ts from 'typescript';

/**
 * How many quantifiers without an upper bound (`*`, `+`, `{n,}`) one way through a regular expression can meet: of alternatives the one with
 * the most counts; those in character classes are characters.
 */
export function unboundedQuantifiers(source: string): number {
  // A level a group: the count of the alternative being read, and the largest of those before it.
  const levels = [{ count: 0, largest: 0 }];
  const top = (): { count: number; largest: number } => levels.at(-1) ?? { count: 0, largest: 0 };
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === '\\') at += 1;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') levels.push({ count: 0, largest: 0 });
    else if (char === '|') {
      top().largest = Math.max(top().largest, top().count);
      top().count = 0;
    } else if (char === ')') {
      const group = levels.pop() ?? { count: 0, largest: 0 };
      top().count += Math.max(group.largest, group.count);
    } else if (char === '*' || char === '+' || (char === '{' && /^\{\d+,\}/.test(source.slice(at, at + 12))))
      top().count += 1;
  }
  return Math.max(top().largest, top().count);
}

export interface RegExpUse {
  readonly line: number;
  readonly text: string;
  readonly quantifiers: number;
  /** Built at run time from text: how much it costs cannot be read from the source. */
  readonly built: boolean;
}

/** Every regular expression of a TypeScript source, literal or built by `RegExp(...)`. */
export function regExpsOf(fileName: string, source: string): readonly RegExpUse[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true);
  const found: RegExpUse[] = [];
  const visit = (node: ts.Node): void => {
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    if (ts.isRegularExpressionLiteral(node)) {
      const body = node.text.slice(1, node.text.lastIndexOf('/'));
      found.push({ line, text: node.text, quantifiers: unboundedQuantifiers(body), built: false });
    } else if (
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'RegExp'
    ) {
      found.push({ line, text: node.getText(file), quantifiers: 0, built: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
