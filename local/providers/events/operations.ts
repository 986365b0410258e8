import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { boolean, integer, parseInput, timestamp } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import type { EventBus } from './bus.ts';
import { canReach } from './delivery.ts';
import { matches, parsePattern } from './event-pattern.ts';
import type { Rule, Rules } from './rule.ts';
import { parseSchedule } from './schedule.ts';

/** By name or ARN; there is the default one only. */
const bus = z
  .string()
  .regex(
    /^(default|arn:aws:events:[^:]*:\d*:event-bus\/default)$/,
    'the local cloud has the default bus only',
  )
  .optional();
const ruleName = z.string().regex(/^[\w.-]{1,64}$/, 'expected letters, digits, ., - and _');

const entries = z.object({
  Entries: z
    .array(
      z.object({
        Source: z.string().min(1),
        DetailType: z.string().min(1),
        Detail: z.string(),
        Resources: z.array(z.string()).default([]),
        Time: timestamp.optional(),
        EventBusName: bus,
      }),
    )
    .min(1)
    .max(10),
});
const target = z.strictObject({
  Id: z.string(),
  Arn: z.string().refine(canReach, 'the local cloud reaches state machines, functions and topics'),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({
      InputPathsMap: z.record(z.string(), z.string()).optional(),
      InputTemplate: z.string(),
    })
    .optional(),
  // Nothing is tried again here, so nothing is left over.
  RetryPolicy: z.unknown().optional(),
  DeadLetterConfig: z.unknown().optional(),
});
export const ruleInput = z
  .object({
    Name: ruleName,
    Description: z.string().optional(),
    EventPattern: z.string().optional(),
    ScheduleExpression: z.string().optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    RoleArn: z.string().optional(),
    EventBusName: bus,
  })
  .refine(
    ({ EventPattern, ScheduleExpression }) => EventPattern ?? ScheduleExpression,
    'Parameter(s) EventPattern or ScheduleExpression must be specified.',
  );
const nameInput = z.object({ Name: ruleName, EventBusName: bus, Force: boolean.optional() });
export const targetsInput = z.object({
  Rule: ruleName,
  EventBusName: bus,
  Targets: z.array(target).min(1).max(5),
});
const idsInput = z.object({ Rule: ruleName, EventBusName: bus, Ids: z.array(z.string()) });
const listInput = z.object({
  NamePrefix: z.string().default(''),
  EventBusName: bus,
  Limit: integer.default(100),
  NextToken: z.string().optional(),
});
const ofRuleInput = z.object({ Rule: ruleName, EventBusName: bus });
const testInput = z.object({ EventPattern: z.string(), Event: z.string() });

export function eventsOperations(parts: {
  readonly host: Host;
  readonly rules: Rules;
  readonly bus: EventBus;
}): Record<string, Operation> {
  const { host, rules } = parts;
  return {
    ...ruleOperations(rules),
    PutEvents: (input) => {
      const { Entries } = parseInput(entries, input);
      const answers = Entries.map((entry) => {
        const detail = jsonOf(entry.Detail);
        if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
        return {
          EventId: parts.bus.put({
            source: entry.Source,
            detailType: entry.DetailType,
            detail,
            resources: entry.Resources,
            time: entry.Time ?? host.clock.now(),
          }),
        };
      });
      const FailedEntryCount = answers.filter((answer) => 'ErrorCode' in answer).length;
      return { FailedEntryCount, Entries: answers };
    },
    TestEventPattern: (input) => {
      const { EventPattern, Event } = parseInput(testInput, input);
      return { Result: matches(parsePattern(EventPattern), jsonOf(Event)) };
    },
  };
}

function ruleOperations(rules: Rules): Record<string, Operation> {
  return {
    PutRule: (input) => ({ RuleArn: putRule(rules, input).arn }),
    DeleteRule: (input) => {
      const { Name } = parseInput(nameInput, input);
      if (rules.find(Name)?.targets.length) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      rules.delete(Name);
      return {};
    },
    DescribeRule: (input) => describe(rules.get(parseInput(nameInput, input).Name)),
    EnableRule: (input) => {
      rules.setState(parseInput(nameInput, input).Name, 'ENABLED');
      return {};
    },
    DisableRule: (input) => {
      rules.setState(parseInput(nameInput, input).Name, 'DISABLED');
      return {};
    },
    ListRules: (input) => {
      const { NamePrefix, Limit, NextToken } = parseInput(listInput, input);
      const found = rules.all().filter(({ name }) => name.startsWith(NamePrefix));
      const { items, nextToken } = pageOf(found, NextToken, Math.min(Limit, 100));
      return { Rules: items.map(describe), ...(nextToken && { NextToken: nextToken }) };
    },
    PutTargets: (input) => {
      const { Rule, Targets } = parseInput(targetsInput, input);
      rules.putTargets(Rule, Targets);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: (input) => {
      const { Rule, Ids } = parseInput(idsInput, input);
      rules.removeTargets(Rule, Ids);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: (input) => ({
      Targets: rules.get(parseInput(ofRuleInput, input).Rule).targets,
    }),
  };
}

/** Makes a rule, or changes one; what is wrong with its pattern or schedule is said now. */
export function putRule(rules: Rules, input: unknown): Rule {
  const given = parseInput(ruleInput, input);
  if (given.EventPattern) parsePattern(given.EventPattern);
  if (given.ScheduleExpression) parseSchedule(given.ScheduleExpression);
  return rules.put({
    name: given.Name,
    description: given.Description,
    pattern: given.EventPattern,
    schedule: given.ScheduleExpression,
    state: given.State,
    roleArn: given.RoleArn,
  });
}

function describe({ name, arn, description, pattern, schedule, state, roleArn }: Rule) {
  return {
    Name: name,
    Arn: arn,
    EventBusName: 'default',
    State: state,
    ...(description && { Description: description }),
    ...(pattern && { EventPattern: pattern }),
    ...(schedule && { ScheduleExpression: schedule }),
    ...(roleArn && { RoleArn: roleArn }),
  };
}

function jsonOf(text: string): object | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
