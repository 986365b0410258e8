import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { CloudHost } from '../../../../local/host/cloud-host.ts';
import type { Log } from '../../../../local/host/log.ts';
import { ManualClock } from '../../../../local/host/manual-clock.ts';
import type { CreateProvider, Operation } from '../../../../local/host/provider.ts';
import { lambdaProvider } from '../../../../local/providers/lambda/index.ts';
import type { LambdaOptions } from '../../../../local/providers/lambda/lambda.ts';

export interface LambdaCloudOptions extends Partial<LambdaOptions> {
  /** State of an earlier cloud. */
  readonly state?: string;
  readonly clock?: ManualClock;
  /** Operations of services that Lambda calls, by service. */
  readonly services?: Record<string, Record<string, Operation>>;
}

interface InvokeAnswer {
  readonly StatusCode: number;
  readonly ExecutedVersion: string;
  readonly FunctionError?: string;
  readonly LogResult?: string;
  readonly Payload: Buffer;
}

/** A cloud with Lambda alone; what it tells logs and metrics is written down. */
export class LambdaCloud {
  readonly host: CloudHost;
  readonly clock: ManualClock;
  readonly state: string;
  readonly lines: { readonly stream: string; readonly message: string }[] = [];
  readonly metrics: MetricDatum[] = [];
  readonly warnings: string[] = [];

  constructor({ state, clock, services, ...options }: LambdaCloudOptions = {}) {
    this.state = state ?? mkdtempSync(join(tmpdir(), 'lambda-test-'));
    this.clock = clock ?? new ManualClock();
    const log: Log = {
      info() {},
      warn: (message) => this.warnings.push(message),
      error: (message, cause) => this.warnings.push(`${message}: ${cause}`),
    };
    const given = Object.entries(services ?? {}).map(([name, operations]) => [
      name,
      () => ({ operations, resources: {} }),
    ]);
    this.host = new CloudHost({
      folder: this.state,
      clock: this.clock,
      log,
      endpoint: 'http://127.0.0.1:8080',
      providers: {
        lambda: (host) => lambdaProvider(host, { eager: 2, ...options }),
        logs: this.#logs(),
        cloudwatch: this.#cloudwatch(),
        ...Object.fromEntries(given),
      },
    });
  }

  start(): Promise<void> {
    return this.host.start();
  }

  async stop(): Promise<void> {
    await this.host.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.state, { recursive: true, force: true });
  }

  call<T = Record<string, unknown>>(operation: string, input: Record<string, unknown>): Promise<T> {
    return this.host.call<T>('lambda', operation, input);
  }

  /** A function whose index.js is `source`. */
  create(name: string, source: string, settings: Record<string, unknown> = {}) {
    return this.call('CreateFunction', {
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 60, // Lambda's three seconds are little on a busy machine
      Role: 'arn:aws:iam::000000000000:role/test',
      Code: { ZipFile: zip({ 'index.js': source }) },
      ...settings,
    });
  }

  async invoke(FunctionName: string, event: unknown = {}, more: Record<string, unknown> = {}) {
    const Payload = Buffer.from(JSON.stringify(event));
    const answer = await this.call<InvokeAnswer>('Invoke', { FunctionName, Payload, ...more });
    const text = answer.Payload.toString();
    return { ...answer, value: text === '' ? undefined : JSON.parse(text) };
  }

  /** Everything that has been logged, after Lambda has sent it. */
  async log(): Promise<string[]> {
    // The last lines of an invocation come two turns of the event loop after its answer.
    for (const _ of [1, 2]) await new Promise((resolve) => setImmediate(resolve));
    await this.clock.advance(1000);
    return this.lines.map(({ message }) => message);
  }

  /** Sum of a metric under exactly these dimensions, `Name=Value`. */
  async sum(metric: string, ...dimensions: string[]): Promise<number> {
    await this.clock.advance(1000);
    return this.metrics
      .filter((datum) => datum.MetricName === metric)
      .filter((datum) => describe(datum) === dimensions.join())
      .flatMap(({ Values, Counts }) => Values.map((value, i) => value * (Counts[i] ?? 0)))
      .reduce((total, value) => total + value, 0);
  }

  #logs(): CreateProvider {
    const PutLogEvents: Operation = ({ logStreamName, logEvents }) => {
      for (const { message } of logEvents) this.lines.push({ stream: logStreamName, message });
    };
    return () => ({ operations: { PutLogEvents }, resources: {} });
  }

  #cloudwatch(): CreateProvider {
    const PutMetricData: Operation = ({ MetricData }) => void this.metrics.push(...MetricData);
    return () => ({ operations: { PutMetricData }, resources: {} });
  }
}

interface MetricDatum {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Values: readonly number[];
  readonly Counts: readonly number[];
}

function describe({ Dimensions }: MetricDatum): string {
  return Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join();
}

export function zip(files: Record<string, string | Uint8Array>): Buffer {
  const entries = Object.entries(files).map(([name, content]) => [name, Buffer.from(content)]);
  return Buffer.from(zipSync(Object.fromEntries(entries), { level: 0 }));
}
