import { AwsError } from '../../host/aws-error.ts';
import { wait } from '../../host/clock.ts';
import type { Host } from '../../host/host.ts';
import { refuseActiveAlarms } from './alarm-check.ts';
import type { AppSpec, Hook } from './app-spec.ts';
import {
  type Deployment,
  DeploymentFailure,
  hookFailure,
  type LifecycleEventName,
} from './deployment.ts';
import type { Deployments } from './deployments.ts';
import type { HookExecutions } from './hook-executions.ts';
import { rollBack, shiftTraffic } from './shift.ts';
import { shiftSteps } from './traffic-routing.ts';

/** How often the group's alarms are looked at (cloud time). */
const ALARM_INTERVAL = 10_000;
/** AWS waits an hour for a hook's report. */
const HOOK_LIMIT = 3_600_000;

/** The cloud stops: the deployment stays as it is, and the next start rolls it back. */
class CloudStops extends Error {}

/** One deployment on its way, from its creation to its end. */
export class DeploymentRun {
  readonly finished: Promise<void>;
  readonly #host: Host;
  readonly #deployments: Deployments;
  readonly #hooks: HookExecutions;
  readonly #id: string;
  readonly #spec: AppSpec;
  readonly #interruption = new AbortController();
  /** What StopDeployment asked for; undefined leaves it to the group's setting. */
  #rollbackOnStop: boolean | undefined;

  constructor(options: {
    host: Host;
    deployments: Deployments;
    hooks: HookExecutions;
    deployment: Deployment;
  }) {
    this.#host = options.host;
    this.#deployments = options.deployments;
    this.#hooks = options.hooks;
    this.#id = options.deployment.id;
    this.#spec = options.deployment.spec;
    this.finished = this.#run();
  }

  stop(rollback: boolean | undefined): void {
    this.#rollbackOnStop = rollback;
    const message = 'The deployment was stopped by StopDeployment.';
    const stopped = new DeploymentFailure('MANUAL_STOP', message, 'DEPLOYMENT_STOP_ON_REQUEST');
    this.#interruption.abort(stopped);
  }

  /** Leaves everything as it stands. */
  abandon(): Promise<void> {
    this.#interruption.abort(new CloudStops());
    return this.finished;
  }

