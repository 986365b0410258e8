/** What one inference contributes. Times are milliseconds. */
export interface InferenceSample {
  readonly batchSize: number;
  readonly decode: number;
  readonly inference: number;
  readonly encode: number;
  readonly total: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface Duration {
  count: number;
  ns: number;
}

const nothing = { count: 0, ns: 0 } as const;

class VersionStatistics {
  lastInference = 0;
  inferenceCount = 0;
  executionCount = 0;
  readonly success: Duration = { count: 0, ns: 0 };
  readonly fail: Duration = { count: 0, ns: 0 };
  readonly input: Duration = { count: 0, ns: 0 };
  readonly infer: Duration = { count: 0, ns: 0 };
  readonly output: Duration = { count: 0, ns: 0 };
}

/**
 * Counts for the statistics extension. They are those of one execution environment since it started:
 * Lambda has no place that sees all of them, and the metrics already add them up.
 */
export class ModelStatistics {
  readonly #model: string;
  readonly #versions = new Map<string, VersionStatistics>();

  constructor(model: string) {
    this.#model = model;
  }

  succeeded(version: string, sample: InferenceSample): void {
    const counts = this.#of(version);
    counts.lastInference = sample.at;
    counts.inferenceCount += sample.batchSize;
    counts.executionCount += 1;
    add(counts.success, sample.total);
    add(counts.input, sample.decode);
    add(counts.infer, sample.inference);
    add(counts.output, sample.encode);
  }

  failed(version: string, total: number): void {
    add(this.#of(version).fail, total);
  }

  /** One entry of Triton's `model_stats`. */
  report(version: string): object {
    const counts = this.#of(version);
    return {
      name: this.#model,
      version,
      last_inference: counts.lastInference,
      inference_count: counts.inferenceCount,
      execution_count: counts.executionCount,
      inference_stats: {
        success: counts.success,
        fail: counts.fail,
        queue: nothing,
        compute_input: counts.input,
        compute_infer: counts.infer,
        compute_output: counts.output,
        cache_hit: nothing,
        cache_miss: nothing,
      },
      batch_stats: [],
    };
  }

  #of(version: string): VersionStatistics {
    let counts = this.#versions.get(version);
    if (!counts) {
      counts = new VersionStatistics();
      this.#versions.set(version, counts);
    }
    return counts;
  }
}

function add(duration: Duration, milliseconds: number): void {
  duration.count += 1;
  duration.ns += Math.round(milliseconds * 1e6);
}
