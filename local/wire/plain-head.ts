import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestHead } from '../host/plain-request.ts';

/** Of a plain request: what it says and how long its body is. */
export interface PlainHead extends RequestHead {
  readonly bodyLength: number;
}

/** With HEAD and CONNECT an answer has another form. */
const REQUEST_LINE = /^(GET|POST|PUT|PATCH|DELETE|OPTIONS) (\/[!-~]*) HTTP\/1\.1$/;
/** A name, and a value without anything but printable ASCII and blanks. */
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t -~]*)$/;
/** They change how a connection or a body goes on. */
const SPECIAL = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Reads a head without its last line end. Undefined for all but the plainest: whatever is special,
 * repeated, odd or wrong in a request is for Node's own HTTP server to decide on.
 */
export function parsePlainHead(text: string, socket: Socket): PlainHead | undefined {
  const lines = text.split('\r\n');
  const [, method, url] = REQUEST_LINE.exec(lines[0] as string) ?? [];
  if (method === undefined) return undefined;
  const rawHeaders: string[] = [];
  const headers: Record<string, string> = Object.create(null);
  for (let i = 1; i < lines.length; i++) {
    const [, name, padded] = FIELD.exec(lines[i] as string) ?? [];
    if (name === undefined || padded === undefined) return undefined;
    const key = name.toLowerCase();
    const value = padded.trim();
    if (key in headers) return undefined;
    if (SPECIAL.has(key) && !isPlain(key, value)) return undefined;
    headers[key] = value;
    rawHeaders.push(name, value);
  }
  if (headers.host === undefined) return undefined;
  const bodyLength = Number(headers['content-length'] ?? 0);
  return {
    method,
    url,
    httpVersion: '1.1',
    rawHeaders,
    headers: headers as IncomingHttpHeaders,
    socket,
    bodyLength,
  };
}

function isPlain(special: string, value: string): boolean {
  if (special === 'content-length') return /^\d{1,15}$/.test(value);
  return special === 'connection' && value.toLowerCase() === 'keep-alive';
}
