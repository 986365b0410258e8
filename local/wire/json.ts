import { AwsError } from '../host/aws-error.ts';

/** JSON as AWS's protocols have it: timestamps in seconds, blobs in base64. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, replaceMember) ?? '{}';
}

function replaceMember(this: unknown, key: string, value: unknown): unknown {
  // Date and Buffer have been through their own toJSON by now: the holder still has them whole.
  const original = (this as Record<string, unknown>)[key];
  if (original instanceof Date) return original.getTime() / 1000;
  if (original instanceof Uint8Array) return Buffer.from(original).toString('base64');
  return value;
}

/** The members of a request body; an empty body has none. */
export function fromJson(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new AwsError(
      'SerializationException',
      `The body is not JSON: ${(error as Error).message}`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError('SerializationException', 'The body is not a JSON object');
  }
  return value as Record<string, unknown>;
}
