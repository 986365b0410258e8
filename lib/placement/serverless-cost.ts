import { sagemaker } from '../pricing/prices.ts';
import { inferenceOn, lambdaCpus } from './duration.ts';
import { front } from './endpoint-cost.ts';
import type { PlacementFacts, Traffic } from './facts.ts';
import { foreignOperators, gpuOperators } from './kernels.ts';
import { notInOnnxruntime } from './lambda-fit.ts';
import { type PlacementOption, sum } from './option.ts';
import {
  commonLines,
  functionLines,
  gigabytesOfMonth,
  idleObservability,
  requestsOfMonth,
} from './request-cost.ts';

const gibibyte = 1024 ** 3;

/** SageMaker Serverless Inference. Siskin does not deploy it: priced for comparison. */
export function serverlessOption(facts: PlacementFacts, traffic: Traffic): PlacementOption {
  const { gbSecond, memoryGB } = sagemaker.serverless;
  const largest = Math.max(...memoryGB);
  const needed = Math.max(facts.memoryMiB / 1024, 0.5 + (3 * facts.artifact.bytes) / gibibyte);
  const memory = memoryGB.find((size) => size >= needed) ?? largest;
  // Its vCPUs grow with the memory as a function's do.
  const { p50Ms } = inferenceOn(lambdaCpus(memory * 1024), facts);
  const requests = requestsOfMonth(traffic);
  const lines = [
    {
      what: 'SageMaker, duration',
      month: ((requests * Math.ceil(p50Ms)) / 1000) * memory * gbSecond,
    },
    { what: 'SageMaker, data', month: gigabytesOfMonth(traffic) * sagemaker.dataGB },
    ...functionLines('front', {
      requests,
      memoryMiB: front.memoryMiB,
      durationMs: front.ownMs + p50Ms,
    }),
    ...commonLines(traffic),
  ];
  const foreign = foreignOperators(facts.operators);
  const gpu = gpuOperators(facts.operators);
  return {
    kind: 'serverless',
    name: `serverless, ${memory} GB`,
    month: sum(lines),
    lines,
    idleMonth: idleObservability,
    twoFleetsHour: 0,
    obstacles: [
      ...(needed > largest
        ? [`needs about ${needed.toFixed(1)} GB of memory, and there are ${largest} GB at most`]
        : []),
      ...(gpu.length > 0 ? [`${gpu.join(', ')} need a GPU, and there is none`] : []),
      ...(foreign.length > 0 ? [notInOnnxruntime(foreign)] : []),
    ],
    notes: ['Siskin does not deploy it; priced for comparison'],
  };
}
