import type { OutputColumn, OutputElement } from './output-rows.ts';

/**
 * A row's share of an output as JSON, spelled as the protocol's answers are: NaN is null, the
 * infinities are texts, a negative zero keeps its sign.
 */
export function jsonOfRow({ elements, shape, size }: OutputColumn, row: number): string {
  const first = row * size;
  return shape.length === 0
    ? jsonOfElement(elements[first] as OutputElement)
    : jsonOfArray(elements, shape, 0, first, size);
}

function jsonOfArray(
  elements: ArrayLike<OutputElement>,
  shape: readonly number[],
  axis: number,
  first: number,
  size: number,
): string {
  const length = shape[axis] as number;
  if (length === 0) return '[]';
  const step = size / length;
  let text = '[';
  for (let index = 0; index < length; index += 1) {
    if (index > 0) text += ',';
    const at = first + index * step;
    text +=
      axis === shape.length - 1
        ? jsonOfElement(elements[at] as OutputElement)
        : jsonOfArray(elements, shape, axis + 1, at, step);
  }
  return `${text}]`;
}

function jsonOfElement(element: OutputElement): string {
  if (typeof element === 'number') return jsonOfNumber(element);
  return typeof element === 'string' ? JSON.stringify(element) : String(element);
}

function jsonOfNumber(value: number): string {
  if (value - value === 0) return Object.is(value, -0) ? '-0.0' : String(value);
  return Number.isNaN(value) ? 'null' : `"${value}"`;
}
