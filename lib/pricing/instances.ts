import { ec2Instances, sagemakerInstances } from './prices.ts';

/** A machine that is billed by the hour. */
export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryGiB: number;
  /** Undefined on machines without one. */
  readonly gpu?: Gpu;
  /** Dollars an hour, on demand. */
  readonly hour: number;
}

export interface Gpu {
  readonly name: string;
  readonly count: number;
  /** Of each. */
  readonly memoryGiB: number;
}

export interface SpotInstanceType extends InstanceType {
  /** Dollars an hour that Spot capacity typically costs. It varies, see the price file. */
  readonly spotHour: number;
}

/** What SageMaker hosts endpoints and transform jobs on, in the order of the price file. */
export const sagemakerInstanceTypes: readonly InstanceType[] = sagemakerInstances.types.map(
  ([name, vcpus, memoryGiB, hour, gpu]) => ({ name, vcpus, memoryGiB, hour, ...(gpu && { gpu }) }),
);

/** The type of that name; undefined means that the price file does not have it. */
export function sagemakerInstance(name: string): InstanceType | undefined {
  return sagemakerInstanceTypes.find((type) => type.name === name);
}

/** What AWS Batch runs workers on, in the order of the price file. */
export const ec2InstanceTypes: readonly SpotInstanceType[] = ec2Instances.types.map(
  ([name, vcpus, memoryGiB, hour]) => {
    const spotHour = hour * ec2Instances.spot.typicalShare;
    return { name, vcpus, memoryGiB, hour, spotHour };
  },
);

export function ec2Instance(name: string): SpotInstanceType | undefined {
  return ec2InstanceTypes.find((type) => type.name === name);
}
