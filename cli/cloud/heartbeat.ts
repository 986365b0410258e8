import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** So many refused connections in a row are an end, and not a moment. */
const endsAfter = 3;

/**
 * Rejects when nobody listens at the endpoint any more; pending for as long as somebody does. AWS does
 * not go away, and so the SDK's clients go on trying for minutes; a local cloud that was stopped has.
 */
export async function untilGone(
  endpoint: string,
  signal: AbortSignal,
  everyMs = 1000,
): Promise<never> {
  const { hostname, port } = new URL(endpoint);
  for (let refused = 0; refused < endsAfter; ) {
    await sleep(everyMs, undefined, { signal });
    refused = (await listens(hostname, Number(port))) ? 0 : refused + 1;
  }
  throw new Error(`The local cloud at ${endpoint} has gone.`);
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
