import type { ModelConfig } from '../../serving/triton/model-config.ts';
import type { BatchPolicy } from './batch-policy.ts';
import { StartError } from './settings.ts';

/** What this server does of Triton's configuration, beside serving the tensors that it lists. */
export interface Configuration {
  /** Most rows of one request; 0 when requests have no batch dimension. */
  readonly maxBatchSize: number;
  /** How requests come together; undefined when each runs alone. */
  readonly batching: BatchPolicy | undefined;
  /** Requests that may wait; those beyond are refused. 0 is no bound. */
  readonly queueSize: number;
  /** Threads of one inference, where the configuration says. */
  readonly threads: number | undefined;
}

/**
 * Settings that would change answers and are not offered are refused; those that say how fast or where
 * (instance groups, optimization, warm-up, rate limits) are passed over: a CPU decides them anew.
 */
export function readConfiguration(config: ModelConfig): Configuration {
  const refused = [...refusals(config)];
  if (refused.length > 0) {
    throw new StartError(`config.pbtxt asks for what this server lacks: ${refused.join('; ')}`);
  }
  const { schedulingChoice, maxBatchSize } = config;
  const dynamic = schedulingChoice.case === 'dynamicBatching' ? schedulingChoice.value : undefined;
  if (maxBatchSize < 0) {
    throw new StartError(`max_batch_size in config.pbtxt is ${maxBatchSize}; 0 is for no batching`);
  }
  const preferred = dynamic?.preferredBatchSize ?? [];
  const wrong = preferred.filter((size) => size < 1 || size > maxBatchSize);
  if (maxBatchSize > 0 && wrong.length > 0) {
    throw new StartError(
      `preferred_batch_size in config.pbtxt holds ${wrong.join(', ')}, but must be from 1 to max_batch_size, ${maxBatchSize}`,
    );
  }
  return {
    maxBatchSize,
    batching:
      dynamic && maxBatchSize > 0
        ? {
            maxRows: maxBatchSize,
            // Triton's own default.
            preferred: preferred.length > 0 ? preferred : [maxBatchSize],
            delayMillis: Number(dynamic.maxQueueDelayMicroseconds) / 1000,
          }
        : undefined,
    queueSize: dynamic?.defaultQueuePolicy?.maxQueueSize ?? 0,
    threads: threadsOf(config),
  };
}

function* refusals(config: ModelConfig): Iterable<string> {
  const { platform, backend, schedulingChoice, modelTransactionPolicy } = config;
  if (platform && platform !== 'onnxruntime_onnx') {
    yield `the platform is "${platform}", not "onnxruntime_onnx"`;
  }
  if (backend && backend !== 'onnxruntime') yield `the backend is "${backend}", not "onnxruntime"`;
  if (schedulingChoice.case === 'sequenceBatching') yield 'sequence_batching: models keep no state';
  if (schedulingChoice.case === 'ensembleScheduling') yield 'ensemble_scheduling: serve one model';
  if (modelTransactionPolicy?.decoupled) yield 'a decoupled transaction policy';
  for (const { name, reshape } of [...config.input, ...config.output]) {
    if (reshape) yield `reshape of "${name}": give dims as the model has them`;
  }
}

/** The option of Triton's onnxruntime backend. */
function threadsOf({ parameters }: ModelConfig): number | undefined {
  const text = parameters.intra_op_thread_count?.stringValue;
  if (text === undefined || text === '0') return undefined;
  const threads = Number(text);
  if (Number.isInteger(threads) && threads > 0) return threads;
  throw new StartError(
    `the parameter intra_op_thread_count in config.pbtxt is "${text}", but must be a number of threads`,
  );
}
