import {
  InvokeEndpointAsyncCommand,
  InvokeEndpointCommand,
  type InvokeEndpointCommandOutput,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';

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

/** SageMaker's runtime, as the front of one endpoint needs it. Its errors are the SDK's own. */
export interface EndpointRuntime {
  invoke(question: EndpointQuestion, signal: AbortSignal): Promise<EndpointAnswer>;
  invokeAsync(question: AsyncQuestion, signal: AbortSignal): Promise<AsyncReceipt>;
}

export interface EndpointRuntimeOptions {
  readonly endpoint: string;
  /** Inference component, on an endpoint that scales to zero. */
  readonly component: string | undefined;
  readonly client?: Pick<SageMakerRuntimeClient, 'send'>;
}

export function createEndpointRuntime(options: EndpointRuntimeOptions): EndpointRuntime {
  const { endpoint, component, client = createClient() } = options;
  return {
    async invoke({ body, contentType, inferenceId, customAttributes }, abortSignal) {
      const command = new InvokeEndpointCommand({
        EndpointName: endpoint,
        Body: body,
        ContentType: contentType,
        // The answer in the same two forms, whichever fits the outputs.
        Accept: '*/*',
        InferenceId: inferenceId,
        CustomAttributes: customAttributes,
        ...(component !== undefined && { InferenceComponentName: component }),
      });
      return answerOf(await client.send(command, { abortSignal }));
    },
    async invokeAsync({ inputLocation, contentType, inferenceId, customAttributes }, abortSignal) {
      const command = new InvokeEndpointAsyncCommand({
        EndpointName: endpoint,
        InputLocation: inputLocation,
        ContentType: contentType,
        Accept: '*/*',
        InferenceId: inferenceId,
        CustomAttributes: customAttributes,
      });
      const receipt = await client.send(command, { abortSignal });
      return {
        inferenceId: receipt.InferenceId,
        outputLocation: receipt.OutputLocation,
        failureLocation: receipt.FailureLocation,
      };
    },
  };
}

/**
 * One client for all requests of an environment: its connections stay open. It tries once more what
 * was throttled, refused or cut off before an answer; models keep no state, so that a repeat is safe.
 */
function createClient(): SageMakerRuntimeClient {
  return new SageMakerRuntimeClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000 },
  });
}

function answerOf(output: InvokeEndpointCommandOutput): EndpointAnswer {
  // A view: the SDK's bytes are not copied.
  const { buffer, byteOffset, byteLength } = output.Body ?? new Uint8Array();
  return {
    bytes: Buffer.from(buffer, byteOffset, byteLength),
    contentType: output.ContentType,
    variant: output.InvokedProductionVariant,
  };
}
