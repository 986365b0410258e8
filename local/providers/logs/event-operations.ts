import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import { boolean, integer, parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import { parseFilterPattern } from './filter-pattern.ts';
import type { LogStore } from './log-store.ts';
import type { LogEvent } from './log-stream.ts';

const EVENTS_PER_PAGE = 10_000;
const limit = integer
  .refine((count) => count >= 1 && count <= EVENTS_PER_PAGE, `expected 1 to ${EVENTS_PER_PAGE}`)
  .default(EVENTS_PER_PAGE);

const getInput = z.object({
  logGroupName: z.string(),
  logStreamName: z.string(),
  startTime: integer.default(0),
  endTime: integer.default(Number.MAX_SAFE_INTEGER),
  limit,
  nextToken: z.string().optional(),
  startFromHead: boolean.default(false),
});

const filterInput = z.object({
  logGroupName: z.string(),
  logStreamNames: z.array(z.string()).max(100).optional(),
  logStreamNamePrefix: z.string().default(''),
  startTime: integer.default(0),
  endTime: integer.default(Number.MAX_SAFE_INTEGER),
  filterPattern: z.string().default(''),
  limit,
  nextToken: z.string().optional(),
});

export function eventOperations(store: LogStore): Record<string, Operation> {
  return {
    GetLogEvents: (input) => {
      const request = parseInput(getInput, input, 'InvalidParameterException');
      const { startTime, endTime } = request;
      const events = store
        .read(request.logGroupName, request.logStreamName)
        .filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime);
      const page = eventPage(events, request);
      return {
        events: page.events.map(({ timestamp, ingestionTime, message }) => ({
          timestamp,
          ingestionTime,
          message,
        })),
        nextForwardToken: `f/${page.next}`,
        nextBackwardToken: `b/${page.first}`,
      };
    },
    FilterLogEvents: (input) => {
      const request = parseInput(filterInput, input, 'InvalidParameterException');
      const { logGroupName, logStreamNames, logStreamNamePrefix, startTime, endTime } = request;
      const matches = parseFilterPattern(request.filterPattern);
      store.group(logGroupName);
      const found = store
        .streams(logGroupName)
        .map(({ name }) => name)
        .filter((name) => logStreamNames?.includes(name) ?? name.startsWith(logStreamNamePrefix))
        .flatMap((name) =>
          store
            .read(logGroupName, name)
            .filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime)
            .filter(({ message }) => matches(message))
            .map(({ index, ...event }) => ({
              logStreamName: name,
              ...event,
              eventId: `${name}:${index}`,
            })),
        )
        .sort((a, b) => a.timestamp - b.timestamp);
      const { items, nextToken } = pageOf(
        found,
        request.nextToken,
        request.limit,
        'InvalidParameterException',
      );
      return { events: items, searchedLogStreams: [], ...(nextToken && { nextToken }) };
    },
  };
}

/**
 * Tokens are places between events: one to go on from, one to go back from. As in AWS, the end of
 * a stream answers the token that it was asked with.
 */
function eventPage(
  events: readonly LogEvent[],
  request: z.output<typeof getInput>,
): { events: readonly LogEvent[]; first: number; next: number } {
  const { nextToken, startFromHead } = request;
  const [, direction, place] = /^([fb])\/(\d+)$/.exec(nextToken ?? '') ?? [];
  if (nextToken !== undefined && direction === undefined) {
    throw new AwsError(
      'InvalidParameterException',
      `The token '${nextToken}' is none that was given`,
    );
  }
  const forward = direction === undefined ? startFromHead : direction === 'f';
  const from = place === undefined ? undefined : Number(place);
  const side = events.filter(({ index }) => {
    if (from === undefined) return true;
    return forward ? index >= from : index < from;
  });
  const page = forward ? side.slice(0, request.limit) : side.slice(-request.limit);
  const first = page[0]?.index ?? from ?? 0;
  const last = page.at(-1);
  return { events: page, first, next: last ? last.index + 1 : (from ?? 0) };
}
