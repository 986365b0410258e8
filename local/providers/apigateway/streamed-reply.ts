import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { StreamAnswer } from './lambda-integration.ts';
import { malformed, proxyHead } from './proxy-response.ts';

/** A function that streams sends status and headers as JSON, eight zero bytes, then the body. */
const DELIMITER = Buffer.alloc(8);
const PRELUDE_LIMIT = 64 * 1024;

/**
 * Hands a streamed answer on as it comes and resolves with its status. Throws only while nothing
 * has been sent; a stream that breaks later ends the connection, which is all that is left to say.
 */
export async function sendStream(
  response: ServerResponse,
  requestId: string,
  { EventStream }: StreamAnswer,
): Promise<number> {
  let prelude = Buffer.alloc(0);
  let status: number | undefined;
  for await (const { PayloadChunk, InvokeComplete } of EventStream) {
    if (InvokeComplete?.ErrorCode && status !== undefined) {
      response.destroy();
      return status;
    }
    if (!PayloadChunk) continue;
    let chunk = PayloadChunk.Payload;
    if (status === undefined) {
      prelude = Buffer.concat([prelude, chunk]);
      const end = prelude.indexOf(DELIMITER);
      if (end < 0 && prelude.length > PRELUDE_LIMIT) throw malformed();
      if (end < 0) continue;
      status = begin(response, requestId, prelude.subarray(0, end));
      chunk = prelude.subarray(end + DELIMITER.length);
    }
    if (chunk.length > 0 && !response.destroyed && !response.write(chunk)) await drained(response);
  }
  if (status === undefined) throw malformed();
  response.end();
  return status;
}

function begin(response: ServerResponse, requestId: string, prelude: Buffer): number {
  let answer: unknown;
  try {
    answer = JSON.parse(prelude.toString());
  } catch {
    throw malformed();
  }
  const { status, headers } = proxyHead(answer);
  response.writeHead(status, [...headers, 'x-amzn-RequestId', requestId]);
  response.flushHeaders();
  return status;
}

/** A client that has gone drains nothing any more. */
async function drained(response: ServerResponse): Promise<void> {
  const left = new AbortController();
  await Promise.race([
    once(response, 'drain', { signal: left.signal }),
    once(response, 'close', { signal: left.signal }),
  ]);
  left.abort();
}
