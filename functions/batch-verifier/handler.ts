import { createS3ObjectStore } from '../../serving/aws/s3-object-store.ts';
import { verifyJob } from '../../serving/batch/job-verifier.ts';
import { placeOf } from '../../serving/batch/place.ts';
import type { BatchResult, VerifyRequest } from '../../serving/contract/batch.ts';

const store = createS3ObjectStore();

/** The state machine's last step: the manifest, or an error whose name says what is wrong. */
export function handler({ plan }: VerifyRequest): Promise<BatchResult> {
  return verifyJob(store, placeOf(plan));
}
