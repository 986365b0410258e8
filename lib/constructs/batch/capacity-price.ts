import type { BatchCapacity, BatchPrice } from '../../../serving/contract/batch.ts';
import type { BatchConfig } from '../../model-repository/batch-config.ts';
import { ec2InstanceTypes } from '../../pricing/instances.ts';
import { ec2Instances, fargate } from '../../pricing/prices.ts';

/**
 * What a vCPU of a job's workers costs about, for its report: on Fargate with the worker's memory, on
 * instances the mean of the families that have a price. Undefined when none has.
 */
export function capacityPrice(
  config: Pick<BatchConfig, 'compute' | 'vcpus' | 'memory'>,
  families: readonly string[],
  capacity: BatchCapacity,
): BatchPrice | undefined {
  const spot = capacity === 'spot';
  if (config.compute === 'fargate-spot') {
    const perWorker = config.vcpus * fargate.vcpuHour + (config.memory / 1024) * fargate.gbHour;
    const perVcpu = perWorker / config.vcpus;
    return priceOf(spot ? perVcpu * fargate.spotShare : perVcpu, fargate.asOf);
  }
  const known = ec2InstanceTypes.filter(({ name }) => families.includes(name.split('.')[0] ?? ''));
  if (known.length === 0) return undefined;
  const perVcpu = known.map(({ hour, spotHour, vcpus }) => (spot ? spotHour : hour) / vcpus);
  const mean = perVcpu.reduce((sum, price) => sum + price, 0) / perVcpu.length;
  return priceOf(mean, ec2Instances.asOf);
}

function priceOf(perVcpuHour: number, date: string): BatchPrice {
  return { perVcpuHour: Number(perVcpuHour.toFixed(6)), currency: 'USD', date };
}
