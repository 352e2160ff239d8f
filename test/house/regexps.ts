import ts from 'typescript';

/** How many quantifiers without an upper bound (`*`, `+`, `{n,}`) a regular expression has; those in character classes are characters. */
export function unboundedQuantifiers(source: string): number {
  let count = 0;
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === '\\') at += 1;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '*' || char === '+') count += 1;
    else if (char === '{' && /^\{\d+,\}/.test(source.slice(at, at + 12))) count += 1;
  }
  return count;
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
