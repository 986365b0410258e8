import { ec2InstanceTypes, type InstanceType } from '../pricing/instances.ts';
import { fargate } from '../pricing/prices.ts';
import { inferenceOn } from './duration.ts';
import type { PlacementFacts } from './facts.ts';
import { coreRowsPerSecond } from './knee.ts';
import { fittingInstances } from './sagemaker-fit.ts';

/** What a batch job costs for each million rows, without what S3 and the planning of it cost. */
export interface BatchOption {
  readonly kind: 'ec2-spot' | 'ec2-on-demand' | 'fargate-spot' | 'fargate' | 'transform';
  readonly name: string;
  readonly perMillionRows: number;
}

/** Share of a worker's time that is inference; the rest reads, writes and starts. */
const busyShare = 0.8;

/** GB of memory that goes with a vCPU in a worker. */
const workerGB = 2;

/** What a compute environment on x86 chooses from, where model.yaml names no families. */
const defaultFamilies = ['c7i', 'c6i', 'c7a', 'm7i', 'm6i'];

/** Rows that one core answers in a second. */
export function rowsPerSecond(facts: PlacementFacts): number {
  const { profile } = facts;
  return profile ? coreRowsPerSecond(profile) : 1000 / inferenceOn(1, facts).p50Ms;
}

export function batchOptions(facts: PlacementFacts): BatchOption[] {
  const coreHours = 1e6 / (rowsPerSecond(facts) * busyShare) / 3600;
  const perCore = (hour: number, { vcpus }: InstanceType) => (coreHours * hour) / vcpus;
  const families = facts.families ?? defaultFamilies;
  const cheapest = ec2InstanceTypes
    .filter(({ name }) => families.includes(name.split('.')[0] ?? ''))
    .toSorted((a, b) => a.hour / a.vcpus - b.hour / b.vcpus)[0];
  const transform = fittingInstances(facts).toSorted(
    (a, b) => a.hour / a.vcpus - b.hour / b.vcpus,
  )[0];
  const fargateHour = fargate.vcpuHour + workerGB * fargate.gbHour;
  return [
    ...(cheapest
      ? ([
          {
            kind: 'ec2-spot',
            name: `Batch on Spot, ${cheapest.name}`,
            perMillionRows: perCore(cheapest.spotHour, cheapest),
          },
          {
            kind: 'ec2-on-demand',
            name: `Batch on demand, ${cheapest.name}`,
            perMillionRows: perCore(cheapest.hour, cheapest),
          },
        ] as const)
      : []),
    {
      kind: 'fargate-spot',
      name: 'Batch on Fargate Spot',
      perMillionRows: coreHours * fargateHour * fargate.spotShare,
    },
    {
      kind: 'fargate',
      name: 'Batch on Fargate',
      perMillionRows: coreHours * fargateHour,
    },
    ...(transform
      ? ([
          {
            kind: 'transform',
            name: `SageMaker batch transform, ${transform.name}`,
            perMillionRows: perCore(transform.hour, transform),
          },
        ] as const)
      : []),
  ];
}
