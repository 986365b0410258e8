import type { GoldenFile } from '../serving/contract/golden.ts';

interface ImageRequest {
  readonly inputs: readonly [{ readonly name: string; readonly data: unknown }];
}

/**
 * What callers really send: the golden images, and one in five as ink on white paper, which is the
 * same image with its brightness turned round.
 */
export function trafficRequests(golden: GoldenFile): string[] {
  const requests = golden.cases.map((one) => one.request as ImageRequest);
  return requests.flatMap((request, at) => {
    const as = (seen: ImageRequest) => JSON.stringify(seen);
    return at % 5 === 4 ? [as(invert(request))] : [as(request)];
  });
}

function invert(request: ImageRequest): ImageRequest {
  const [image] = request.inputs;
  return { ...request, inputs: [{ ...image, data: invertValues(image.data) }] };
}

function invertValues(data: unknown): unknown {
  return Array.isArray(data) ? data.map(invertValues) : 1 - (data as number);
}
