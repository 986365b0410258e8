import type { RunOptions } from 'aws-local-stepfunctions';
import type { Timer } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import {
  type Definition,
  executionMember,
  parseDefinition,
  type State,
  statesOf,
} from './definition.ts';
import type { Execution, ExecutionStatus } from './execution.ts';
import type { Executions } from './executions.ts';
import { type InterpreterEvent, isOfTask, toHistory } from './history.ts';
import { interpreterOf } from './interpreter.ts';
import { ExecutionOver } from './task-failure.ts';
import { Tasks } from './tasks.ts';

type End = Pick<Execution, 'status' | 'output' | 'error' | 'cause'>;

/** One execution on its way. What it has done is recorded, so that another run can go on from there. */
export class ExecutionRun {
  readonly finished: Promise<void>;
  readonly #host: Host;
  readonly #executions: Executions;
  readonly #execution: Execution;
  readonly #definition: Definition;
  readonly #states: ReadonlyMap<string, State>;
  readonly #tasks: Tasks;
  readonly #over = new AbortController();
  /** Why it ends before its last state; undefined while the cloud stops. */
  #end: End | undefined;
  #abort: () => void = () => {};

  constructor(host: Host, executions: Executions, execution: Execution) {
    this.#host = host;
    this.#executions = executions;
    this.#execution = execution;
    this.#definition = parseDefinition(execution.definition);
    this.#states = new Map(statesOf(this.#definition));
    this.#tasks = new Tasks(host, executions, execution.arn, this.#over.signal);
    this.finished = this.#run();
  }

  /** Ends it as StopExecution does, with the jobs that it waits for. */
  async stop(error: string | undefined, cause: string | undefined): Promise<void> {
    await this.#interrupt({ status: 'ABORTED', error, cause });
  }

  /** Leaves everything as it stands, for the next start. */
  async abandon(): Promise<void> {
    this.#over.abort(new ExecutionOver());
    this.#abort();
    await this.finished;
  }

  async #interrupt(end: End): Promise<void> {
    this.#end ??= end;
    this.#over.abort(new ExecutionOver());
    this.#abort();
    await this.#tasks.stopJobs();
    await this.finished;
  }

  async #run(): Promise<void> {
    const interpreter = await interpreterOf(this.#definition);
    if (this.#over.signal.aborted) return this.#conclude();
    const { input, arn } = this.#execution;
    const { result, eventLogs, abort } = interpreter.run(JSON.parse(input), this.#options());
    this.#abort = abort;
    const limit = this.#limit();
    const told = this.#follow(eventLogs as AsyncIterable<InterpreterEvent>);
    const outcome = await settled(result);
    limit?.cancel();
    await told;
    if (this.#over.signal.aborted) return this.#conclude();
    this.#executions.end(
      arn,
      'output' in outcome
        ? { status: 'SUCCEEDED', output: JSON.stringify(outcome.output) }
        : { status: 'FAILED', ...reasonOf(outcome.error) },
    );
  }

  #conclude(): void {
    if (!this.#end) return; // the cloud stops
    const { status, error, cause } = this.#end;
    const type = status === 'ABORTED' ? 'executionAborted' : 'executionTimedOut';
    this.#executions.addEvent(this.#execution.arn, {
      type: status === 'ABORTED' ? 'ExecutionAborted' : 'ExecutionTimedOut',
      [`${type}EventDetails`]: { error, cause },
    });
    this.#executions.end(this.#execution.arn, this.#end);
  }

  #limit(): Timer | undefined {
    const { TimeoutSeconds } = this.#definition;
    if (TimeoutSeconds === undefined) return undefined;
    const status: ExecutionStatus = 'TIMED_OUT';
    return this.#host.clock.at(this.#execution.startDate + TimeoutSeconds * 1000, () => {
      this.#interrupt({ status, error: 'States.Timeout' }).catch((error) =>
        this.#host.log.error(`Execution ${this.#execution.arn} could not be ended`, error),
      );
    });
  }

  #options(): RunOptions {
    const { arn, name, roleArn, startDate, input, machine, machineName } = this.#execution;
    const tasks = [...this.#states].filter(([, { Type }]) => Type === 'Task' || Type === 'Wait');
    return {
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(
          tasks.map(([state, definition]) => [
            state,
            (parameters: unknown) => this.#tasks.perform(state, definition, parameters) as never,
          ]),
        ),
        retryIntervalOverrides: Object.fromEntries(tasks.map(([state]) => [state, 0])),
      },
      context: {
        [executionMember]: {
          Id: arn,
          Name: name,
          RoleArn: roleArn,
          StartTime: new Date(startDate).toISOString(),
          Input: JSON.parse(input),
        },
        StateMachine: { Id: machine, Name: machineName },
      },
    };
  }

  /** Events of what an earlier run has told already are passed over. */
  async #follow(events: AsyncIterable<InterpreterEvent>): Promise<void> {
    const { arn } = this.#execution;
    let known = this.#executions.history(arn).filter((event) => !isOfTask(event)).length;
    for await (const event of events) {
      if (this.#over.signal.aborted) return;
      const found = toHistory(event, this.#states, this.#execution);
      if (!found) continue;
      if (known > 0) known -= 1;
      else this.#executions.addEvent(arn, found);
    }
  }
}

async function settled<T>(
  result: Promise<T>,
): Promise<{ readonly output: T } | { readonly error: unknown }> {
  try {
    return { output: await result };
  } catch (error) {
    return { error };
  }
}

/** What ended an execution, from the interpreter's error. */
function reasonOf(error: unknown): { error?: string; cause?: string } {
  const reason = (error as Error).cause;
  if (!(reason instanceof Error)) throw error;
  // What the interpreter calls a Fail state that names no error.
  if (reason.name === 'FailStateError') return {};
  return { error: reason.name, cause: reason.message };
}
