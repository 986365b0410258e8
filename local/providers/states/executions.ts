import { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { Collection } from '../../host/storage.ts';
import { sendEvent } from '../../telemetry/service-event.ts';
import type { Execution, TaskRecord } from './execution.ts';
import type { StateMachine } from './state-machine.ts';

/** So many finished executions of a state machine are remembered; AWS forgets after 90 days. */
const KEPT_PER_MACHINE = 100;

/** One event of a history, as GetExecutionHistory gives it, but for its number. */
export interface HistoryEvent {
  readonly type: string;
  readonly timestamp: number;
  readonly [details: string]: unknown;
}

/** Every execution as it stands, with its history. */
export class Executions {
  readonly #host: Host;
  readonly #executions: Collection<Execution>;
  readonly #histories: Collection<readonly HistoryEvent[]>;

  constructor(host: Host) {
    this.#host = host;
    const storage = host.storage('states');
    this.#executions = storage.collection('executions');
    this.#histories = storage.collection('histories');
  }

  /** Newest first. */
  all(): Execution[] {
    return this.#executions.values().sort((a, b) => b.number - a.number);
  }

  find(arn: string): Execution | undefined {
    return this.#executions.get(arn);
  }

  get(arn: string): Execution {
    const found = this.find(arn);
    if (found) return found;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  history(arn: string): readonly HistoryEvent[] {
    this.get(arn);
    return this.#histories.get(arn) ?? [];
  }

  arnOf(machine: StateMachine, name: string): string {
    return this.#host.arn('states', `execution:${machine.name}:${name}`);
  }

  create(machine: StateMachine, name: string, input: string): Execution {
    const all = this.all();
    const execution: Execution = {
      arn: this.arnOf(machine, name),
      name,
      number: (all[0]?.number ?? 0) + 1,
      machine: machine.arn,
      machineName: machine.name,
      roleArn: machine.roleArn,
      definition: machine.definition,
      status: 'RUNNING',
      startDate: this.#host.clock.now(),
      input,
      tasks: {},
    };
    this.#executions.set(execution.arn, execution);
    this.#tell(execution);
    const ended = all.filter((one) => one.machine === machine.arn && one.status !== 'RUNNING');
    for (const { arn } of ended.slice(KEPT_PER_MACHINE - 1)) {
      this.#executions.delete(arn);
      this.#histories.delete(arn);
    }
    return execution;
  }

  end(arn: string, end: Pick<Execution, 'status' | 'output' | 'error' | 'cause'>): void {
    const ended = { ...this.get(arn), ...end, stopDate: this.#host.clock.now() };
    this.#executions.set(arn, ended);
    this.#tell(ended);
    const why = end.error ? `: ${end.error}` : '';
    this.#host.log.info(`Execution ${ended.machineName}/${ended.name} ${end.status}${why}`);
  }

  recordTask(arn: string, key: string, record: TaskRecord): void {
    const execution = this.get(arn);
    this.#executions.set(arn, { ...execution, tasks: { ...execution.tasks, [key]: record } });
  }

  addEvent(arn: string, event: Omit<HistoryEvent, 'timestamp'> & { readonly type: string }): void {
    const timed: HistoryEvent = { ...event, timestamp: this.#host.clock.now() };
    this.#histories.set(arn, [...this.history(arn), timed]);
  }

  #tell(execution: Execution): void {
    const { arn, machine, name, status, startDate, stopDate = null, input } = execution;
    sendEvent(this.#host, {
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      resources: [arn],
      detail: {
        executionArn: arn,
        stateMachineArn: machine,
        name,
        status,
        startDate,
        stopDate,
        input,
        output: execution.output ?? null,
        error: execution.error ?? null,
        cause: execution.cause ?? null,
      },
    });
  }
}
