import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import { integer, parseInput } from '../../host/operation-input.ts';
import { pageOf } from '../../host/page.ts';
import type { Operation } from '../../host/provider.ts';
import { type Execution, executionStatuses } from './execution.ts';
import type { Executions } from './executions.ts';
import type { Runner } from './runner.ts';
import type { StateMachine, StateMachines } from './state-machine.ts';

export interface Parts {
  readonly host: Host;
  readonly machines: StateMachines;
  readonly executions: Executions;
  readonly runner: Runner;
}

const tags = z.array(z.object({ key: z.string(), value: z.string() }));
const createInput = z.object({
  name: z.string(),
  definition: z.string(),
  roleArn: z.string(),
  type: z
    .literal('STANDARD', 'the local cloud runs STANDARD state machines only')
    .default('STANDARD'),
  loggingConfiguration: z.unknown().optional(),
  tracingConfiguration: z.unknown().optional(),
  tags: tags.default([]),
});
const machineInput = z.object({ stateMachineArn: z.string() });
const updateInput = createInput
  .pick({ definition: true, roleArn: true, loggingConfiguration: true, tracingConfiguration: true })
  .partial()
  .extend(machineInput.shape);
const startInput = machineInput.extend({
  name: z.string().optional(),
  input: z.string().default('{}'),
});
const executionInput = z.object({ executionArn: z.string() });
const stopInput = executionInput.extend({
  error: z.string().optional(),
  cause: z.string().optional(),
});
const page = { maxResults: integer.optional(), nextToken: z.string().optional() };
const listMachinesInput = z.object(page);
const listInput = machineInput.extend({
  statusFilter: z.enum(executionStatuses).optional(),
  ...page,
});
const historyInput = executionInput.extend({ reverseOrder: z.boolean().default(false), ...page });

export function statesOperations(parts: Parts): Record<string, Operation> {
  return { ...machineOperations(parts), ...executionOperations(parts) };
}

function machineOperations({ machines, executions }: Parts): Record<string, Operation> {
  const get = (input: unknown) => machines.get(parseInput(machineInput, input).stateMachineArn);
  return {
    CreateStateMachine: async (input) => {
      const { arn, createdAt } = await machines.create(parseInput(createInput, input));
      return { stateMachineArn: arn, creationDate: new Date(createdAt) };
    },
    UpdateStateMachine: async (input) => {
      const { stateMachineArn, ...change } = parseInput(updateInput, input);
      const { updatedAt, revision } = await machines.update(stateMachineArn, defined(change));
      return { updateDate: new Date(updatedAt), revisionId: String(revision) };
    },
    DeleteStateMachine: (input) => {
      machines.delete(parseInput(machineInput, input).stateMachineArn);
      return {};
    },
    DescribeStateMachine: (input) => describeMachine(get(input)),
    DescribeStateMachineForExecution: (input) => {
      const execution = executions.get(parseInput(executionInput, input).executionArn);
      const { creationDate, status, type, ...machine } = describeMachine(
        machines.get(execution.machine),
      );
      return { ...machine, definition: execution.definition, updateDate: creationDate };
    },
    ListStateMachines: (input) => {
      const { maxResults, nextToken } = parseInput(listMachinesInput, input);
      const found = pageOf(machines.all(), nextToken, sizeOf(maxResults), 'InvalidToken');
      return {
        stateMachines: found.items.map(({ arn, name, type, createdAt }) => ({
          stateMachineArn: arn,
          name,
          type,
          creationDate: new Date(createdAt),
        })),
        ...(found.nextToken && { nextToken: found.nextToken }),
      };
    },
    ListTagsForResource: (input) => {
      const { resourceArn } = parseInput(z.object({ resourceArn: z.string() }), input);
      return { tags: machines.get(resourceArn).tags };
    },
  };
}

function executionOperations(parts: Parts): Record<string, Operation> {
  const { machines, executions, runner } = parts;
  return {
    StartExecution: (input) => {
      const { arn, startDate } = start(parts, input);
      return { executionArn: arn, startDate: new Date(startDate) };
    },
    StopExecution: async (input) => {
      const { executionArn, error, cause } = parseInput(stopInput, input);
      const { status } = executions.get(executionArn);
      if (status === 'RUNNING') await runner.stop(executionArn, error, cause);
      const { stopDate } = executions.get(executionArn);
      return { stopDate: new Date(stopDate as number) };
    },
    DescribeExecution: (input) =>
      describeExecution(executions.get(parseInput(executionInput, input).executionArn)),
    ListExecutions: (input) => {
      const given = parseInput(listInput, input);
      const { arn } = machines.get(given.stateMachineArn);
      const chosen = executions
        .all()
        .filter(
          ({ machine, status }) => machine === arn && status === (given.statusFilter ?? status),
        );
      const size = sizeOf(given.maxResults);
      const { items, nextToken } = pageOf(chosen, given.nextToken, size, 'InvalidToken');
      return {
        executions: items.map((execution) => summarizeExecution(execution)),
        ...(nextToken && { nextToken }),
      };
    },
    GetExecutionHistory: (input) => {
      const given = parseInput(historyInput, input);
      const events = executions.history(given.executionArn).map((event, index) => ({
        ...event,
        id: index + 1,
        previousEventId: index,
        timestamp: new Date(event.timestamp),
      }));
      const ordered = given.reverseOrder ? events.toReversed() : events;
      const size = sizeOf(given.maxResults);
      const { items, nextToken } = pageOf(ordered, given.nextToken, size, 'InvalidToken');
      return { events: items, ...(nextToken && { nextToken }) };
    },
  };
}

/** The same name and input start the same execution once. */
function start({ machines, executions, runner }: Parts, input: unknown): Execution {
  const given = parseInput(startInput, input);
  const machine = machines.get(given.stateMachineArn);
  const name = given.name ?? randomUUID();
  if (!/^[\w.@+=-]{1,80}$/.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  try {
    JSON.parse(given.input);
  } catch (error) {
    const message = `Invalid State Machine Execution Input: '${(error as Error).message}'`;
    throw new AwsError('InvalidExecutionInput', message);
  }
  const existing = executions.find(executions.arnOf(machine, name));
  if (existing?.status === 'RUNNING' && existing.input === given.input) return existing;
  if (existing) {
    const message = `Execution Already Exists: '${existing.arn}'`;
    throw new AwsError('ExecutionAlreadyExists', message);
  }
  const execution = executions.create(machine, name, given.input);
  runner.run(execution);
  return execution;
}

function sizeOf(maxResults: number | undefined): number {
  return Math.min(maxResults || 100, 1000);
}

function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function describeMachine(machine: StateMachine) {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    definition: machine.definition,
    roleArn: machine.roleArn,
    type: machine.type,
    creationDate: new Date(machine.createdAt),
    loggingConfiguration: machine.loggingConfiguration,
    tracingConfiguration: machine.tracingConfiguration,
    revisionId: String(machine.revision),
  };
}

function summarizeExecution({ arn, machine, name, status, startDate, stopDate }: Execution) {
  return {
    executionArn: arn,
    stateMachineArn: machine,
    name,
    status,
    startDate: new Date(startDate),
    ...(stopDate !== undefined && { stopDate: new Date(stopDate) }),
  };
}

function describeExecution(execution: Execution) {
  const { input, output, error, cause } = execution;
  return {
    ...summarizeExecution(execution),
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}
