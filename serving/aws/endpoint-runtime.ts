import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { type HttpSend, sendHttp } from './http-send.ts';
import { AwsCallError, createSignedCall } from './signed-call.ts';

export interface EndpointQuestion {
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  /** Stands in the endpoint's captured data: at most 64 characters. */
  readonly inferenceId: string;
  /** Visible ASCII, at most 1024 characters; the container sees it. */
  readonly customAttributes: string;
}

export interface EndpointAnswer {
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
  /** The production variant that answered. */
  readonly variant: string | undefined;
}

export interface AsyncQuestion extends Omit<EndpointQuestion, 'body'> {
  /** `s3://` place of the body. */
  readonly inputLocation: string;
}

/** Where the answer, or what became of it, will lie. */
export interface AsyncReceipt {
  readonly inferenceId: string | undefined;
  readonly outputLocation: string | undefined;
  readonly failureLocation: string | undefined;
}

/** SageMaker's runtime, as the front of one endpoint needs it. Its errors have the form of the SDK's. */
export interface EndpointRuntime {
  invoke(question: EndpointQuestion, signal: AbortSignal): Promise<EndpointAnswer>;
  invokeAsync(question: AsyncQuestion, signal: AbortSignal): Promise<AsyncReceipt>;
}

export interface EndpointRuntimeOptions {
  readonly endpoint: string;
  /** Inference component, on an endpoint that scales to zero. */
  readonly component: string | undefined;
  /** Credentials, region and endpoints, by the names that the SDKs read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly send?: HttpSend;
}

/** Once more what was throttled, refused or cut off before an answer: models keep no state. */
const attempts = 2;

/** An endpoint's runtime is near; what takes longer to be reached does not come any more. */
const connectMillis = 1_000;

export function createEndpointRuntime(options: EndpointRuntimeOptions): EndpointRuntime {
  return { invoke: invoker(options), invokeAsync: queuer(options) };
}

/**
 * An inference is called without the SDK, which a caller would pay for at a cold start (150 ms of CPU)
 * and with each request (1.3 of 1.9 ms).
 */
function invoker(options: EndpointRuntimeOptions): EndpointRuntime['invoke'] {
  const { endpoint, component, env = process.env, send = sendHttp } = options;
  const call = createSignedCall({
    env,
    attempts,
    send: (url, message) => send(url, { ...message, connectMillis }),
  });
  return async ({ body, contentType, inferenceId, customAttributes }, signal) => {
    const answer = await call({
      service: 'sagemaker',
      hostPrefix: 'runtime.sagemaker',
      endpointName: 'SAGEMAKER_RUNTIME',
      operation: 'InvokeEndpoint',
      method: 'POST',
      path: `/endpoints/${encodeURIComponent(endpoint)}/invocations`,
      headers: {
        'content-type': contentType ?? 'application/octet-stream',
        // The answer in the same two forms, whichever fits the outputs.
        accept: '*/*',
        'x-amzn-sagemaker-inference-id': inferenceId,
        'x-amzn-sagemaker-custom-attributes': customAttributes,
        ...(component !== undefined && { 'x-amzn-sagemaker-inference-component': component }),
      },
      body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      signal,
    }).catch((cause: unknown) => {
      throw cause instanceof AwsCallError ? new EndpointFailure(cause) : cause;
    });
    return {
      bytes: answer.body,
      contentType: textOf(answer.headers['content-type']),
      variant: textOf(answer.headers['x-amzn-invoked-production-variant']),
    };
  };
}

/** A request that is queued waits for longer things than the SDK, which is loaded with the first. */
function queuer({ endpoint }: EndpointRuntimeOptions): EndpointRuntime['invokeAsync'] {
  let client: SageMakerRuntimeClient | undefined;
  return async ({ inputLocation, contentType, inferenceId, customAttributes }, abortSignal) => {
    const { InvokeEndpointAsyncCommand, SageMakerRuntimeClient } = await import(
      '@aws-sdk/client-sagemaker-runtime'
    );
    const command = new InvokeEndpointAsyncCommand({
      EndpointName: endpoint,
      InputLocation: inputLocation,
      ContentType: contentType,
      Accept: '*/*',
      InferenceId: inferenceId,
      CustomAttributes: customAttributes,
    });
    // One client for all requests of an environment: its connections stay open.
    client ??= new SageMakerRuntimeClient({
      maxAttempts: attempts,
      requestHandler: { connectionTimeout: connectMillis },
    });
    const receipt = await client.send(command, { abortSignal });
    return {
      inferenceId: receipt.InferenceId,
      outputLocation: receipt.OutputLocation,
      failureLocation: receipt.FailureLocation,
    };
  };
}

/** A refusal of the runtime in the form that the SDK gives it. */
class EndpointFailure extends Error {
  override readonly name: string;
  readonly code: string;
  readonly OriginalStatusCode: number | undefined;
  readonly OriginalMessage: string | undefined;
  readonly $metadata: { readonly httpStatusCode: number | undefined };

  constructor(cause: AwsCallError) {
    super(cause.reason, { cause });
    const { OriginalStatusCode: status, OriginalMessage: message } = cause.members;
    this.name = cause.code;
    this.code = cause.code;
    this.OriginalStatusCode = typeof status === 'number' ? status : undefined;
    this.OriginalMessage = typeof message === 'string' ? message : undefined;
    this.$metadata = { httpStatusCode: cause.status };
  }
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
