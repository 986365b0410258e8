import type { ManifestVersion, ModelManifest, TensorSpec } from './contract/manifest.ts';
import type { Deadline } from './deadline.ts';
import type { RunOrigin, Session } from './engine/port.ts';
import type { SessionCache } from './engine/session-cache.ts';
import { smallestInputs } from './engine/smallest-inputs.ts';
import { andThen, type Soon, whenOver } from './engine/soon.ts';
import { SiskinError } from './error/siskin-error.ts';
import { classify } from './protocol/classification.ts';
import { bytesType, numericTypes } from './protocol/datatype-table.ts';
import { quote, quoteNames } from './protocol/quote.ts';
import { type InferenceRequest, plainOutput, type RequestedOutput } from './protocol/request.ts';
import type { InferenceResponse, ResponseOutput } from './protocol/response.ts';
import { matchSignature } from './protocol/signature-match.ts';
import type { Tensor } from './protocol/tensor.ts';
import { fitTexts } from './protocol/text-column.ts';
import type { ModelStatistics } from './telemetry/model-statistics.ts';

export interface DataPlaneOptions {
  readonly manifest: ModelManifest;
  readonly sessions: SessionCache;
  readonly statistics: ModelStatistics;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

/** What the data plane needs to know of the call around a request. */
export interface Call {
  readonly deadline: Deadline;
  /** The request itself, for a session that runs elsewhere. */
  readonly origin?: RunOrigin;
  /** The response's id when the request has none. */
  readonly generateId: () => string;
  /** Told the milliseconds of the model's own work. */
  readonly onInference: (milliseconds: number) => void;
}

/** One model, all its versions: every transport calls this and nothing below it. */
export class DataPlane {
  readonly #options: DataPlaneOptions;
  readonly statistics: ModelStatistics;

  constructor(options: DataPlaneOptions) {
    this.#options = options;
    this.statistics = options.statistics;
  }

  /** The version of that name, or the live one. */
  version(name: string | undefined): ManifestVersion {
    const { manifest } = this.#options;
    const wanted = name ?? manifest.live;
    const found = manifest.versions.find(({ version }) => version === wanted);
    if (found) return found;
    const known = manifest.versions.map(({ version }) => version);
    throw new SiskinError(
      'version_not_found',
      `model ${quote(manifest.name)} has no version ${quote(wanted)}, only ${quoteNames(known)}; ${quote(manifest.live)} is live`,
    );
  }

  isLoaded(version: ManifestVersion): boolean {
    return this.#options.sessions.isLoaded(version.version);
  }

  /** Loads the version if need be; throws when it cannot answer. */
  async ready(version: ManifestVersion, deadline: Deadline, origin?: RunOrigin): Promise<object> {
    const session = await this.#loaded(version, deadline);
    await session.ready?.({ origin, deadline, timeoutMicros: undefined });
    return { name: this.#options.manifest.name, ready: true };
  }

  metadata(version: ManifestVersion): object {
    const { name, platform, versions } = this.#options.manifest;
    return {
      name,
      versions: versions.map((each) => each.version),
      platform,
      inputs: version.inputs.map(tensorMetadata),
      outputs: version.outputs.map(tensorMetadata),
    };
  }

  /** The configuration in Triton's form. Shapes are complete there, hence no batching of its own. */
  config(version: ManifestVersion): object {
    const { name, platform, versions } = this.#options.manifest;
    return {
      name,
      platform,
      backend: 'onnxruntime',
      version_policy: { specific: { versions: versions.map((each) => Number(each.version)) } },
      max_batch_size: 0,
      input: version.inputs.map((spec) => ({
        ...tensorConfig(spec),
        ...(spec.optional ? { optional: true } : {}),
      })),
      output: version.outputs.map(tensorConfig),
    };
  }

  statisticsOf(versions: readonly ManifestVersion[]): object {
    return { model_stats: versions.map(({ version }) => this.statistics.report(version)) };
  }

  get versions(): readonly ManifestVersion[] {
    return this.#options.manifest.versions;
  }

  /** Answers at once when the version is loaded and its engine is in this process. */
  infer(version: ManifestVersion, given: InferenceRequest, call: Call): Soon<InferenceResponse> {
    const request = fitTexts(given, version);
    matchSignature(request, version);
    return andThen(this.#loaded(version, call.deadline), () =>
      this.#answer(version, request, call),
    );
  }

  /** Loads the live version, so that the first caller finds it; at once where the engine can. */
  async load(): Promise<void> {
    await this.#options.sessions.get(this.version(undefined));
  }

  /** Loads the live version and runs it once, for callers that are yet to come. */
  async warmUp(): Promise<void> {
    const live = this.version(undefined);
    const names = live.outputs.map(({ name }) => name);
    await this.#options.sessions.use(live, (session) =>
      session.run(smallestInputs(live.inputs), names),
    );
  }

  #answer(
    version: ManifestVersion,
    request: InferenceRequest,
    call: Call,
  ): Soon<InferenceResponse> {
    const { timeoutMicros } = request.hints;
    call.deadline.check(timeoutMicros);
    const wanted = request.outputs ?? version.outputs.map(({ name }) => plainOutput(name));
    return andThen(this.#run(version, request, wanted, call), (tensors) => {
      call.deadline.check(timeoutMicros);
      return {
        modelName: this.#options.manifest.name,
        modelVersion: version.version,
        id: request.id ?? call.generateId(),
        outputs: tensors.map((tensor, index) =>
          responseOutput(tensor, wanted[index] as RequestedOutput, request),
        ),
      };
    });
  }

  #run(
    version: ManifestVersion,
    { inputs, hints }: InferenceRequest,
    wanted: readonly RequestedOutput[],
    { deadline, origin, onInference }: Call,
  ): Soon<readonly Tensor[]> {
    const { sessions, now } = this.#options;
    const names = wanted.map(({ name }) => name);
    const { timeoutMicros } = hints;
    return sessions.use(version, (session) => {
      const start = now();
      return whenOver(
        () => session.run(inputs, names, { origin, deadline, timeoutMicros }),
        () => onInference(now() - start),
      );
    });
  }

  #loaded(version: ManifestVersion, deadline: Deadline): Soon<Session> {
    const loading = this.#options.sessions.get(version);
    return deadline.within(loading, `loading version ${version.version}`);
  }
}

function responseOutput(
  tensor: Tensor,
  { binary, classification, contentType }: RequestedOutput,
  { hints }: InferenceRequest,
): ResponseOutput {
  const classified =
    classification !== undefined && tensor.datatype !== 'BYTES'
      ? classify(tensor, classification)
      : tensor;
  return {
    tensor: classified,
    binary: binary ?? hints.binaryOutput,
    contentType: contentType ?? hints.contentType,
  };
}

function tensorMetadata({ name, datatype, shape }: TensorSpec): object {
  return { name, datatype, shape };
}

function tensorConfig({ name, datatype, shape }: TensorSpec): object {
  const type = datatype === 'BYTES' ? bytesType : numericTypes[datatype];
  return { name, data_type: type.triton, dims: shape };
}
