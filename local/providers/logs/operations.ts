import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { parseInput } from '../../host/operation-input.ts';
import type { Operation } from '../../host/provider.ts';
import type { Collection } from '../../host/storage.ts';
import { eventOperations } from './event-operations.ts';
import { groupOperations } from './group-operations.ts';
import type { Ingestion } from './ingestion.ts';
import type { LogStore } from './log-store.ts';
import type { MetricFilters } from './metric-filter.ts';

export interface ResourcePolicy {
  readonly policyName: string;
  readonly policyDocument: string;
  readonly lastUpdatedTime: number;
}

export interface Parts {
  readonly host: Host;
  readonly store: LogStore;
  readonly filters: MetricFilters;
  readonly ingestion: Ingestion;
  readonly policies: Collection<ResourcePolicy>;
}

const filterInput = z.object({ logGroupName: z.string(), filterName: z.string() });
const filtersInput = z.object({ logGroupName: z.string().optional() });
const policyInput = z.object({ policyName: z.string(), policyDocument: z.string() });
const policyNameInput = z.object({ policyName: z.string() });
const tagsInput = z.object({ resourceArn: z.string() });

const INVALID = 'InvalidParameterException';

export function logsOperations(parts: Parts): Record<string, Operation> {
  const { host, store, filters, ingestion, policies } = parts;
  return {
    ...groupOperations(host, store),
    ...eventOperations(store),
    PutLogEvents: async (input) => {
      await ingestion.put(input);
      return {};
    },
    PutMetricFilter: (input) => {
      store.group(input.logGroupName);
      filters.put(input);
      return {};
    },
    DeleteMetricFilter: (input) => {
      const { logGroupName, filterName } = parseInput(filterInput, input, INVALID);
      filters.delete(logGroupName, filterName);
      return {};
    },
    DescribeMetricFilters: (input) => {
      const { logGroupName } = parseInput(filtersInput, input, INVALID);
      const found = filters.of(logGroupName);
      return {
        metricFilters: found.map(({ metricTransformations, ...filter }) => ({
          ...filter,
          metricTransformations: metricTransformations.map((transformation) => ({
            ...transformation,
            metricValue: `${transformation.metricValue}`,
          })),
        })),
      };
    },
    PutResourcePolicy: (input) => {
      const policy = {
        ...parseInput(policyInput, input, INVALID),
        lastUpdatedTime: host.clock.now(),
      };
      policies.set(policy.policyName, policy);
      return { resourcePolicy: policy };
    },
    DescribeResourcePolicies: () => ({ resourcePolicies: policies.values() }),
    DeleteResourcePolicy: (input) => {
      policies.delete(parseInput(policyNameInput, input, INVALID).policyName);
      return {};
    },
    ListTagsForResource: (input) => {
      const { resourceArn } = parseInput(tagsInput, input, INVALID);
      const group = store
        .groups()
        .find(({ name }) => host.arn('logs', `log-group:${name}`) === resourceArn);
      if (!group) throw new AwsError('ResourceNotFoundException', `There is no ${resourceArn}`);
      return { tags: group.tags };
    },
  };
}
