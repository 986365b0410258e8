import { type Place, placeOf } from '../../serving/batch/place.ts';
import { type BatchAttempt, batchEnvironment } from '../../serving/contract/batch.ts';
import { environment } from '../../serving/contract/environment.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface WorkerSettings {
  readonly plan: Place;
  readonly onnxruntime: Place;
  readonly model: Place;
  readonly index: number;
  readonly count: number;
  readonly threads: number;
  readonly scratch: string | undefined;
  readonly modelBucket: string | undefined;
  /** Unique among the job's attempts. */
  readonly attemptName: string;
  readonly attempt: Pick<
    BatchAttempt,
    'worker' | 'task' | 'attempt' | 'capacity' | 'vcpus' | 'price'
  >;
}

/** What the job definition and AWS Batch tell a worker. */
export function readSettings(env: Environment): WorkerSettings {
  const { plan, onnxruntime, model, workers, capacity, vcpus, price, scratch } = batchEnvironment;
  const index = Number(env.AWS_BATCH_JOB_ARRAY_INDEX ?? 0);
  const attempt = Number(env.AWS_BATCH_JOB_ATTEMPT ?? 1);
  // A child of an array is `<job>:<index>`; without Batch, one worker at a time is assumed.
  const job = (env.AWS_BATCH_JOB_ID ?? 'local').replaceAll(/[^A-Za-z0-9-]/g, '-');
  return {
    plan: placeOf(required(env, plan)),
    onnxruntime: placeOf(required(env, onnxruntime)),
    model: placeOf(required(env, model)),
    index,
    count: Number(required(env, workers)),
    threads: Number(env[environment.intraOpThreads] ?? 1),
    scratch: env[scratch],
    modelBucket: env[environment.modelBucket],
    attemptName: `${String(index).padStart(5, '0')}-${job}-${attempt}`,
    attempt: {
      worker: index,
      task: job,
      attempt,
      capacity: env[capacity] === 'spot' ? 'spot' : 'on-demand',
      vcpus: Number(env[vcpus] ?? 1),
      ...(env[price] && { price: JSON.parse(env[price]) }),
    },
  };
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new Error(`The environment variable ${name} is not set`);
}
