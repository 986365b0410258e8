import { GatewayError } from './gateway-error.ts';
import { JSON_TYPE, type Reply } from './reply.ts';

const MEMBERS = new Set([
  'statusCode',
  'headers',
  'multiValueHeaders',
  'body',
  'isBase64Encoded',
  'cookies',
]);
/** API Gateway sets these itself and hands the function's under another name. */
const REMAPPED = new Set([
  'authorization',
  'connection',
  'content-length',
  'date',
  'host',
  'server',
  'www-authenticate',
]);
const DROPPED = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'te', 'trailer']);

/**
 * Reads a proxy answer; `isBinary` says whether a body of some Content-Type goes out as bytes.
 * Throws the 502 that API Gateway answers when a function returns anything else.
 */
export function proxyResponse(payload: Buffer, isBinary: (contentType: string) => boolean): Reply {
  let answer: unknown;
  try {
    answer = JSON.parse(payload.toString());
  } catch {
    throw malformed();
  }
  const { status, headers, contentType } = proxyHead(answer);
  const { body = '', isBase64Encoded } = answer as { body?: unknown; isBase64Encoded?: unknown };
  if (body !== null && typeof body !== 'string') throw malformed();
  const binary = isBase64Encoded === true && isBinary(contentType);
  return { status, headers, body: binary ? Buffer.from(body ?? '', 'base64') : (body ?? '') };
}

/** Status and headers of a proxy answer, or of the prelude of a streamed one. */
export function proxyHead(answer: unknown): {
  status: number;
  headers: string[];
  contentType: string;
} {
  if (typeof answer !== 'object' || answer === null) throw malformed();
  for (const member in answer) if (!MEMBERS.has(member)) throw malformed();
  const { statusCode = 200, headers, multiValueHeaders } = answer as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) throw malformed();
  const pairs = new HeaderPairs();
  for (const [name, value] of members(multiValueHeaders)) {
    if (!Array.isArray(value)) throw malformed();
    for (const each of value) pairs.add(name, each);
  }
  const multiple = pairs.names();
  for (const [name, value] of members(headers)) {
    // A name in both lists counts only in the list of lists.
    if (!multiple.has(name.toLowerCase())) pairs.add(name, value);
  }
  if (!pairs.contentType) pairs.add('Content-Type', JSON_TYPE);
  return { status, headers: pairs.list, contentType: pairs.contentType };
}

class HeaderPairs {
  readonly list: string[] = [];
  contentType = '';

  add(name: string, value: unknown): void {
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw malformed();
    const lower = name.toLowerCase();
    if (DROPPED.has(lower)) return;
    if (lower === 'content-type') this.contentType = String(value);
    this.list.push(REMAPPED.has(lower) ? `x-amzn-Remapped-${name}` : name, String(value));
  }

  names(): Set<string> {
    return new Set(this.list.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()));
  }
}

function members(value: unknown): [string, unknown][] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') throw malformed();
  return Object.entries(value);
}

export function malformed(): GatewayError {
  return new GatewayError('DEFAULT_5XX', undefined, 502);
}
