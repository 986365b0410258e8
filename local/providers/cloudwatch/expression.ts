import jsep, { type CoreExpression, type Expression as JsepNode } from 'jsep';
import { AwsError } from '../../host/aws-error.ts';

/** A parsed metric math expression. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

export type BinaryOperator = Exclude<(typeof OPERATORS)[number][0], keyof typeof SYNONYMS>;

/** The longest expression that GetMetricData takes. */
const MAX_LENGTH = 2048;

const SYNONYMS = { '&&': 'AND', '||': 'OR' } as const;

/** Every operator with its precedence. */
const OPERATORS = [
  ['OR', 1],
  ['||', 1],
  ['AND', 2],
  ['&&', 2],
  ['==', 3],
  ['!=', 3],
  ['<', 4],
  ['<=', 4],
  ['>', 4],
  ['>=', 4],
  ['+', 5],
  ['-', 5],
  ['*', 6],
  ['/', 6],
  ['^', 7],
] as const;

// jsep comes with JavaScript's operators; from here on it knows CloudWatch's.
jsep.removeAllUnaryOps();
jsep.removeAllBinaryOps();
jsep.addUnaryOp('-');
for (const [operator, precedence] of OPERATORS) {
  jsep.addBinaryOp(operator, precedence, operator === '^');
}

/** Parses metric math; throws a ValidationError for anything that is not. */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_LENGTH) {
    throw invalid(text, `it has ${text.length} characters, at most ${MAX_LENGTH} are allowed`);
  }
  try {
    return convert(jsep(text) as CoreExpression, text);
  } catch (error) {
    if (error instanceof AwsError) throw error;
    if (error instanceof RangeError) throw invalid(text, 'it is nested too deeply');
    throw invalid(text, (error as Error).message);
  }
}

/** Every name in an expression: the ids of what it is computed from, and keywords. */
export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'name':
      return [expression.name];
    case 'list':
      return expression.items.flatMap(namesIn);
    case 'negate':
      return namesIn(expression.operand);
    case 'binary':
      return [...namesIn(expression.left), ...namesIn(expression.right)];
    case 'call':
      return expression.args.flatMap(namesIn);
    default:
      return [];
  }
}

export function calls(expression: Expression, name: string): boolean {
  switch (expression.kind) {
    case 'call':
      return expression.name === name || expression.args.some((arg) => calls(arg, name));
    case 'list':
      return expression.items.some((item) => calls(item, name));
    case 'negate':
      return calls(expression.operand, name);
    case 'binary':
      return calls(expression.left, name) || calls(expression.right, name);
    default:
      return false;
  }
}

/** jsep also knows member access, conditionals and more, which metric math does not have. */
function convert(node: CoreExpression, text: string): Expression {
  const inner = (child: JsepNode | null) => {
    if (!child) throw invalid(text, 'a list has an empty place');
    return convert(child as CoreExpression, text);
  };
  switch (node.type) {
    case 'Literal':
      if (typeof node.value === 'number') return { kind: 'number', value: node.value };
      if (typeof node.value === 'string') return { kind: 'text', value: node.value };
      throw invalid(text, `'${node.raw}' is neither a number nor a string`);
    case 'Identifier':
      return { kind: 'name', name: node.name };
    case 'ArrayExpression':
      return { kind: 'list', items: node.elements.map(inner) };
    case 'UnaryExpression':
      return { kind: 'negate', operand: inner(node.argument) };
    case 'BinaryExpression': {
      const operator = canonical(node.operator);
      return { kind: 'binary', operator, left: inner(node.left), right: inner(node.right) };
    }
    case 'CallExpression': {
      const callee = node.callee as CoreExpression;
      if (callee.type !== 'Identifier') throw invalid(text, 'only functions can be called');
      return { kind: 'call', name: callee.name, args: node.arguments.map(inner) };
    }
    case 'Compound':
      throw invalid(text, node.body.length === 0 ? 'it is empty' : 'an operator is missing');
    default:
      throw invalid(text, `${node.type} is not part of metric math`);
  }
}

function canonical(operator: string): BinaryOperator {
  return (
    Object.hasOwn(SYNONYMS, operator) ? SYNONYMS[operator as keyof typeof SYNONYMS] : operator
  ) as BinaryOperator;
}

function invalid(text: string, problem: string): AwsError {
  const shown = text.length > 200 ? `${text.slice(0, 200)}...` : text;
  return new AwsError('ValidationError', `Invalid metric math expression '${shown}': ${problem}`);
}
