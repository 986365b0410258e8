import type { RequestHead } from '../host/plain-request.ts';

/** Who calls which service, as the signature's credential scope says. */
export interface Caller {
  readonly accessKeyId: string;
  readonly region: string;
  /** The service's name in this cloud. */
  readonly service: string;
}

/** Where a service signs under another name than the one it is known by. */
const signingNames: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };

const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

/**
 * The caller of a signed AWS request, from its Authorization header or presigned query; undefined
 * for any other request. The signature itself is not verified: whoever reaches the port is root.
 */
export function callerOf(request: Pick<RequestHead, 'headers' | 'url'>): Caller | undefined {
  const header = request.headers.authorization;
  if (header?.startsWith('AWS4-HMAC-SHA256 ')) return parseCredential(header);
  const query = request.url?.indexOf('X-Amz-Credential=') ?? -1;
  if (query < 0) return undefined;
  const credential = request.url?.slice(query).split('&', 1)[0]?.replaceAll(/%2F/gi, '/');
  return credential ? parseCredential(credential) : undefined;
}

function parseCredential(text: string): Caller | undefined {
  const [, accessKeyId, region, signingName] = CREDENTIAL.exec(text) ?? [];
  if (!accessKeyId || !region || !signingName) return undefined;
  return { accessKeyId, region, service: signingNames[signingName] ?? signingName };
}
