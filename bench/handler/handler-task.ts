import type { ModelInput } from '../models/request.ts';

/** What the process that measures a handler is told. */
export interface HandlerTask {
  readonly handlerFile: string;
  readonly modelFile: string;
  /** The event's JSON, as the Runtime API delivers it. */
  readonly event: string;
  readonly input: Omit<ModelInput, 'data'> & { readonly data: readonly number[] };
  readonly warmUps: number;
  readonly rounds: number;
  /** Calls of each side in one round. */
  readonly calls: number;
}
