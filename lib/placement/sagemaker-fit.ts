import {
  type InstanceType,
  sagemakerInstance,
  sagemakerInstanceTypes,
} from '../pricing/instances.ts';
import type { PlacementFacts } from './facts.ts';
import { foreignOperators, gpuOperators } from './kernels.ts';
import { notInOnnxruntime } from './lambda-fit.ts';

/** Why no endpoint with one of our engines can serve the model, each as a clause; none when one can. */
export function sagemakerObstacles(facts: PlacementFacts): string[] {
  const foreign = foreignOperators(facts.operators);
  const obstacles = foreign.length > 0 ? [notInOnnxruntime(foreign)] : [];
  if (fittingInstances(facts).length === 0) {
    const named = facts.instance === undefined ? '' : ` on ${facts.instance}`;
    obstacles.push(
      `no known instance type has the memory${gpuOperators(facts.operators).length > 0 ? ' and the GPU' : ''} for it${named}`,
    );
  }
  return obstacles;
}

const gibibyte = 1024 ** 3;

/** Instance types that could hold the model, cheapest first; of those only the one that model.yaml names. */
export function fittingInstances(facts: PlacementFacts): readonly InstanceType[] {
  const named = facts.instance === undefined ? undefined : sagemakerInstance(facts.instance);
  const candidates =
    facts.instance === undefined ? sagemakerInstanceTypes : named === undefined ? [] : [named];
  const needsGpu = gpuOperators(facts.operators).length > 0;
  return candidates
    .filter((type) => memoryFits(type, facts.artifact.bytes))
    .filter((type) => !needsGpu || type.gpu !== undefined)
    .toSorted((a, b) => a.hour - b.hour);
}

/** The container takes about 2 GiB; the model its file and a copy, on the GPU its weights and as much again. */
function memoryFits({ memoryGiB, gpu }: InstanceType, bytes: number): boolean {
  const model = (2 * bytes) / gibibyte;
  return memoryGiB >= 2 + model && (gpu === undefined || gpu.memoryGiB >= 1 + model);
}
