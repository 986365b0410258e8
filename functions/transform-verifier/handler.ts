import { createS3ObjectStore } from '../../serving/aws/s3-object-store.ts';
import { placeOf } from '../../serving/batch/place.ts';
import { verifyTransform } from '../../serving/batch/transform/transform-verifier.ts';
import type { BatchResult, TransformVerifyRequest } from '../../serving/contract/batch.ts';

const store = createS3ObjectStore();

/** The state machine's last step: the manifest, or an error whose name says what is wrong. */
export function handler({ plan, transform }: TransformVerifyRequest): Promise<BatchResult> {
  return verifyTransform(store, placeOf(plan), transform);
}
