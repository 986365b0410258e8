/** A row of a sparse matrix: the columns that are not zero, and their values. */
export interface SparseRow {
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

export interface LinearModel {
  readonly weights: Float64Array;
  readonly bias: number;
}

export interface LogisticOptions {
  readonly columns: number;
  /** Strength of the pull of weights towards zero. */
  readonly l2: number;
  readonly steps: number;
}

/**
 * Fits by Nesterov's accelerated gradient over all rows at once: the loss is convex, so there is
 * neither a learning rate nor an order of rows to choose, and every run ends at the same weights.
 * Rows must have length 1 or less, which bounds the curvature and so gives the step.
 */
export function fitLogisticRegression(
  rows: readonly SparseRow[],
  targets: readonly boolean[],
  { columns, l2, steps }: LogisticOptions,
): LinearModel {
  const curvature = 0.5 + l2; // a row and the constant 1 of the bias: at most 2, times 1/4
  let previous = new Float64Array(columns + 1);
  let point = previous;
  for (let step = 1; step <= steps; step++) {
    const gradient = gradientAt(point, rows, targets, l2);
    const next = point.map((value, index) => value - (gradient[index] as number) / curvature);
    const momentum = (step - 1) / (step + 2);
    point = next.map((value, index) => value + momentum * (value - (previous[index] as number)));
    previous = next;
  }
  return { weights: previous.slice(0, columns), bias: previous[columns] as number };
}

/** The probability of the positive class. */
export function probabilityOf(row: SparseRow, { weights, bias }: LinearModel): number {
  return sigmoid(bias + dot(row, weights));
}

/** Mean log loss plus l2 / 2 * |weights|^2; the bias, last, is not pulled. */
function gradientAt(
  point: Float64Array,
  rows: readonly SparseRow[],
  targets: readonly boolean[],
  l2: number,
): Float64Array<ArrayBuffer> {
  const columns = point.length - 1;
  const gradient = point.map((value, index) => (index < columns ? l2 * value : 0));
  rows.forEach((row, index) => {
    const predicted = sigmoid((point[columns] as number) + dot(row, point));
    const error = (predicted - Number(targets[index])) / rows.length;
    for (let at = 0; at < row.columns.length; at++) {
      const column = row.columns[at] as number;
      gradient[column] = (gradient[column] as number) + error * (row.values[at] as number);
    }
    gradient[columns] = (gradient[columns] as number) + error;
  });
  return gradient;
}

function dot({ columns, values }: SparseRow, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < columns.length; at++) {
    sum += (weights[columns[at] as number] as number) * (values[at] as number);
  }
  return sum;
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
