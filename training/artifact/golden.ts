import type { GoldenCase, GoldenFile, Tolerance } from '../../serving/contract/golden.ts';
import type { ArtifactSession, InferRequest } from './session.ts';

export interface GoldenRequest {
  readonly name: string;
  readonly request: InferRequest;
}

export interface GoldenPrecision {
  readonly tolerance: Tolerance;
  /** Digits behind the point. Default: seven digits in all, which are all that an FP32 holds for sure. */
  readonly decimals?: number;
}

/** Room for another processor's order of summing, far below any change of a model. */
const exact: GoldenPrecision = { tolerance: { absolute: 1e-5, relative: 1e-5 } };

/** Asks the model and writes down its answers. */
export async function recordGolden(
  session: ArtifactSession,
  requests: readonly GoldenRequest[],
  { tolerance, decimals }: GoldenPrecision = exact,
): Promise<GoldenFile> {
  const cases: GoldenCase[] = [];
  for (const { name, request } of requests) {
    const outputs = await session.infer(request);
    cases.push({
      name,
      request,
      outputs: outputs.map((output) => ({
        ...output,
        data: output.data.map((value) => shortened(value, decimals)),
      })),
    });
  }
  return { tolerance, cases };
}

function shortened(value: unknown, decimals: number | undefined): unknown {
  if (typeof value !== 'number') return value;
  return Number(decimals === undefined ? value.toPrecision(7) : value.toFixed(decimals));
}
