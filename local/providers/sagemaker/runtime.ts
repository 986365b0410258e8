import type { AwsError } from '../../host/aws-error.ts';
import type { Host } from '../../host/host.ts';
import type { DataCapture } from './data-capture.ts';
import type { EndpointMetrics } from './endpoint-metrics.ts';
import { type EndpointRecord, hostsComponents, isServing } from './endpoint-record.ts';
import type { Endpoints } from './endpoints.ts';
import type { FleetVariant, Traffic } from './fleet.ts';
import type { InferenceComponents } from './inference-components.ts';
import {
  type Caller,
  type CallResult,
  containerHeaders,
  type InvokeInput,
  PAYLOAD_BYTES,
  parseInvoke,
} from './invocation.ts';
import type { SagemakerOptions } from './options.ts';
import { endpointNotFound, invalidRequest, noCopies, unavailable } from './runtime-errors.ts';

/** A fleet may change under a waiting request as often as an endpoint can be updated meanwhile. */
const FLEETS_LIMIT = 3;

export interface RuntimeParts {
  readonly host: Host;
  readonly options: SagemakerOptions;
  readonly endpoints: Endpoints;
  readonly components: InferenceComponents;
  readonly caller: Caller;
  readonly metrics: EndpointMetrics;
  readonly capture: DataCapture;
}

/** Where a request goes. */
interface Target {
  readonly variant: string;
  readonly result: CallResult;
}

/** InvokeEndpoint: from a request to the answer of one of the endpoint's containers. */
export class Runtime {
  readonly #parts: RuntimeParts;

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
  }

  async invoke(raw: unknown): Promise<Record<string, unknown>> {
    const input = parseInvoke(raw);
    const body = Buffer.from(input.Body.buffer, input.Body.byteOffset, input.Body.byteLength);
    if (body.length > PAYLOAD_BYTES) throw tooLong(body.length);
    const record = this.#serving(input.EndpointName);
    if (record.deployed.config.settings.AsyncInferenceConfig) {
      throw invalidRequest(
        `Endpoint ${record.name} is asynchronous: it takes InvokeEndpointAsync, not InvokeEndpoint.`,
      );
    }
    const { variant, result } = hostsComponents(record)
      ? await this.#onComponent(record, input, body)
      : await this.#onVariant(record, input, body);
    this.#capture(record, { input, body, variant, result });
    if ('error' in result) throw result.error;
    const { headers, body: Body } = result.answer;
    return {
      Body,
      ContentType: headers['content-type'],
      InvokedProductionVariant: variant,
      CustomAttributes: headers['x-amzn-sagemaker-custom-attributes'],
    };
  }

  /** The endpoint's record, if it takes requests. */
  #serving(name: string): EndpointRecord {
    const record = this.#parts.endpoints.find(name);
    if (!record || !isServing(record)) throw endpointNotFound(this.#parts.host, name);
    return record;
  }

  async #onVariant(record: EndpointRecord, input: InvokeInput, body: Buffer): Promise<Target> {
    const { endpoints } = this.#parts;
    if (input.InferenceComponentName !== undefined) {
      throw invalidRequest(`Endpoint ${record.name} has no inference components.`);
    }
    for (let tries = 0; tries < FLEETS_LIMIT; tries++) {
      const traffic = await endpoints.opened(record.name);
      const variant = traffic && this.#choose(traffic, input.TargetVariant);
      if (!variant) break;
      if (tries === 0) this.#mirror(record, { traffic, chosen: variant, input, body });
      const result = await this.#call(record.name, variant, input, body);
      if (result) return { variant: variant.name, result };
    }
    throw unavailable(record.name);
  }

  #choose(traffic: Traffic, target: string | undefined): FleetVariant | undefined {
    const { random } = this.#parts.options;
    const fleet = traffic.fleet(random);
    if (target === undefined) return fleet.choose(random);
    const variant = fleet.production.find(({ name }) => name === target);
    if (!variant) throw invalidRequest(`Variant ${target} not found for request`);
    return variant;
  }

  #call(endpoint: string, variant: FleetVariant, input: InvokeInput, body: Buffer) {
    const { caller, metrics, options } = this.#parts;
    return caller.call({
      endpoint,
      group: variant.group,
      isRandom: variant.isRandom,
      scopes: metrics.fleet(endpoint, variant),
      headers: containerHeaders(input),
      body,
      limitMs: options.invocationMs,
    });
  }

  /** Gives the shadow variant its part of the requests; its answers are captured and go nowhere. */
  #mirror(
    record: EndpointRecord,
    {
      traffic,
      chosen,
      input,
      body,
    }: { traffic: Traffic; chosen: FleetVariant; input: InvokeInput; body: Buffer },
  ): void {
    const { host, options } = this.#parts;
    const { shadow } = traffic.blue;
    if (!shadow || options.random() * chosen.weight >= shadow.weight) return;
    this.#call(record.name, shadow, input, body).then(
      (result) => {
        if (result) this.#capture(record, { input, body, variant: shadow.name, result });
      },
      (error) => host.log.error(`A request to the shadow of ${record.name} failed`, error),
    );
  }

  async #onComponent(record: EndpointRecord, input: InvokeInput, body: Buffer): Promise<Target> {
    const { caller, components, metrics, options } = this.#parts;
    const name = input.InferenceComponentName;
    if (name === undefined) {
      throw invalidRequest(
        'Inference Component Name header is required for endpoints to which you plan to deploy inference components. ' +
          'Please include Inference Component Name header or consider using SageMaker models.',
      );
    }
    const component = components.find(name);
    if (component?.endpoint !== record.name) {
      throw invalidRequest(`Inference Component ${name} of endpoint ${record.name} not found.`);
    }
    const scopes = [metrics.component(name), metrics.variant(record.name, component.variant)];
    for (let tries = 0; tries < FLEETS_LIMIT; tries++) {
      const group = components.group(name, options.random);
      if (!group || components.get(name).currentCopies === 0) {
        metrics.noCapacity(metrics.component(name));
        throw noCopies();
      }
      const call = { endpoint: record.name, group, isRandom: false, scopes, body };
      const headers = containerHeaders(input);
      const result = await caller.call({ ...call, headers, limitMs: options.invocationMs });
      if (result) return { variant: component.variant, result };
    }
    throw unavailable(record.name);
  }

  #capture(
    record: EndpointRecord,
    what: { input: InvokeInput; body: Buffer; variant: string; result: CallResult },
  ): void {
    const { input, body, variant, result } = what;
    const { answer } = result;
    this.#parts.capture.add(record.deployed.config.settings.DataCaptureConfig, {
      endpoint: record.name,
      variant,
      inferenceId: input.InferenceId,
      customAttributes: input.CustomAttributes,
      input: { contentType: input.ContentType, body },
      ...(answer && {
        output: { contentType: answer.headers['content-type'], body: answer.body },
      }),
    });
  }
}

function tooLong(length: number): AwsError {
  return invalidRequest(
    `1 validation error detected: Value of ${length} bytes at 'body' failed to satisfy constraint: ` +
      `Member must have length less than or equal to ${PAYLOAD_BYTES}`,
  );
}
