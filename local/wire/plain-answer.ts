import { http } from '../host/node-http.ts';

const { STATUS_CODES, validateHeaderName, validateHeaderValue } = http;

/** Statuses whose answers have no body. */
const BODILESS = new Set([204, 304]);

/** Names already found to be allowed. */
const names = new Set<string>();
const NAMES_LIMIT = 500;

const date = { second: 0, text: '' };

/** Bytes of an answer: text as UTF-8, or a head in ASCII and a body after it. */
export interface AnswerBytes {
  readonly head: string;
  readonly rest?: Buffer;
}

/** An answer as Node's server would write it. Throws for a header that HTTP does not allow. */
export function plainAnswer(
  status: number,
  headers: readonly string[],
  body: string | Buffer,
  { keepAliveSeconds }: { readonly keepAliveSeconds: number },
): AnswerBytes {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
  for (let i = 0; i < headers.length; i += 2) {
    const [name, value] = [headers[i] as string, headers[i + 1] as string];
    if (!names.has(name)) checkName(name);
    validateHeaderValue(name, value);
    head += `${name}: ${value}\r\n`;
  }
  const connection =
    keepAliveSeconds > 0 ? `keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}` : 'close';
  head += `Date: ${dateNow()}\r\nConnection: ${connection}\r\n\r\n`;
  if (BODILESS.has(status) || status < 200 || body.length === 0) return { head };
  if (typeof body === 'string') return { head: head + body };
  return { head, rest: body };
}

function checkName(name: string): void {
  validateHeaderName(name);
  if (names.size < NAMES_LIMIT) names.add(name);
}

/** Now, as HTTP writes it; put together once a second. */
function dateNow(): string {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== date.second) {
    date.second = second;
    date.text = new Date(now).toUTCString();
  }
  return date.text;
}
