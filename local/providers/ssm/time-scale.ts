import { AwsError } from '../../host/aws-error.ts';

/** The parameter that holds the rate of the cloud's clock; a new value takes effect at once. */
export const TIME_SCALE = '/local-cloud/time-scale';

const FASTEST = 100_000;

export function parseTimeScale(value: string): number {
  const rate = Number(value);
  if (value.trim() !== '' && rate > 0 && rate <= FASTEST) return rate;
  throw new AwsError(
    'ValidationException',
    `${TIME_SCALE} is ${JSON.stringify(value)}; it takes a number above 0 and at most ${FASTEST}`,
  );
}
