import { printFloatRows } from '../../codec/number-scanner/float-printer.ts';
import type { OutputColumn, OutputElement } from './output-rows.ts';

/**
 * The rows' shares of an output as JSON, spelled as the protocol's answers are: NaN is null, the
 * infinities are texts, a negative zero keeps its sign. An FP32 is the shortest decimal that reads
 * back as the same FP32, which is half as long and made five times as fast as a double's digits.
 */
export function jsonRows(column: OutputColumn, rows: number): readonly string[] {
  const { shape, elements } = column;
  if (shape.length === 0) return elementTexts(column);
  const length = shape.at(-1) as number;
  if (column.size === 0) return new Array<string>(rows).fill(emptyArray(shape));
  const innermost =
    elements instanceof Float32Array
      ? printFloatRows(elements, length).map((text) => `[${text}]`)
      : joined(elementTexts(column), length);
  const outer = shape.slice(0, -1);
  return outer.reduceRight<readonly string[]>((texts, size) => joined(texts, size), innermost);
}

function elementTexts({ elements }: OutputColumn): string[] {
  if (elements instanceof Float32Array) return printFloatRows(elements, 1);
  return Array.from(elements, jsonOfElement);
}

/** Arrays of so many neighbours each. */
function joined(texts: readonly string[], length: number): string[] {
  const arrays: string[] = [];
  for (let at = 0; at < texts.length; at += length) {
    arrays.push(`[${texts.slice(at, at + length).join(',')}]`);
  }
  return arrays;
}

/** An array without an element: the lengths before the first zero are all that it shows. */
function emptyArray(shape: readonly number[]): string {
  const outer = shape.slice(0, shape.indexOf(0));
  return outer.reduceRight((text, size) => `[${new Array(size).fill(text).join(',')}]`, '[]');
}

function jsonOfElement(element: OutputElement): string {
  if (typeof element === 'number') return jsonOfNumber(element);
  return typeof element === 'string' ? JSON.stringify(element) : String(element);
}

function jsonOfNumber(value: number): string {
  if (value - value === 0) return Object.is(value, -0) ? '-0.0' : String(value);
  return Number.isNaN(value) ? 'null' : `"${value}"`;
}
