import type { TransformInstances } from '../../contract/batch.ts';
import type { InputObject } from '../object-bytes.ts';
import type { ObjectStore } from '../object-store.ts';
import { type JobPlan, readShards } from '../plan.ts';

/** A job that SageMaker runs. Each object is a shard by itself: it is answered as a whole, or not. */
export interface TransformPlan extends JobPlan {
  readonly instances: TransformInstances;
  /** Output whose first dimension is the rows of an answer; without one an answer is one row. */
  readonly rowsOutput?: string;
}

/** The job's objects, in the order of their keys. */
export async function* plannedObjects(
  store: ObjectStore,
  plan: TransformPlan,
): AsyncGenerator<InputObject> {
  for await (const { pieces } of readShards(store, plan)) {
    for (const { object } of pieces) yield object;
  }
}
