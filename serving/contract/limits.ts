/** Limits that AWS sets, in bytes unless the name says otherwise. */
export const limits = {
  /** Lambda: synchronous invocation payload, each way. The whole event counts, base64 included. */
  lambdaPayload: 6 * 1024 * 1024,
  /** API Gateway: request and response payload. */
  gatewayPayload: 10 * 1024 * 1024,
  /** SageMaker: body of InvokeEndpoint, each way. */
  endpointPayload: 25 * 1024 * 1024,
  /** API Gateway: default integration timeout. */
  integrationTimeoutSeconds: 29,
  /** Lambda: function code and all its layers, unzipped. */
  unzippedPackage: 250 * 1024 * 1024,
  /** Lambda: memory of an on-demand function, MiB. */
  memoryMiB: { min: 128, max: 10_240 },
  /** Lambda: /tmp, MiB. */
  ephemeralStorageMiB: { min: 512, max: 10_240 },
  /** API Gateway: resources of one REST API before a quota raise. */
  resourcesPerApi: 300,
  /** Triton's cap on the nesting of JSON tensor data. */
  jsonDepth: 100,
  /** A compressed request may expand to this much. */
  inflatedBody: 64 * 1024 * 1024,
  /** Of that, this much may be JSON: reading it costs far more than reading binary tensors. */
  inflatedJson: 16 * 1024 * 1024,
  /** Arrays and objects in such a JSON. A few kilobytes of gzip could ask for millions of them. */
  inflatedContainers: 1_000_000,
  /** A batch's record may be this long; a longer one is a failed record, and never in memory as a whole. */
  recordBytes: 16 * 1024 * 1024,
} as const;
