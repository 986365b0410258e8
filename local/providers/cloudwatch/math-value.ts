import { AwsError } from '../../host/aws-error.ts';
import type { TimeSeries } from './time-series.ts';

/** A keyword such as REPEAT or DESC, which only some functions take. */
export class Keyword {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What a part of an expression gives: a scalar, one series, an array of series, text, a keyword. */
export type Value = number | TimeSeries | readonly TimeSeries[] | string | Keyword;

/** What a whole expression may give. An array stays one also when it holds a single series. */
export type Result = TimeSeries | readonly TimeSeries[];

/** What an expression can see of the request that it is part of. */
export interface Scope {
  /** The result of another query of the request; undefined when there is none of that id. */
  result(id: string): Result | undefined;
  /** The request's metrics, without its expressions. */
  metrics(): readonly { readonly id: string; readonly series: TimeSeries }[];
  search(query: string, statistic: string, period: number | undefined): readonly TimeSeries[];
  /** Every time of the request's range at which a series of that period may have a datapoint. */
  grid(period: number): readonly number[];
  /** The period of series that are made from a scalar. */
  readonly period: number;
}

export function isList(value: Value): value is readonly TimeSeries[] {
  return Array.isArray(value);
}

export function isSeries(value: Value): value is TimeSeries {
  return typeof value === 'object' && 'points' in value;
}

export function seriesOf(value: Value): readonly TimeSeries[] {
  if (isList(value)) return value;
  if (isSeries(value)) return [value];
  throw mathError(`${describe(value)} stands where a time series is needed`);
}

export function scalarOf(value: Value): number {
  if (typeof value === 'number') return value;
  throw mathError(`${describe(value)} stands where a number is needed`);
}

export function describe(value: Value): string {
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') return `the text '${value}'`;
  if (value instanceof Keyword) return `the word ${value.name}`;
  return isList(value) ? 'an array of time series' : 'a time series';
}

export function mathError(problem: string): AwsError {
  return new AwsError('ValidationError', `Error in expression: ${problem}`);
}
