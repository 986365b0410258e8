import { connect } from 'node:net';
import type { Answer } from './client.ts';

/** Nothing here takes this long, unless it hangs. */
const HANGS_AFTER = 20_000;

/**
 * Sends bytes as they are, and gives the first answers that come back: as many as asked for, or fewer
 * when the server closes the connection before.
 */
export function exchange(
  port: number,
  bytes: string | Uint8Array,
  answers = 1,
  end: 'open' | 'half-closed' = 'open',
): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let received = Buffer.alloc(0);
    const settle = () => {
      socket.destroy();
      resolve(answersIn(received).slice(0, answers));
    };
    socket.setTimeout(HANGS_AFTER, () => {
      socket.destroy();
      reject(new Error(`no answer, but so far: ${received.toString('latin1').slice(0, 200)}`));
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (answersIn(received).length >= answers) settle();
    });
    // An error is followed by 'close'; what was received before it counts.
    socket.on('error', () => {});
    socket.on('end', settle);
    socket.on('close', settle);
    socket.write(bytes);
    if (end === 'half-closed') socket.end();
  });
}

/** The complete answers at the front of what was received. */
function answersIn(received: Buffer): Answer[] {
  const found: Answer[] = [];
  let rest = received;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return found;
    const [line = '', ...fields] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      fields.map((field) => {
        const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(field) ?? [];
        return [name.toLowerCase(), value];
      }),
    );
    const status = Number(line.split(' ')[1]);
    const length = Number(headers['content-length'] ?? 0);
    const start = end + 4;
    if (rest.length < start + length) return found;
    // 100 Continue is no answer yet.
    if (status >= 200) found.push({ status, headers, bytes: rest.subarray(start, start + length) });
    rest = rest.subarray(start + length);
  }
}

/** A request as text; a Content-Length is added for the body. */
export function rawRequest(
  method: string,
  target: string,
  headers: readonly string[] = [],
  body: string | Uint8Array = '',
): Buffer {
  const content = Buffer.from(body as string);
  const length = content.length > 0 ? [`Content-Length: ${content.length}`] : [];
  const head = [
    `${method} ${target} HTTP/1.1`,
    'Host: a',
    'x-api-key: local',
    ...headers,
    ...length,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
}
