import type { TensorSpec } from './manifest.ts';

/** What the pre-traffic check knows of the release it judges: `check.json` in its package. */
export interface CheckManifest {
  /** The model's name as its folder spells it. */
  readonly model: string;
  /** The version that answers requests which name none, after this release. */
  readonly live: string;
  /** Inputs of that version, for a request made from the signature. */
  readonly inputs: readonly TensorSpec[];
  /** A warm answer may take this long. */
  readonly p95LatencyMs: number;
  /** The release may refuse what the one before it answered. */
  readonly breaking: boolean;
  /** By version: path of its golden.json, relative to check.json. */
  readonly golden: Readonly<Record<string, string>>;
}

export const checkFile = 'check.json';
