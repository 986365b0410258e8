import type { EndpointRuntime } from '../../serving/aws/endpoint-runtime.ts';
import type { PutRequest } from '../../serving/aws/request-bucket.ts';
import { encodeQuestion } from '../../serving/codec/remote-form.ts';
import { acceptedReply } from '../../serving/http/http-reply.ts';
import { readInference } from '../../serving/model-function/infer.ts';
import type { Operation } from '../../serving/model-function/model-routes.ts';
import { plainOutput } from '../../serving/protocol/request.ts';
import { matchSignature } from '../../serving/protocol/signature-match.ts';
import { fitTexts } from '../../serving/protocol/text-column.ts';
import { failureOf } from './endpoint-failure.ts';
import { joinKeys } from './endpoint-session.ts';

/**
 * An inference on an asynchronous endpoint: the request is checked as any other, kept in the bucket and
 * queued. The answer is the place where the container's answer will lie, which is Triton's own: JSON,
 * but for the outputs that were asked for in binary form.
 */
export function createAsyncInference(
  model: string,
  runtime: EndpointRuntime,
  putRequest: PutRequest,
): Operation {
  return async (request, { version, deadline }) => {
    const inference = fitTexts(readInference(request, version), version);
    matchSignature(inference, version);
    const { inputs, hints, id = request.requestId } = inference;
    const outputs = inference.outputs ?? version.outputs.map(({ name }) => plainOutput(name));
    const { bytes, contentType = '' } = encodeQuestion(
      id,
      inputs,
      outputs.map(({ binary = hints.binaryOutput, ...rest }) => ({ ...rest, binary })),
    );
    const keys = joinKeys(request);
    const abort = new AbortController();
    const queue = async () => {
      const inputLocation = await putRequest(keys.inferenceId, bytes, contentType);
      return runtime.invokeAsync({ inputLocation, contentType, ...keys }, abort.signal);
    };
    try {
      const receipt = await deadline.within(queue(), 'queueing the request', hints.timeoutMicros);
      return acceptedReply({
        model_name: model,
        model_version: version.version,
        id,
        inference_id: receipt.inferenceId ?? keys.inferenceId,
        output_location: receipt.outputLocation,
        failure_location: receipt.failureLocation,
      });
    } catch (cause) {
      abort.abort();
      throw failureOf(cause);
    }
  };
}
