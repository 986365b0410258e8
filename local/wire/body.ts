import type { IncomingMessage } from 'node:http';
import { AwsError } from '../host/aws-error.ts';

/** No API request is longer: Lambda's 50 MB zip in base64 is the largest there is. */
const LONGEST_BODY = 100 * 2 ** 20;

/** The whole body of a request, refused above `limit` bytes. */
export async function readBody(request: IncomingMessage, limit = LONGEST_BODY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > limit) {
      throw new AwsError(
        'RequestEntityTooLarge',
        `The request body is longer than ${limit} bytes`,
        413,
      );
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}
