import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../host/clock.ts';
import { ClientGone, GatewayError } from './gateway-error.ts';

/** API Gateway's limit on a request's payload. */
export const BODY_LIMIT = 10 * 1024 * 1024;
/** A request that is not complete by then never will be. */
const DEADLINE_MS = 30_000;
/** How long a request that is refused may still be sent. */
const HEAR_OUT_MS = 2000;
const EMPTY = Buffer.alloc(0);

/** The whole body of a request, or why it cannot be had. */
export function readBody(request: IncomingMessage, time: Clock): Buffer | Promise<Buffer> {
  if (!hasBody(request)) return EMPTY;
  const announced = request.headers['content-length'];
  if (Number(announced) > BODY_LIMIT) throw new GatewayError('REQUEST_TOO_LARGE');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const deadline = time.at(time.now() + DEADLINE_MS, () =>
      end(() =>
        reject(new GatewayError('DEFAULT_4XX', 'The request was not received in time', 408)),
      ),
    );
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > BODY_LIMIT) end(() => reject(new GatewayError('REQUEST_TOO_LARGE')));
    };
    const onEnd = () =>
      end(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)));
    const onClose = () => end(() => reject(new ClientGone()));
    const end = (settle: () => void) => {
      deadline.cancel();
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      settle();
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    request.on('error', () => {}); // 'close' follows and tells
  });
}

/**
 * Reads what is left of a request that will be refused. Many clients read no answer before they have
 * sent everything, and one that closes the connection in their face never reaches them.
 */
export async function hearOut(request: IncomingMessage, time: Clock): Promise<void> {
  if (request.complete || request.destroyed || !hasBody(request)) return;
  await new Promise<void>((resolve) => {
    const deadline = time.at(time.now() + HEAR_OUT_MS, resolve);
    const end = () => {
      deadline.cancel();
      resolve();
    };
    request.on('end', end).on('close', end).resume();
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
