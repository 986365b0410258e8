/** The end of a transform job or of one of its objects; the message is the job's FailureReason. */
export class TransformFailure extends Error {}

/** The container refused a record: nothing is wrong with the container. */
export const clientError = 'ClientError: See job logs for more information';
/** The container failed, did not answer or never came up. */
export const algorithmError = 'AlgorithmError: See job logs for more information';
