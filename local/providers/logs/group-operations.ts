import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { boolean, integer, parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import type { LogGroup, LogStore, StreamRecord } from './log-store.ts';

const name = z.string().regex(/^[\w.\-/#]{1,512}$/, 'expected letters, digits and . - _ / #');
const groupInput = z.object({ logGroupName: name });
const createInput = z.object({
  logGroupName: name,
  kmsKeyId: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
});
const retentionInput = z.object({
  logGroupName: name,
  retentionInDays: integer.refine((days) => days >= 1, 'expected at least 1 day'),
});
const streamInput = z.object({
  logGroupName: name,
  logStreamName: z.string().regex(/^[^:*]{1,512}$/, 'expected a name without : and *'),
});
const perPage = integer
  .refine((count) => count >= 1 && count <= 50, 'expected 1 to 50')
  .default(50);
const describeGroupsInput = z.object({
  logGroupNamePrefix: z.string().default(''),
  logGroupNamePattern: z.string().default(''),
  limit: perPage,
  nextToken: z.string().optional(),
});
const describeStreamsInput = z.object({
  logGroupName: name,
  logStreamNamePrefix: z.string().default(''),
  orderBy: z.enum(['LogStreamName', 'LastEventTime']).default('LogStreamName'),
  descending: boolean.default(false),
  limit: perPage,
  nextToken: z.string().optional(),
});

const INVALID = 'InvalidParameterException';

export function groupOperations(host: Host, store: LogStore): Record<string, Operation> {
  return {
    CreateLogGroup: (input) => {
      const { logGroupName, ...group } = parseInput(createInput, input, INVALID);
      store.createGroup({ name: logGroupName, ...group });
      return {};
    },
    DeleteLogGroup: (input) => {
      const { logGroupName } = parseInput(groupInput, input, INVALID);
      store.group(logGroupName);
      store.deleteGroup(logGroupName);
      return {};
    },
    DescribeLogGroups: (input) => {
      const request = parseInput(describeGroupsInput, input, INVALID);
      const found = store
        .groups()
        .filter((group) => group.name.startsWith(request.logGroupNamePrefix))
        .filter((group) => group.name.includes(request.logGroupNamePattern));
      const { items, nextToken } = pageOf(found, request.nextToken, request.limit, INVALID);
      const logGroups = items.map((group) => describeGroup(host, store, group));
      return { logGroups, ...(nextToken && { nextToken }) };
    },
    PutRetentionPolicy: (input) => {
      const { logGroupName, retentionInDays } = parseInput(retentionInput, input, INVALID);
      store.changeGroup(logGroupName, { retentionDays: retentionInDays });
      return {};
    },
    DeleteRetentionPolicy: (input) => {
      const { logGroupName } = parseInput(groupInput, input, INVALID);
      store.changeGroup(logGroupName, { retentionDays: undefined });
      return {};
    },
    CreateLogStream: (input) => {
      const { logGroupName, logStreamName } = parseInput(streamInput, input, INVALID);
      store.createStream(logGroupName, logStreamName);
      return {};
    },
    DeleteLogStream: (input) => {
      const { logGroupName, logStreamName } = parseInput(streamInput, input, INVALID);
      store.deleteStream(logGroupName, logStreamName);
      return {};
    },
    DescribeLogStreams: (input) => {
      const request = parseInput(describeStreamsInput, input, INVALID);
      store.group(request.logGroupName);
      const found = store
        .streams(request.logGroupName)
        .filter((stream) => stream.name.startsWith(request.logStreamNamePrefix))
        .map((stream) => describeStream(host, store, stream));
      if (request.orderBy === 'LastEventTime') {
        found.sort((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0));
      }
      if (request.descending) found.reverse();
      const { items, nextToken } = pageOf(found, request.nextToken, request.limit, INVALID);
      return { logStreams: items, ...(nextToken && { nextToken }) };
    },
  };
}

function describeGroup(host: Host, store: LogStore, group: LogGroup): Record<string, unknown> {
  const arn = host.arn('logs', `log-group:${group.name}`);
  const streams = store.streams(group.name);
  return {
    logGroupName: group.name,
    arn: `${arn}:*`,
    logGroupArn: arn,
    creationTime: group.creationTime,
    ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
    ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
    storedBytes: streams.reduce((sum, { name }) => sum + store.stream(group.name, name).bytes, 0),
    logGroupClass: 'STANDARD',
  };
}

function describeStream(host: Host, store: LogStore, { group, name, creationTime }: StreamRecord) {
  const { last } = store.stream(group, name);
  return {
    logStreamName: name,
    creationTime,
    arn: host.arn('logs', `log-group:${group}:log-stream:${name}`),
    ...(last && { lastEventTimestamp: last.timestamp, lastIngestionTime: last.ingestionTime }),
  };
}
