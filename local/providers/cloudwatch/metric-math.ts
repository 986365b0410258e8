import type { BinaryOperator, Expression } from './expression.ts';
import { FUNCTIONS } from './math-functions.ts';
import {
  describe,
  isList,
  isSeries,
  Keyword,
  mathError,
  type Result,
  type Scope,
  scalarOf,
  seriesOf,
  type Value,
} from './math-value.ts';
import { mapPoints, type TimeSeries, zipPoints } from './time-series.ts';

const truth = (condition: boolean) => (condition ? 1 : 0);

const OPERATORS: Readonly<Record<BinaryOperator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  // A division by zero gives no finite number, and so no datapoint.
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '==': (left, right) => truth(left === right),
  '!=': (left, right) => truth(left !== right),
  '<': (left, right) => truth(left < right),
  '<=': (left, right) => truth(left <= right),
  '>': (left, right) => truth(left > right),
  '>=': (left, right) => truth(left >= right),
  AND: (left, right) => truth(left !== 0 && right !== 0),
  OR: (left, right) => truth(left !== 0 || right !== 0),
};

/** Computes an expression; the whole of one must give a series or several. */
export function computeExpression(expression: Expression, scope: Scope): Result {
  const value = compute(expression, scope);
  if (isSeries(value) || isList(value)) return value;
  throw mathError(`it gives ${describe(value)}, and must give a time series`);
}

function compute(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'number':
    case 'text':
      return expression.value;
    case 'name':
      return named(expression.name, scope);
    case 'list':
      return expression.items.flatMap((item) => seriesOf(compute(item, scope)));
    case 'negate':
      return binary('-', 0, compute(expression.operand, scope));
    case 'binary': {
      const left = compute(expression.left, scope);
      return binary(expression.operator, left, compute(expression.right, scope));
    }
    case 'call': {
      const { name } = expression;
      const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
      if (!found) throw mathError(`there is no function ${name}`);
      const args = expression.args.map((arg) => compute(arg, scope));
      const [least, most] = found.arity;
      if (args.length < least || args.length > most) {
        const wanted = least === most ? `${least}` : `${least} to ${most}`;
        throw mathError(`${name} takes ${wanted} arguments, not ${args.length}`);
      }
      return found.apply(args, scope);
    }
  }
}

/** Ids begin with a lower-case letter, which is how they are told from keywords. */
function named(name: string, scope: Scope): Value {
  if (!/^[a-z]/.test(name)) return new Keyword(name);
  const result = scope.result(name);
  if (!result) throw mathError(`nothing has the id '${name}'`);
  return result;
}

function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  const combine = OPERATORS[operator];
  if (isList(left) && isList(right)) {
    throw mathError(`'${operator}' cannot combine two arrays of time series`);
  }
  if (isList(left)) return left.map((item) => binary(operator, item, right) as TimeSeries);
  if (isList(right)) return right.map((item) => binary(operator, left, item) as TimeSeries);
  if (isSeries(left)) {
    if (isSeries(right)) return { ...left, points: zipPoints(left.points, right.points, combine) };
    const scalar = scalarOf(right);
    return { ...left, points: mapPoints(left.points, (value) => combine(value, scalar)) };
  }
  const scalar = scalarOf(left);
  if (isSeries(right)) {
    return { ...right, points: mapPoints(right.points, (value) => combine(scalar, value)) };
  }
  return combine(scalar, scalarOf(right));
}
