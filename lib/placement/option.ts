/** One way to serve a model, priced for an expected traffic. */
export interface PlacementOption {
  readonly kind: 'lambda' | 'real-time' | 'scale-to-zero' | 'async' | 'serverless';
  /** Such as `Lambda, 1024 MiB` or `ml.m5.large`. */
  readonly name: string;
  /** Dollars a month at the expected traffic: the sum of the lines. */
  readonly month: number;
  readonly lines: readonly CostLine[];
  /** Dollars a month when nobody asks at all. */
  readonly idleMonth: number;
  /** Instances at the expected traffic; absent where there are none. */
  readonly instances?: number;
  /** Requests a minute from which on this option costs less than Lambda. Absent: none does. */
  readonly breakEven?: number;
  /** Dollars for each hour in which a release runs two fleets. */
  readonly twoFleetsHour: number;
  /** Why the model cannot be served so; none when it can. */
  readonly obstacles: readonly string[];
  /** Good to know about this option. */
  readonly notes: readonly string[];
}

export interface CostLine {
  readonly what: string;
  readonly month: number;
}

export function sum(lines: readonly CostLine[]): number {
  return lines.reduce((total, { month }) => total + month, 0);
}
