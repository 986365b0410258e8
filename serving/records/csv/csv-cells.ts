import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import { exactNumber, parseExactJson } from '../../codec/exact-json.ts';
import { SiskinError } from '../../error/siskin-error.ts';
import { NumberToken } from '../../protocol/number-token.ts';
import { quote } from '../../protocol/quote.ts';
import type { InputSource } from '../columns/input-source.ts';

/** The cells of one record, without its line's end. */
export function readCells(record: Buffer): string[] {
  if (!isUtf8(record)) throw bad('the record is not UTF-8');
  const text = record.toString('utf8');
  if (!text.includes('"')) return text.split(',');
  try {
    const [cells] = parse(text, { relax_column_count: true });
    return cells as unknown as string[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw bad(`the record is not CSV: ${cause.message}`);
  }
}

const words = new Map<string, unknown>([
  // An empty cell is a missing value: NaN where the input takes floats, as null is in JSON.
  ['', null],
  ['true', true],
  ['false', false],
  ['nan', new NumberToken('NaN')],
  ['inf', new NumberToken('Infinity')],
  ['-inf', new NumberToken('-Infinity')],
  ['infinity', new NumberToken('Infinity')],
  ['-infinity', new NumberToken('-Infinity')],
]);

/** No number needs more letters, and the grammar's time grows with the square of a long row of zeros. */
const longestNumber = 1000;

const numberGrammar = /^([+-]?)0*(\d*)(?:\.(\d*))?([eE][+-]?\d+)?$/;

/** The value of a cell for the input that it goes to, as the exact JSON parser would give it. */
export function cellValue(cell: string, column: string, { kind, input }: InputSource): unknown {
  const isArray =
    kind === 'whole' && input.elements !== 1 && (input.elements !== undefined || cell[0] === '[');
  if (isArray) return arrayOf(cell, column);
  return input.datatype === 'BYTES' ? cell : numberOf(cell.trim());
}

function arrayOf(cell: string, column: string): unknown {
  try {
    return parseExactJson(cell);
  } catch (error) {
    if (!(error instanceof SiskinError)) throw error;
    throw bad(`column ${quote(column)}: ${quote(cell)} is not an array in JSON`);
  }
}

/** Tools write numbers in more ways than JSON knows: +1, .5, 1., 007. Anything else stays text. */
function numberOf(text: string): unknown {
  const word = words.get(text.toLowerCase());
  if (word !== undefined) return word;
  const match = text.length <= longestNumber && numberGrammar.exec(text);
  if (!match) return text;
  const [, sign, whole = '', fraction = '', exponent = ''] = match;
  if (!/\d/.test(text.replace(/[eE].*/, ''))) return text;
  const decimals = fraction === '' ? '' : `.${fraction}`;
  return exactNumber(`${sign === '-' ? '-' : ''}${whole || '0'}${decimals}${exponent}`);
}

function bad(message: string): SiskinError {
  return new SiskinError('bad_body', message);
}
