import { readFileSync } from 'node:fs';
import type { Model } from '../lib/model-repository/model.ts';
import type { GoldenFile } from '../serving/contract/golden.ts';

/** Requests longer than this do not help anyone who reads a terminal. */
const longestShown = 600;

/** One request that the model answers, as a line of JSON short enough to paste. */
export function exampleRequest(model: Model): string {
  return exampleRequests(model).find((one) => one.length <= longestShown) ?? requestOfZeros(model);
}

/**
 * Requests that the model's live version answers, as lines of JSON: its golden requests, else zeros
 * in the shape of its signature.
 */
export function exampleRequests(model: Model): string[] {
  const { goldenPath } = liveVersion(model);
  if (!goldenPath) return [requestOfZeros(model)];
  const golden = JSON.parse(readFileSync(goldenPath, 'utf8')) as GoldenFile;
  return golden.cases.map((one) => JSON.stringify(one.request));
}

/** Zeros, with 1 for every free dimension. */
function requestOfZeros(model: Model): string {
  const inputs = liveVersion(model)
    .inputs.filter((input) => !input.optional)
    .map(({ name, shape: signature, datatype }) => {
      const shape = signature.map((dimension) => (dimension < 0 ? 1 : dimension));
      const count = shape.reduce((product, dimension) => product * dimension, 1);
      const zero = datatype === 'BYTES' ? 'text' : datatype === 'BOOL' ? false : 0;
      return { name, shape, datatype, data: Array(count).fill(zero) };
    });
  return JSON.stringify({ inputs });
}

function liveVersion(model: Model) {
  const live = model.versions.find((version) => version.version === model.live);
  if (!live) throw new Error(`Model ${model.name} has no version ${model.live}.`);
  return live;
}
