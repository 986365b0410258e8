import { AwsCallError, createSignedCall, type SignedCall } from '../../serving/aws/signed-call.ts';
import type { Interrupter, RunningWorker } from './interruptions.ts';

interface JobSummary {
  readonly jobId: string;
  readonly startedAt?: number;
  readonly arrayProperties?: { readonly size?: number };
}

/**
 * The local cloud's Batch. It can be asked to take Spot capacity back (an operation that AWS has not,
 * since there it happens by itself); on-demand capacity it does not touch.
 */
export class LocalBatch implements Interrupter {
  readonly #queues: readonly string[];
  readonly #signal: AbortSignal;
  readonly #call: SignedCall;

  /** The environment must lead to the local cloud. */
  constructor(queues: readonly string[], signal: AbortSignal, env = process.env) {
    this.#queues = queues;
    this.#signal = signal;
    this.#call = createSignedCall({ env });
  }

  async running(): Promise<readonly RunningWorker[]> {
    const statuses = ['PENDING', 'RUNNING'];
    const parents = await Promise.all(
      this.#queues.flatMap((jobQueue) =>
        statuses.map((jobStatus) => this.#list({ jobQueue, jobStatus })),
      ),
    );
    const arrays = parents.flat().map(({ jobId }) => jobId);
    const children = await Promise.all(
      arrays.map((arrayJobId) => this.#list({ arrayJobId, jobStatus: 'RUNNING' })),
    );
    return children.flat();
  }

  async interrupt(jobId: string, notice: boolean): Promise<boolean> {
    try {
      await this.#post('InterruptJob', { jobId, notice });
      return true;
    } catch (error) {
      // It has ended since it was listed, or has moved to capacity that nobody takes back.
      if (error instanceof AwsCallError && error.code === 'ClientException') return false;
      throw error;
    }
  }

  async #list(input: object): Promise<readonly JobSummary[]> {
    const { jobSummaryList } = await this.#post<{ jobSummaryList: JobSummary[] }>(
      'ListJobs',
      input,
    );
    return jobSummaryList;
  }

  async #post<T>(operation: string, input: object): Promise<T> {
    const { body } = await this.#call({
      service: 'batch',
      operation,
      method: 'POST',
      path: `/v1/${operation.toLowerCase()}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      signal: this.#signal,
    });
    return JSON.parse(body.toString('utf8') || '{}') as T;
  }
}
