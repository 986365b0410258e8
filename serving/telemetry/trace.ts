import type { ErrorCode } from '../error/catalogue.ts';

/** What is learned about one request on its way, for the log line and the metrics. */
export interface Trace {
  readonly requestId: string;
  /** On the clock that never goes back, milliseconds. */
  readonly start: number;
  method?: string;
  path?: string;
  operation?: string;
  model?: string;
  version?: string;
  /** Whether this request is one that the metrics count: an inference. */
  isInference: boolean;
  /** The environment's first request, or one that loaded its model. */
  coldStart: boolean;
  status?: number;
  errorCode?: ErrorCode;
  error?: unknown;
  batchSize?: number;
  /** The endpoint's production variant that answered. */
  variant?: string;
  decodeMs?: number;
  inferenceMs?: number;
  encodeMs?: number;
}
