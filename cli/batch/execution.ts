import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { BatchRequest, BatchResult } from '../../serving/contract/batch.ts';

/** One run of a job's state machine. */
export interface Execution {
  readonly name: string;
  readonly arn: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | string;
  readonly started: Date;
  readonly stopped?: Date;
  readonly request: BatchRequest;
  readonly result?: BatchResult;
  /** Name of the error that ended it. */
  readonly error?: string;
  readonly cause?: string;
}

/** The executions of state machines, through Step Functions. */
export class Executions {
  readonly #client: SFNClient;

  constructor(client = new SFNClient({})) {
    this.#client = client;
  }

  /** Starts one; gives its ARN. Step Functions takes a name once. */
  async start(machine: string, name: string, request: BatchRequest): Promise<string> {
    const { executionArn } = await this.#client.send(
      new StartExecutionCommand({ stateMachineArn: machine, name, input: JSON.stringify(request) }),
    );
    return executionArn as string;
  }

  async stop(arn: string, cause: string): Promise<void> {
    await this.#client.send(new StopExecutionCommand({ executionArn: arn, cause }));
  }

  async describe(arn: string): Promise<Execution> {
    const found = await this.#client.send(new DescribeExecutionCommand({ executionArn: arn }));
    return {
      name: found.name ?? '',
      arn,
      status: found.status ?? '',
      started: found.startDate ?? new Date(0),
      ...(found.stopDate && { stopped: found.stopDate }),
      request: JSON.parse(found.input ?? '{}'),
      ...(found.output && { result: JSON.parse(found.output) }),
      ...(found.error && { error: found.error }),
      ...(found.cause && { cause: messageOf(found.cause) }),
    };
  }

  /** The newest first. */
  async *list(machine: string, status?: 'RUNNING'): AsyncGenerator<Execution> {
    let nextToken: string | undefined;
    do {
      const page = await this.#client.send(
        new ListExecutionsCommand({
          stateMachineArn: machine,
          ...(status && { statusFilter: status }),
          ...(nextToken && { nextToken }),
        }),
      );
      for (const { executionArn } of page.executions ?? []) {
        yield await this.describe(executionArn as string);
      }
      nextToken = page.nextToken;
    } while (nextToken);
  }
}

/** A Lambda function's error comes as JSON, with a trace that helps nobody who calls it. */
function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return errorMessage ?? cause;
  } catch {
    return cause;
  }
}
