import { SiskinError } from '../error/siskin-error.ts';
import type { Envelope, EnvelopeInput, InferenceRequest } from '../protocol/request.ts';
import type { Tensor } from '../protocol/tensor.ts';
import type { Codec } from './codec.ts';
import { readJsonTensor } from './json-data.ts';
import { decodeEnvelope } from './json-envelope.ts';

/** The whole body is JSON. */
export const jsonForm: Codec = {
  name: 'json',
  applies: ({ headerLength }) => headerLength === undefined,
  decode: ({ bytes }, signature) =>
    tensorsOf(decodeEnvelope(bytes, signature), (input) => {
      throw new SiskinError(
        'bad_binary',
        `${input.at}: has parameters.binary_data_size, but the request has no Inference-Header-Content-Length header`,
      );
    }),
};

/** The envelope with its tensors read: those in JSON here, those in binary form by `readBinary`. */
export function tensorsOf(
  envelope: Envelope,
  readBinary: (input: EnvelopeInput, size: number) => Tensor,
): InferenceRequest {
  const inputs = envelope.inputs.map((input) =>
    'json' in input.source
      ? readJsonTensor(input, input.source.json)
      : readBinary(input, input.source.binarySize),
  );
  return { id: envelope.id, hints: envelope.hints, inputs, outputs: envelope.outputs };
}
