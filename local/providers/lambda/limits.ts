/** Limits of AWS Lambda that callers can run into. */
export const limits = {
  /** Payload of a synchronous invocation. */
  requestBytes: 6_291_456,
  /** Answer of a function; AWS leaves it a hundred bytes more than the request. */
  responseBytes: 6_291_556,
  /** Payload of an asynchronous invocation. */
  eventBytes: 1_048_576,
  /** Function or layer, unzipped. */
  unzippedBytes: 262_144_000,
  /** What initialization may take before it is done again as part of the invocation. */
  initMs: 10_000,
  /** Last part of an invocation's log that Invoke returns. */
  logTailBytes: 4096,
} as const;
