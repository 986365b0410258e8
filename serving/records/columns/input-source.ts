import { quote, quoteNames } from '../../protocol/quote.ts';
import { shapeText } from '../../protocol/tensor.ts';
import type { Binding } from '../records.ts';
import type { RowInput, RowSignature } from './row-signature.ts';

/** Which columns fill an input. */
export type InputSource =
  /** One column with the whole row of the input: an array, or a single element. */
  | { readonly kind: 'whole'; readonly input: RowInput; readonly column: string }
  /** A column for each element, in row-major order. */
  | { readonly kind: 'elements'; readonly input: RowInput; readonly columns: readonly string[] };

/** The sources of a model's inputs, or everything that is wrong with the columns at hand. */
export type SourceSearch =
  | { readonly sources: readonly InputSource[] }
  | { readonly problems: readonly string[] };

/**
 * The rule by which columns find their input, the first that fits:
 *
 * 1. The binding's `columns` names them: one column, or one for each element.
 * 2. A column has the input's name.
 * 3. Columns are named as the elements of a row of n: `x[0]` to `x[n-1]`, or `x_0` to `x_n-1`.
 *
 * Columns that no input asks for are left alone. Carried columns must be there.
 */
export function findSources(
  { inputs }: RowSignature,
  { columns: mapping = {}, carried }: Pick<Binding, 'columns' | 'carried'>,
  has: (column: string) => boolean,
): SourceSearch {
  const sources: InputSource[] = [];
  const problems: string[] = [];
  for (const input of inputs) {
    const found = sourceOf(input, ownOf(mapping, input.name), has);
    if (typeof found === 'string') problems.push(found);
    else if (found) sources.push(found);
  }
  for (const column of carried) {
    if (!has(column)) problems.push(`column ${quote(column)} is missing, and was asked for`);
  }
  return problems.length > 0 ? { problems } : { sources };
}

function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function sourceOf(
  input: RowInput,
  mapped: string | readonly string[] | undefined,
  has: (column: string) => boolean,
): InputSource | string | undefined {
  if (typeof mapped === 'string') {
    return has(mapped) ? { kind: 'whole', input, column: mapped } : missing(input, [mapped]);
  }
  if (mapped) {
    const absent = mapped.filter((column) => !has(column));
    return absent.length > 0
      ? missing(input, absent)
      : { kind: 'elements', input, columns: mapped };
  }
  if (has(input.name)) return { kind: 'whole', input, column: input.name };
  const numbered = elementColumns(input, has);
  if (numbered) {
    const absent = numbered.filter((column) => !has(column));
    return absent.length > 0
      ? missing(input, absent)
      : { kind: 'elements', input, columns: numbered };
  }
  return input.optional ? undefined : missing(input, [input.name]);
}

/** Names of the elements' columns in the style whose first is there. */
function elementColumns(
  { name, elements = 0 }: RowInput,
  has: (column: string) => boolean,
): string[] | undefined {
  const styles = [(index: number) => `${name}[${index}]`, (index: number) => `${name}_${index}`];
  const style = elements > 0 ? styles.find((named) => has(named(0))) : undefined;
  return style && Array.from({ length: elements }, (_, index) => style(index));
}

function missing(input: RowInput, columns: readonly string[]): string {
  const needs = `input ${quote(input.name)} (${input.datatype} ${shapeText(input.shape)})`;
  const noun = columns.length === 1 ? 'column' : 'columns';
  return `${noun} ${quoteNames(columns, 5)} of ${needs} ${columns.length === 1 ? 'is' : 'are'} missing`;
}

/** At synth or at the start of a job: a mapping that no file can satisfy. */
export function mappingProblems(
  { inputs }: RowSignature,
  mapping: Readonly<Record<string, string | readonly string[]>>,
): string[] {
  return Object.entries(mapping).flatMap(([name, columns]) => {
    const input = inputs.find((candidate) => candidate.name === name);
    if (!input) {
      const known = quoteNames(inputs.map((candidate) => candidate.name));
      return [`columns names ${quote(name)}, but the model has only the inputs ${known}`];
    }
    if (typeof columns === 'string' || columns.length === input.elements) return [];
    const wanted = input.elements ?? 'no fixed number of';
    return [
      `columns gives ${columns.length} columns to ${quote(name)}, whose rows have ${wanted} elements`,
    ];
  });
}
