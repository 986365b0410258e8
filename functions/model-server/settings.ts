import { availableParallelism } from 'node:os';

/** What SageMaker tells a container when it starts it. */
export interface Settings {
  /** Where the model's archive is unpacked. */
  readonly folder: string;
  /** Folder of the one model inside it; undefined when there may be but one. */
  readonly model: string | undefined;
  readonly port: number;
  /** Threads of one inference, where the model's configuration asks for no number. */
  readonly threads: number;
}

/** The container cannot start; the message is for whoever made the model or the endpoint. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readSettings(
  args: readonly string[],
  env: Environment,
  processors: number = availableParallelism(),
): Settings {
  // SageMaker starts every container as `docker run <image> serve`.
  const [command = 'serve', ...rest] = args;
  if (command !== 'serve' || rest.length > 0) {
    throw new StartError(
      `the command is "${args.join(' ')}", but this container knows "serve" only (batch transform and endpoints)`,
    );
  }
  return {
    folder: env.SM_MODEL_DIR || '/opt/ml/model',
    model: env.SAGEMAKER_TRITON_DEFAULT_MODEL_NAME || undefined,
    port: portOf(env.SAGEMAKER_BIND_TO_PORT || '8080'),
    threads: processors,
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new StartError(`SAGEMAKER_BIND_TO_PORT is "${text}", but must be a port from 0 to 65535`);
}
