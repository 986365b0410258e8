import type { GoldenCase, GoldenFile } from '../../serving/contract/golden.ts';
import type { ArtifactSession, InferRequest } from './session.ts';

export interface GoldenRequest {
  readonly name: string;
  readonly request: InferRequest;
}

/** Room for another processor's order of summing, far below any change of a model. */
const tolerance = { absolute: 1e-5, relative: 1e-5 };

/** Asks the model and writes down its answers. */
export async function recordGolden(
  session: ArtifactSession,
  requests: readonly GoldenRequest[],
): Promise<GoldenFile> {
  const cases: GoldenCase[] = [];
  for (const { name, request } of requests) {
    const outputs = await session.infer(request);
    cases.push({
      name,
      request,
      outputs: outputs.map((output) => ({ ...output, data: output.data.map(shortened) })),
    });
  }
  return { tolerance, cases };
}

/** Seven digits are all that an FP32 holds for sure. */
const shortened = (value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(7)) : value;
