import type { InstanceType } from '../pricing/instances.ts';
import { hoursOfMonth, sagemaker } from '../pricing/prices.ts';
import { inferenceOn } from './duration.ts';
import type { PlacementFacts, Traffic } from './facts.ts';
import { coreRequestsPerMinute, measuredKnee, usedShare } from './knee.ts';
import { lambdaRequestCost } from './lambda-cost.ts';
import { type CostLine, type PlacementOption, sum } from './option.ts';
import {
  commonLines,
  functionLines,
  gigabytesOfMonth,
  idleObservability,
  requestsOfMonth,
} from './request-cost.ts';

/** The front of an endpoint: a small function that waits while the endpoint computes. */
export const front = { memoryMiB: 512, ownMs: 5 };

/**
 * Requests a minute that one instance answers at its knee. Without a measurement each vCPU answers as
 * the estimate says; a GPU is taken for its vCPUs, which is a floor.
 */
export function requestsAtKnee(facts: PlacementFacts, type: InstanceType): number {
  const { gpu: _gpu, ...cpu } = type;
  const measured = facts.profile && measuredKnee(facts.profile, cpu);
  return measured ?? type.vcpus * coreRequestsPerMinute(inferenceOn(1, facts).p50Ms);
}

/** An always-on endpoint on instances of one type, priced like asynchronous ones that never rest. */
export function realTimeOption(
  facts: PlacementFacts,
  traffic: Traffic,
  type: InstanceType,
): PlacementOption {
  const capacity = usedShare * requestsAtKnee(facts, type);
  const { minInstances } = facts;
  const instances = Math.max(minInstances, Math.ceil(traffic.requestsPerMinute / capacity));
  const hours = instances * hoursOfMonth;
  const lines = endpointLines({ facts, traffic, type, instances, hours });
  const breakEven = breakEvenOf(facts, traffic, type, capacity);
  return {
    kind: 'real-time',
    name: type.name,
    month: sum(lines),
    lines,
    idleMonth:
      minInstances * type.hour * hoursOfMonth + storage(type, minInstances) + idleObservability,
    instances,
    ...(breakEven !== undefined && { breakEven }),
    twoFleetsHour: instances * type.hour,
    obstacles: tooSlow(facts, type),
    notes: type.gpu ? ['nobody measured the GPU: its speed is taken for that of its vCPUs'] : [],
  };
}

/** Minutes without a request after which the last instance is taken down. */
const restMinutes = 15;

/** An endpoint that goes down to no instance: real-time with waking, or asynchronous. */
export function restingOption(
  kind: 'scale-to-zero' | 'async',
  facts: PlacementFacts,
  traffic: Traffic,
  type: InstanceType,
): PlacementOption {
  const always = realTimeOption(facts, traffic, type);
  const instances = always.instances ?? 1;
  // Requests at random moments: the share of time within so many minutes behind one of them.
  const upShare = 1 - Math.exp(-traffic.requestsPerMinute * restMinutes);
  const hours = instances * upShare * hoursOfMonth;
  const answersLater = kind === 'async';
  const lines = endpointLines({ facts, traffic, type, instances, hours, answersLater });
  return {
    kind,
    name: type.name,
    month: sum(lines),
    lines,
    idleMonth: idleObservability,
    instances,
    twoFleetsHour: always.twoFleetsHour,
    obstacles: kind === 'async' ? [] : always.obstacles,
    notes: [
      kind === 'async'
        ? 'answers later: 202 with a place where the answer will be'
        : 'the first request after a rest waits for minutes, with 503 meanwhile',
      ...always.notes,
    ],
  };
}

interface EndpointUse {
  readonly facts: PlacementFacts;
  readonly traffic: Traffic;
  readonly type: InstanceType;
  readonly instances: number;
  /** Of all instances together. */
  readonly hours: number;
  /** The front waits for no inference. */
  readonly answersLater?: boolean;
}

function endpointLines(endpoint: EndpointUse): CostLine[] {
  const { facts, traffic, type, instances, hours, answersLater = false } = endpoint;
  const waits = answersLater ? 0 : inferenceOn(type.vcpus, facts).p50Ms;
  const use = {
    requests: requestsOfMonth(traffic),
    memoryMiB: front.memoryMiB,
    durationMs: front.ownMs + waits,
  };
  const upShare = hours / (instances * hoursOfMonth);
  return [
    { what: `SageMaker, ${instances} x ${type.name}`, month: hours * type.hour },
    { what: 'SageMaker, storage', month: storage(type, instances) * upShare },
    { what: 'SageMaker, data', month: gigabytesOfMonth(traffic) * sagemaker.dataGB },
    ...functionLines('front', use),
    ...commonLines(traffic),
  ];
}

/** GB of the volume that comes with an instance without disks of its own. */
const volumeGB = 30;

function storage({ gpu }: InstanceType, instances: number): number {
  return gpu ? 0 : instances * volumeGB * sagemaker.storageGBMonth;
}

/** Each instance must save its own price; one that is full before it does never pays. */
function breakEvenOf(
  facts: PlacementFacts,
  traffic: Traffic,
  type: InstanceType,
  capacity: number,
): number | undefined {
  const durationMs = front.ownMs + inferenceOn(type.vcpus, facts).p50Ms;
  const one = { requestsPerMinute: 1 / (hoursOfMonth * 60), payloadKB: traffic.payloadKB };
  const perRequest =
    sum(functionLines('front', { requests: 1, memoryMiB: front.memoryMiB, durationMs })) +
    gigabytesOfMonth(one) * sagemaker.dataGB;
  const saved = lambdaRequestCost(facts) - perRequest;
  if (saved <= 0) return undefined;
  const month = type.hour * hoursOfMonth + storage(type, 1);
  const perMinute = month / saved / (hoursOfMonth * 60);
  return perMinute <= capacity ? facts.minInstances * perMinute : undefined;
}

function tooSlow(facts: PlacementFacts, type: InstanceType): string[] {
  const { latency } = facts;
  const { p95Ms, measured } = inferenceOn(type.vcpus, facts);
  // A GPU was not measured, and an estimate is too rough to exclude anything.
  if (latency === undefined || !measured || type.gpu !== undefined) return [];
  const total = p95Ms + front.ownMs;
  if (total <= latency.p95Ms) return [];
  return [
    `95 % of the requests take up to ${Math.round(total)} ms by profile.json, and the goal is ${latency.p95Ms} ms`,
  ];
}
