/**
 * `golden.json` beside a model version: requests with the outputs that the version must reproduce.
 * Read by tests, by `siskin validate` and by the pre-traffic check.
 */
export interface GoldenFile {
  readonly tolerance: Tolerance;
  readonly cases: readonly GoldenCase[];
}

/** |actual - expected| <= absolute + relative * |expected|, for float datatypes; others are equal. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

export interface GoldenCase {
  readonly name: string;
  /** An OIP v2 inference request in JSON form. */
  readonly request: unknown;
  /** The OIP v2 outputs expected, in JSON form. */
  readonly outputs: readonly GoldenOutput[];
}

export interface GoldenOutput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}
