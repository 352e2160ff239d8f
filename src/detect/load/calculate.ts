/** Arguments and operators of one expression: newsletters have two or three. */
const maxTokens = 64;

type Operator = '+' | '-' | '*' | '/' | ',';

interface Frame {
  readonly call: string;
  readonly values: number[];
  readonly operators: Operator[];
}

const rank: Readonly<Record<Operator, number>> = { ',': 0, '+': 1, '-': 1, '*': 2, '/': 2 };

function apply(operator: Operator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case ',':
      return NaN;
  }
}

/** Works off what binds at least as strongly as `least`; commas stay, and what they divide are the arguments. */
function reduce(frame: Frame, least: number): void {
  for (;;) {
    const operator = frame.operators.at(-1);
    if (operator === undefined || operator === ',' || rank[operator] < least) return;
    frame.operators.pop();
    const b = frame.values.pop() ?? NaN;
    const a = frame.values.pop() ?? NaN;
    frame.values.push(apply(operator, a, b));
  }
}

/** NaN is a value that nobody knows before layout: of those, `min` and `clamp` still have an upper bound. */
function callResult({ call, values }: Frame): number {
  const known = values.filter((value) => !Number.isNaN(value));
  switch (call) {
    case 'min':
      return known.length === 0 ? NaN : Math.min(...known);
    case 'max':
      return Math.max(...values);
    case 'clamp': {
      const [low = NaN, middle = NaN, high = NaN] = values;
      const upper = Number.isNaN(middle) ? high : Number.isNaN(high) ? middle : Math.min(middle, high);
      return Number.isNaN(low) ? upper : Math.max(low, upper);
    }
    case 'abs':
      return Math.abs(values[0] ?? NaN);
    default:
      return values.length === 1 ? (values[0] ?? NaN) : NaN;
  }
}

const token =
  /\s*(?:([0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})(%|[a-z]{1,4})?|([a-z-]{0,12})\(|([-+*/,)]))/y;

/**
 * The value of `calc()`, `min()`, `max()` or `clamp()`, nested or not, with what `valueOf` says of each number and unit; undefined for
 * anything else, and where it depends on the layout. Without recursion.
 */
export function calculate(
  text: string,
  valueOf: (number: number, unit: string) => number,
): number | undefined {
  if (!/^(?:-webkit-|-moz-)?(?:calc|min|max|clamp|abs)\(/.test(text) || text.length > 200) return undefined;
  const root: Frame = { call: '', values: [], operators: [] };
  const frames: Frame[] = [root];
  let isOperand = true;
  let sign = 1;
  token.lastIndex = 0;
  for (let count = 0; count < maxTokens; count += 1) {
    const match = token.exec(text);
    if (match === null || match[0].trim() === '') break;
    const [, number, unit = '', call, symbol] = match;
    const frame = frames.at(-1);
    if (frame === undefined) return undefined;
    if (call !== undefined) {
      frames.push({ call: call.replace(/^-(?:webkit|moz)-/, ''), values: [], operators: [] });
      isOperand = true;
    } else if (symbol === ')') {
      reduce(frame, 1);
      frames.pop();
      frames.at(-1)?.values.push(callResult(frame));
      isOperand = false;
      if (frames.length === 1) break;
    } else if (isOperand && (symbol === '-' || symbol === '+')) {
      if (symbol === '-') sign = -sign;
    } else if (symbol !== undefined) {
      reduce(frame, rank[symbol as Operator]);
      if (symbol !== ',') frame.operators.push(symbol as Operator);
      isOperand = true;
    } else {
      const value = Number.parseFloat(number ?? '');
      frame.values.push(sign * (Number.isNaN(value) ? NaN : valueOf(value, unit)));
      sign = 1;
      isOperand = false;
    }
  }
  // What is cut short is closed, as browsers close it.
  while (frames.length > 1) {
    const frame = frames.pop();
    if (frame === undefined) break;
    reduce(frame, 1);
    frames.at(-1)?.values.push(callResult(frame));
  }
  const result = root.values[0];
  return result === undefined || Number.isNaN(result) ? undefined : result;
}