  async #run(): Promise<void> {
    const alarms = new AbortController();
    try {
      this.#deployments.change(this.#id, { status: 'Queued' });
      await this.#checkVersions();
      this.#deployments.change(this.#id, { status: 'InProgress', startTime: this.#now() });
      await this.#checkAlarms();
      void this.#watchAlarms(alarms.signal);
      await this.#during('BeforeAllowTraffic', () => this.#callHook('BeforeAllowTraffic'));
      await this.#during('AllowTraffic', () => this.#shift());
      await this.#during('AfterAllowTraffic', () => this.#callHook('AfterAllowTraffic'));
      await this.#checkAlarms();
      this.#deployments.change(this.#id, { status: 'Succeeded', completeTime: this.#now() });
    } catch (error) {
      if (!(error instanceof CloudStops)) await this.#fail(this.#failureOf(error));
    } finally {
      alarms.abort();
    }
  }

  /** AWS: a deployment from or to another version than the alias is on cannot be. */
  async #checkVersions(): Promise<void> {
    const { functionName, alias, currentVersion, targetVersion } = this.#spec;
    const invalid = (problem: string) =>
      new DeploymentFailure(
        'INVALID_LAMBDA_CONFIGURATION',
        `The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is missing or has an invalid configuration. ${problem}`,
      );
    if (currentVersion === targetVersion) {
      throw invalid(`The target version must differ from the current version ${currentVersion}.`);
    }
    const { FunctionVersion } = await this.#call<{ FunctionVersion: string }>('GetAlias', {
      FunctionName: functionName,
      Name: alias,
    });
    if (FunctionVersion !== currentVersion) {
      throw invalid(
        `The Lambda function alias version ${FunctionVersion} does not match the current version ${currentVersion} in AppSpec file.`,
      );
    }
  }

  async #during(
    name: LifecycleEventName,
    act: () => Promise<'Skipped' | undefined>,
  ): Promise<void> {
    const change = this.#deployments.changeEvent.bind(this.#deployments, this.#id, name);
    change({ status: 'InProgress', startTime: this.#now() });
    try {
      const status = (await act()) ?? 'Succeeded';
      this.#interruption.signal.throwIfAborted();
      change({ status, endTime: this.#now() });
    } catch (error) {
      const { message } = error as Error;
      if (!(error instanceof CloudStops))
        change({ status: 'Failed', endTime: this.#now(), message });
      throw error;
    }
  }

  async #shift(): Promise<undefined> {
    const { routing } = this.#deployments.get(this.#id);
    for (const { percent, minutes } of shiftSteps(routing)) {
      await shiftTraffic(this.#host, this.#spec, percent);
      this.#deployments.change(this.#id, { shifted: percent });
      this.#interruption.signal.throwIfAborted();
      if (minutes > 0) await wait(this.#host.clock, minutes * 60_000, this.#interruption.signal);
      await this.#checkAlarms();
    }
  }

  async #callHook(hook: Hook): Promise<'Skipped' | undefined> {
    const functionName = this.#spec.hooks[hook];
    if (functionName === undefined) return 'Skipped';
    const execution = this.#hooks.begin(this.#id);
    const over = new AbortController();
    const limit = wait(
      this.#host.clock,
      HOOK_LIMIT,
      AbortSignal.any([this.#interruption.signal, over.signal]),
    );
    try {
      const status = await Promise.race([
        execution.outcome,
        this.#invokeHook(hook, functionName, execution.id),
        limit.then(() => {
          throw hookFailure(hook, `the function ${functionName} did not report within an hour`);
        }),
      ]);
      if (status === 'Failed')
        throw hookFailure(hook, `the function ${functionName} reported Failed`);
      return undefined;
    } finally {
      over.abort();
      execution.close();
    }
  }

  /** A function that ends without an error may still report later; one that throws never will. */
  async #invokeHook(hook: Hook, functionName: string, executionId: string): Promise<never> {
    const payload = { DeploymentId: this.#id, LifecycleEventHookExecutionId: executionId };
    const answer = await this.#call<{ FunctionError?: string; Payload?: Buffer }>('Invoke', {
      FunctionName: functionName,
      Payload: Buffer.from(JSON.stringify(payload)),
    });
    if (answer.FunctionError !== undefined) {
      throw hookFailure(
        hook,
        `the function ${functionName} threw ${answer.Payload?.toString() ?? ''}`,
      );
    }
    return new Promise(() => {});
  }

  async #watchAlarms(ended: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await wait(this.#host.clock, ALARM_INTERVAL, ended);
        await this.#checkAlarms();
      }
    } catch (error) {
      if (!ended.aborted) this.#interruption.abort(error);
    }
  }

  async #checkAlarms(): Promise<void> {
    await refuseActiveAlarms(this.#host, this.#deployments.get(this.#id).alarms);
    this.#interruption.signal.throwIfAborted();
  }

  #failureOf(error: unknown): DeploymentFailure {
    if (error instanceof DeploymentFailure) return error;
    const { message } = error as Error;
    if (error instanceof AwsError) return new DeploymentFailure('INVALID_LAMBDA_FUNCTION', message);
    this.#host.log.error(`Deployment ${this.#id} failed`, error);
    return new DeploymentFailure('INTERNAL_ERROR', message);
  }

  async #fail(failure: DeploymentFailure): Promise<void> {
    const { autoRollback } = this.#deployments.get(this.#id);
    const configured = autoRollback.enabled && autoRollback.events.includes(failure.event);
    await endWithFailure(this.#host, this.#deployments, this.#id, {
      failure,
      rollback: this.#rollbackOnStop ?? configured,
    });
  }

  async #call<T>(operation: string, input: Record<string, unknown>): Promise<T> {
    return this.#host.call<T>('lambda', operation, input);
  }

  #now(): number {
    return this.#host.clock.now();
  }
}

/** The traffic goes back first: whoever sees the deployment ended finds the old version serving. */
export async function endWithFailure(
  host: Host,
  deployments: Deployments,
  id: string,
  { failure, rollback }: { failure: DeploymentFailure; rollback: boolean },
): Promise<void> {
  const { spec, events } = deployments.get(id);
  const rollbackMessage = rollback ? await rollBack(host, spec) : undefined;
  const { code, message } = failure;
  deployments.change(id, {
    status: failure.status,
    completeTime: host.clock.now(),
    error: { code, message },
    events: events.map((event) =>
      event.status === 'Pending' ? { ...event, status: 'Skipped' } : event,
    ),
    ...(rollback && { shifted: 0 }),
    ...(rollbackMessage && { rollbackMessage }),
  });
  host.log.info(
    `Deployment ${id} of ${spec.functionName} ${failure.status.toLowerCase()}: ${message}`,
  );
}
