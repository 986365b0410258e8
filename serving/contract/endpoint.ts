/** Words that the front of a SageMaker endpoint, its container and the CDK app share. */
export const endpointEnvironment = {
  /** Name of the endpoint that the front calls. */
  endpoint: 'SISKIN_ENDPOINT',
  /** Name of the inference component, on an endpoint that scales to zero. */
  component: 'SISKIN_INFERENCE_COMPONENT',
  /** `s3://bucket/prefix/` for the requests of an asynchronous endpoint; unset for a synchronous one. */
  asyncInput: 'SISKIN_ASYNC_INPUT',
} as const;

/** The one production variant, whose name stays over releases, and the shadow beside it. */
export const variantNames = { production: 'live', shadow: 'shadow' } as const;

/** Triton's media type for JSON followed by binary tensors; the JSON's length in bytes comes behind. */
export const tritonBinaryType =
  'application/vnd.sagemaker-triton.binary+json;json-header-size=' as const;
